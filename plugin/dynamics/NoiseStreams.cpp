#include "openmmoscillators/dynamics/NoiseStreams.h"

#include "openmm/System.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"

namespace OpenMMOscillators {

NoiseStreams::NoiseStreams(const OpenMM::System& system) : addresses(system.getNumParticles()) {
    for (std::uint32_t particle = 0; particle < addresses.size(); ++particle)
        for (std::uint32_t axis = 0; axis < 3; ++axis)
            addresses[particle][axis] = {otherCoordinates, 3 * particle + axis};
    std::uint32_t firstStream = 0;
    for (int f = 0; f < system.getNumForces(); ++f) {
        const auto* force = dynamic_cast<const OscillatorNetworkForce*>(&system.getForce(f));
        if (force == nullptr)
            continue;
        bool used = false;
        firstStream += force->getFirstReplicaNumber();
        for (int r = 0; r < force->getNumReplicas(); ++r)
            for (std::size_t i = 0; i < force->getReplicaParticles(r).size(); ++i) {
                Address& address = addresses[force->getReplicaParticles(r)[i]][force->getDisplacementAxis()];
                if (address.stream != otherCoordinates)
                    continue;
                address = {firstStream + static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i)};
                used = true;
            }
        if (used)
            firstStream += force->getNumReplicas();
    }
}

} // namespace OpenMMOscillators
