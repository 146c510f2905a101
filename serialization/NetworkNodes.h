#pragma once

#include "openmm/serialization/SerializationNode.h"
#include "openmmoscillators/network/ClampedPaths.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"

namespace OpenMMOscillators {

/** Networks, protocols and clamped paths as XML nodes. Reading throws OpenMM::OpenMMException if the contents are not
 * valid. */
void writeNetwork(OpenMM::SerializationNode& node, const OscillatorNetwork& network);
OscillatorNetwork readNetwork(const OpenMM::SerializationNode& node);
void writeProtocol(OpenMM::SerializationNode& node, const DrivingProtocol& protocol);
DrivingProtocol readProtocol(const OpenMM::SerializationNode& node, const OscillatorNetwork& network);
void writeClampedPaths(OpenMM::SerializationNode& node, const ClampedPaths& paths);
ClampedPaths readClampedPaths(const OpenMM::SerializationNode& node);

} // namespace OpenMMOscillators
