#pragma once

#include "openmm/Vec3.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <algorithm>
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

/** Successive replicas whose values are kept together as value[oscillator * size + replica]. */
struct CpuReplicaGroup {
    int firstReplica;
    std::size_t size; // may exceed the number of replicas left: then the last one is repeated
};

/** Which particles the replicas of a force are, and the way between OpenMM's arrays of vectors and groups. */
class CpuReplicas {
public:
    explicit CpuReplicas(const OscillatorNetworkForce& force)
        : numOscillators(force.getNetwork().getNumOscillators()), numReplicas(force.getNumReplicas()),
          axis(force.getDisplacementAxis()), clampedPaths(force.shareClampedPaths()), clamped(numReplicas) {
        particles.reserve(static_cast<std::size_t>(numOscillators) * numReplicas);
        for (int r = 0; r < numReplicas; ++r)
            particles.insert(particles.end(), force.getReplicaParticles(r).begin(), force.getReplicaParticles(r).end());
        for (int p = 0; p < clampedPaths->getNumPaths(); ++p) {
            const ClampedPaths::Path& path = clampedPaths->getPath(p);
            clamped[path.replica].push_back({path.oscillator, path.values.data()});
        }
    }
    int getNumOscillators() const { return numOscillators; }
    int getNumReplicas() const { return numReplicas; }
    int getAxis() const { return axis; }
    /** The replica at a place of a group. */
    int getReplica(const CpuReplicaGroup& group, std::size_t place) const {
        return std::min(group.firstReplica + static_cast<int>(place), numReplicas - 1);
    }
    const ClampedPaths& getClampedPaths() const { return *clampedPaths; }
    /** An oscillator that follows a path, and the path's table. */
    struct Clamped {
        int oscillator;
        const double* values;
    };
    const std::vector<Clamped>& getClamped(int replica) const { return clamped[replica]; }
    /** Components of the vectors along the axis. */
    template <typename Real>
    void load(const std::vector<OpenMM::Vec3>& vectors, const CpuReplicaGroup& group, Real* values) const {
        for (std::size_t s = 0; s < group.size; ++s)
            for (int i = 0; i < numOscillators; ++i)
                values[i * group.size + s] = static_cast<Real>(vectors[getParticle(getReplica(group, s), i)][axis]);
    }
    /** Calls action(vector, value, oscillator) for all oscillators of a group's replicas. */
    template <typename Real, typename Action>
    void forEach(std::vector<OpenMM::Vec3>& vectors, const CpuReplicaGroup& group, const Real* values,
                 Action action) const {
        const std::size_t count = std::min<std::size_t>(group.size, numReplicas - group.firstReplica);
        for (std::size_t s = 0; s < count; ++s)
            for (int i = 0; i < numOscillators; ++i)
                action(vectors[getParticle(group.firstReplica + static_cast<int>(s), i)],
                       static_cast<double>(values[i * group.size + s]), i);
    }

private:
    int getParticle(int replica, int oscillator) const {
        return particles[static_cast<std::size_t>(replica) * numOscillators + oscillator];
    }

    int numOscillators, numReplicas, axis;
    std::vector<int> particles; // [replica][oscillator]
    std::shared_ptr<const ClampedPaths> clampedPaths;
    std::vector<std::vector<Clamped>> clamped; // [replica]
};

} // namespace OpenMMOscillators
