#include "CommonOscillatorNetworkForceKernel.h"

#include "FusedStepper.h"
#include "openmm/common/ContextSelector.h"
#include "openmm/internal/ContextImpl.h"
#include <algorithm>
#include <numeric>

using OpenMM::ContextImpl;
using OpenMM::ContextSelector;

namespace OpenMMOscillators {

namespace {

/** The more replicas a thread serves, the less it reads of the parameters; but every multiprocessor must have work. */
int chooseReplicasPerGroup(const OpenMM::ComputeContext& cc, const OscillatorNetworkForce& force) {
    for (int count : {8, 4, 2})
        if (force.getNumReplicas() >= count * cc.getNumThreadBlocks() &&
            FusedStepper::fits(cc, count * force.getNetwork().getNumOscillators()))
            return count;
    return 1;
}

/** The first two arguments of the kernels: what they go over, from the first to before the end. */
void addRange(OpenMM::ComputeKernel& kernel) {
    kernel->addArg();
    kernel->addArg();
}

void executeRange(OpenMM::ComputeKernel& kernel, int first, int end, int threadsEach = 1) {
    if (first == end)
        return;
    kernel->setArg(0, first);
    kernel->setArg(1, end);
    kernel->execute((end - first) * threadsEach);
}

} // namespace

void CommonOscillatorNetworkForceKernel::initialize(const OpenMM::System& /*system*/,
                                                    const OscillatorNetworkForce& force) {
    const ContextSelector selector(cc);
    if (cc.getUseMixedPrecision()) // uninitialised in OpenMM, but setDisplacements() must see whether positions are 0
        cc.clearBuffer(cc.getPosqCorrection());
    const NeighbourTable table(force.getNetwork());
    settings = {force.getNetwork().getNumOscillators(), force.getNetwork().getNumEdges(), table.getNumRows(),
                chooseReplicasPerGroup(cc, force), force.getDisplacementAxis()};
    network = std::make_unique<DeviceNetwork>(cc, force.getNetwork(), force.getProtocol(), settings);
    replicas = std::make_unique<ReplicaGroups>(cc, force, table, settings.replicasPerGroup);
    if (!force.getClampedPaths().isEmpty())
        clamps =
            std::make_unique<DeviceClamps>(cc, force.shareClampedPaths(), *replicas, settings, table.oscillatorRows);
}

void CommonOscillatorNetworkForceKernel::createKernels() {
    const int realSize = cc.getUseDoublePrecision() ? sizeof(double) : sizeof(float);
    const int mixedSize = cc.getUseDoublePrecision() || cc.getUseMixedPrecision() ? sizeof(double) : sizeof(float);
    displacements.initialize(cc, replicas->getSize(), realSize, "displacements");
    rowEnergies.initialize(cc, replicas->getSize(), mixedSize, "rowEnergies");
    replicaEnergies.initialize(cc, replicas->getNumReplicas(), mixedSize, "replicaEnergies");

    const KernelProgram source = networkForceProgram(settings);
    const OpenMM::ComputeProgram program = cc.compileProgram(source.source, source.defines);
    gather = program->createKernel("gatherDisplacements");
    addRange(gather);
    gather->addArg(cc.getPosq());
    gather->addArg(replicas->getSlots());
    gather->addArg(replicas->getOffsets());
    gather->addArg(displacements);

    addForces = program->createKernel("addNetworkForces");
    addRange(addForces);
    addForces->addArg(cc.getPaddedNumAtoms());
    addForces->addArg(displacements);
    addForces->addArg(replicas->getSlots());
    network->addArguments(addForces);
    addForces->addArg(cc.getLongForceBuffer());

    rowEnergyKernel = program->createKernel("computeRowEnergies");
    addRange(rowEnergyKernel);
    rowEnergyKernel->addArg(displacements);
    network->addArguments(rowEnergyKernel);
    rowEnergyKernel->addArg(rowEnergies);

    sumEnergies = program->createKernel("sumReplicaEnergies");
    addRange(sumEnergies);
    sumEnergies->addArg(rowEnergies);
    sumEnergies->addArg(replicaEnergies);
}

CommonOscillatorNetworkForceKernel::GroupRange CommonOscillatorNetworkForceKernel::shareOfDevice() const {
    const int groups = replicas->getNumGroups(), devices = cc.getNumContexts(), device = cc.getContextIndex();
    return {groups * device / devices, groups * (device + 1) / devices};
}

void CommonOscillatorNetworkForceKernel::prepare(ContextImpl& context, const GroupRange& groups) {
    if (!gather) // only now do all of the context's arrays exist
        createKernels();
    replicas->update();
    network->prepare({locateInProtocol(network->getProtocol(), context.getTime())});
    const int groupSize = settings.numOscillators * settings.replicasPerGroup;
    executeRange(gather, groups.first * groupSize, groups.end * groupSize);
}

double CommonOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces, bool includeEnergy) {
    const ContextSelector selector(cc);
    const GroupRange share = shareOfDevice();
    prepare(context, share);
    if (includeForces)
        executeRange(addForces, share.first, share.end, settings.numOscillators);
    if (!includeEnergy)
        return 0.0;
    const std::vector<double> energies = computeReplicaEnergies(share);
    return std::accumulate(energies.begin(), energies.end(), 0.0);
}

std::vector<double> CommonOscillatorNetworkForceKernel::getReplicaEnergies(ContextImpl& context) {
    const ContextSelector selector(cc);
    prepare(context, allGroups());
    return computeReplicaEnergies(allGroups());
}

std::vector<double> CommonOscillatorNetworkForceKernel::computeReplicaEnergies(const GroupRange& groups) {
    const int first = groups.first * settings.replicasPerGroup;
    const int end = std::min(groups.end * settings.replicasPerGroup, replicas->getNumReplicas());
    executeRange(rowEnergyKernel, groups.first, groups.end, settings.numOscillators);
    executeRange(sumEnergies, first, end);
    std::vector<double> energies;
    replicaEnergies.download(energies, true);
    return {energies.begin() + first, energies.begin() + end};
}

void CommonOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& /*context*/,
                                                               const DrivingProtocol& newProtocol,
                                                               const ProtocolChange& change) {
    const ContextSelector selector(cc);
    network->copyProtocol(newProtocol, change);
}

} // namespace OpenMMOscillators
