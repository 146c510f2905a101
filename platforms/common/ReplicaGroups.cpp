#include "ReplicaGroups.h"

#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"

namespace OpenMMOscillators {

ReplicaGroups::ReplicaGroups(OpenMM::ComputeContext& computeContext, const OscillatorNetworkForce& force,
                             const NeighbourTable& table, int replicasPerGroup)
    : first(*computeContext.getAllContexts()[0]), axis(force.getDisplacementAxis()),
      numReplicas(force.getNumReplicas()), numGroups((numReplicas + replicasPerGroup - 1) / replicasPerGroup) {
    const int numOscillators = force.getNetwork().getNumOscillators();
    particles.reserve(static_cast<std::size_t>(numGroups) * numOscillators * replicasPerGroup);
    for (int group = 0; group < numGroups; ++group)
        for (int row = 0; row < numOscillators; ++row)
            for (int r = group * replicasPerGroup; r < (group + 1) * replicasPerGroup; ++r)
                particles.push_back(r < numReplicas ? force.getReplicaParticles(r)[table.rowOscillators[row]] : -1);
    slots.initialize<int>(computeContext, particles.size(), "oscillatorSlots");
    offsets.initialize(computeContext, particles.size(),
                       computeContext.getUseDoublePrecision() ? sizeof(double) : sizeof(float), "oscillatorOffsets");
}

void ReplicaGroups::update() {
    // Of several devices only the first keeps account of the order; the others' positions are copies of its own.
    const bool mayMove = first.getNonbondedUtilities().getUseCutoff();
    if (!uploadedSlots.empty() && !mayMove)
        return;
    const std::vector<int>& order = first.getAtomIndex();
    std::vector<int> slotOfParticle(order.size());
    for (std::size_t slot = 0; slot < order.size(); ++slot)
        slotOfParticle[order[slot]] = static_cast<int>(slot);
    std::vector<int> newSlots;
    newSlots.reserve(particles.size());
    for (int particle : particles)
        newSlots.push_back(particle < 0 ? -1 : slotOfParticle[particle]);
    std::vector<double> newOffsets = currentOffsets(newSlots);
    if (newSlots != uploadedSlots)
        slots.upload(newSlots);
    if (newOffsets != uploadedOffsets)
        offsets.upload(newOffsets, true);
    uploadedSlots = std::move(newSlots);
    uploadedOffsets = std::move(newOffsets);
}

std::vector<double> ReplicaGroups::currentOffsets(const std::vector<int>& currentSlots) const {
    OpenMM::Vec3 a, b, c;
    first.getPeriodicBoxVectors(a, b, c);
    const std::vector<OpenMM::mm_int4>& cells = first.getPosCellOffsets();
    std::vector<double> result;
    result.reserve(currentSlots.size());
    for (int slot : currentSlots) {
        const OpenMM::mm_int4 cell = slot < 0 ? OpenMM::mm_int4(0, 0, 0, 0) : cells[slot];
        result.push_back(a[axis] * cell.x + b[axis] * cell.y + c[axis] * cell.z);
    }
    return result;
}

} // namespace OpenMMOscillators
