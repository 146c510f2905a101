#pragma once

#include "openmm/Vec3.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

/**
 * Which particles the replicas of a force are, and the way between OpenMM's arrays of vectors and panels
 * value[oscillator * panelSize + sample]. Replica r is sample r % panelSize of panel r / panelSize; the last panel is
 * filled up with copies of the last replica, so that all samples of a panel are states of the network.
 */
class CpuReplicas {
public:
    explicit CpuReplicas(const OscillatorNetworkForce& force);

    int getNumOscillators() const { return numOscillators; }
    int getNumReplicas() const { return numReplicas; }
    int getAxis() const { return axis; }
    int getParticle(int replica, int oscillator) const { return particles[replica * numOscillators + oscillator]; }
    /** The replica of a sample; the last one for samples beyond it. */
    int getReplica(std::size_t sample) const;
    std::size_t getNumPanels(std::size_t panelSize) const;

    /** Displacements of a panel's replicas. */
    template <typename Real>
    void load(const std::vector<OpenMM::Vec3>& vectors, std::size_t panel, std::size_t panelSize, Real* values) const;
    /** Calls action(vector, value, oscillator) for all oscillators of a panel's replicas. */
    template <typename Real, typename Action>
    void forEach(std::vector<OpenMM::Vec3>& vectors, std::size_t panel, std::size_t panelSize, const Real* values,
                 Action action) const;

private:
    int numOscillators, numReplicas, axis;
    std::vector<int> particles; // [replica][oscillator]
};

inline CpuReplicas::CpuReplicas(const OscillatorNetworkForce& force)
    : numOscillators(force.getNetwork().getNumOscillators()), numReplicas(force.getNumReplicas()),
      axis(force.getDisplacementAxis()) {
    particles.reserve(static_cast<std::size_t>(numOscillators) * numReplicas);
    for (int r = 0; r < numReplicas; ++r)
        particles.insert(particles.end(), force.getReplicaParticles(r).begin(), force.getReplicaParticles(r).end());
}

inline int CpuReplicas::getReplica(std::size_t sample) const {
    return sample < static_cast<std::size_t>(numReplicas) ? static_cast<int>(sample) : numReplicas - 1;
}

inline std::size_t CpuReplicas::getNumPanels(std::size_t panelSize) const {
    return (numReplicas + panelSize - 1) / panelSize;
}

template <typename Real>
void CpuReplicas::load(const std::vector<OpenMM::Vec3>& vectors, std::size_t panel, std::size_t panelSize,
                       Real* values) const {
    for (std::size_t s = 0; s < panelSize; ++s) {
        const int replica = getReplica(panel * panelSize + s);
        for (int i = 0; i < numOscillators; ++i)
            values[i * panelSize + s] = static_cast<Real>(vectors[getParticle(replica, i)][axis]);
    }
}

template <typename Real, typename Action>
void CpuReplicas::forEach(std::vector<OpenMM::Vec3>& vectors, std::size_t panel, std::size_t panelSize,
                          const Real* values, Action action) const {
    for (std::size_t s = 0; s < panelSize && panel * panelSize + s < static_cast<std::size_t>(numReplicas); ++s)
        for (int i = 0; i < numOscillators; ++i) {
            const int particle = getParticle(static_cast<int>(panel * panelSize + s), i);
            action(vectors[particle], static_cast<double>(values[i * panelSize + s]), i);
        }
}

} // namespace OpenMMOscillators
