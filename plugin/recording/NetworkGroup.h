#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <string>

namespace OpenMMOscillators {

class Hdf5File;

/**
 * A network and its protocol inside an HDF5 group, the same in recordings and in protocol files:
 *
 *   network/sites     [N][2] in nm            network/edges     [E][2] oscillator indices, in order
 *   protocol/times    [K] in ps               protocol/values   [K][P], flat order as in the attribute families
 *   protocol@outside  hold | periodic | refuse
 */
namespace NetworkGroup {

/** @param group  absolute path of an existing group, for example "/oscillators"; "" for the root */
void write(Hdf5File& file, const std::string& group, const OscillatorNetwork& network, const DrivingProtocol& protocol);
/** @throws RecordingError naming what is missing or malformed */
OscillatorNetwork readNetwork(const Hdf5File& file, const std::string& group);
/** @throws RecordingError naming what is missing or malformed, or does not fit the network */
DrivingProtocol readProtocol(const Hdf5File& file, const std::string& group, const OscillatorNetwork& network);

} // namespace NetworkGroup
} // namespace OpenMMOscillators
