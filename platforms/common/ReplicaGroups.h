#pragma once

#include "NeighbourTable.h"
#include "openmm/Vec3.h"
#include "openmm/common/ComputeArray.h"
#include "openmm/common/ComputeContext.h"
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetworkForce;

/**
 * Where the displacements of all replicas lie in a ComputeContext, which may keep particles in any order and shift them
 * by box vectors (only while a force with a cutoff needs a neighbour list). Replicas are taken in groups, in the order
 * [group][row][replica of the group]; the last group is filled up.
 */
class ReplicaGroups {
public:
    ReplicaGroups(OpenMM::ComputeContext& computeContext, const OscillatorNetworkForce& force,
                  const NeighbourTable& table, int replicasPerGroup);

    int getNumReplicas() const { return numReplicas; }
    int getNumGroups() const { return numGroups; }
    /** Number of displacements with those that fill up the last group. */
    int getSize() const { return static_cast<int>(particles.size()); }
    /** The particle of every displacement, -1 where it only fills up. */
    const std::vector<int>& getParticles() const { return particles; }

    /** Follow the present order of the particles. */
    void update();
    /** Index of every displacement's particle in the context's arrays, -1 where it only fills up. */
    OpenMM::ComputeArray& getSlots() { return slots; }
    /** What to subtract from the particle's coordinate, of type real. */
    OpenMM::ComputeArray& getOffsets() { return offsets; }

private:
    std::vector<double> currentOffsets(const std::vector<int>& currentSlots) const;

    OpenMM::ComputeContext& first; ///< device
    int axis, numReplicas, numGroups;
    std::vector<int> particles;
    std::vector<int> uploadedSlots;
    std::vector<double> uploadedOffsets;
    OpenMM::ComputeArray slots, offsets;
};

} // namespace OpenMMOscillators
