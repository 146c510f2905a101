#pragma once

#include "openmm/serialization/SerializationNode.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"

namespace OpenMMOscillators {

/** Networks and protocols as XML nodes. Reading throws OpenMM::OpenMMException if the contents are not valid. */
void writeNetwork(OpenMM::SerializationNode& node, const OscillatorNetwork& network);
OscillatorNetwork readNetwork(const OpenMM::SerializationNode& node);
void writeProtocol(OpenMM::SerializationNode& node, const DrivingProtocol& protocol);
DrivingProtocol readProtocol(const OpenMM::SerializationNode& node, const OscillatorNetwork& network);

} // namespace OpenMMOscillators
