#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace OpenMM {
class System;
}

namespace OpenMMOscillators {

/**
 * Which numbers of CounterNoise drive which coordinate of a System, so that every platform draws the same noise:
 *
 *   the displacement of oscillator i in replica r of an OscillatorNetworkForce    stream first + r, index i
 *   every other coordinate                                                        stream 0xFFFFFFFF, index 3 particle +
 * axis
 *
 * first is the number of its first replica for the first OscillatorNetworkForce of the System, 0 unless it says
 * otherwise. A coordinate that several of them act on belongs to the first; a later force that acts on further
 * coordinates counts its replicas on from the streams in use. No two coordinates share a number.
 */
class NoiseStreams {
public:
    static constexpr std::uint32_t otherCoordinates = 0xFFFFFFFFu;

    struct Address {
        std::uint32_t stream, index;
    };

    explicit NoiseStreams(const OpenMM::System& system);
    /** @param axis  0, 1, 2 for x, y, z */
    Address getAddress(int particle, int axis) const { return addresses[particle][axis]; }

private:
    std::vector<std::array<Address, 3>> addresses;
};

} // namespace OpenMMOscillators
