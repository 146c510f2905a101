#include "openmmoscillators/dynamics/ClampedCoordinates.h"

#include "openmm/System.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"

namespace OpenMMOscillators {

ClampedCoordinates::ClampedCoordinates(const OpenMM::System& system) {
    for (int f = 0; f < system.getNumForces(); ++f) {
        const auto* force = dynamic_cast<const OscillatorNetworkForce*>(&system.getForce(f));
        if (force == nullptr || force->getClampedPaths().isEmpty())
            continue;
        Group group{force->shareClampedPaths(), {}, force->getDisplacementAxis()};
        for (int p = 0; p < group.paths->getNumPaths(); ++p) {
            const ClampedPaths::Path& path = group.paths->getPath(p);
            group.particles.push_back(force->getReplicaParticles(path.replica)[path.oscillator]);
        }
        groups.push_back(std::move(group));
    }
}

} // namespace OpenMMOscillators
