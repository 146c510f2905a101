#pragma once

#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

/** Which particle is oscillator i of replica r. */
class ReplicaTable {
public:
    ReplicaTable() = default;
    /** Particle r N + i. */
    ReplicaTable(int replicaCount, int oscillatorCount);
    /** @param replicaParticles  R N particle indices, [replica][oscillator] */
    ReplicaTable(int oscillatorCount, std::vector<int> replicaParticles);

    int getNumReplicas() const { return numReplicas; }
    int getNumOscillators() const { return numOscillators; }
    int getParticle(int replica, int oscillator) const;
    /** [replica][oscillator] */
    std::vector<int> getParticles() const;

    /** Particles first ... first + count - 1 hold all oscillators of some replicas. */
    struct Range {
        std::size_t first, count;
        /** True if they hold nothing else and lie in the order [replica][oscillator]. */
        bool inOrder;
    };
    Range getRange(int firstReplica, int replicaCount) const;

private:
    int numReplicas = 0;
    int numOscillators = 0;
    std::vector<int> particles; // empty for particle r N + i
};

} // namespace OpenMMOscillators
