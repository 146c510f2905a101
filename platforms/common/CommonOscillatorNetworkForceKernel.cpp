#include "CommonOscillatorNetworkForceKernel.h"

#include "FusedStepper.h"
#include "openmm/common/ContextSelector.h"
#include "openmm/internal/ContextImpl.h"
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
    gather->addArg(replicas->getSize());
    gather->addArg(cc.getPosq());
    gather->addArg(replicas->getSlots());
    gather->addArg(replicas->getOffsets());
    gather->addArg(displacements);

    addForces = program->createKernel("addNetworkForces");
    addForces->addArg(replicas->getNumGroups());
    addForces->addArg(cc.getPaddedNumAtoms());
    addForces->addArg(displacements);
    addForces->addArg(replicas->getSlots());
    network->addArguments(addForces);
    addForces->addArg(cc.getLongForceBuffer());

    rowEnergyKernel = program->createKernel("computeRowEnergies");
    rowEnergyKernel->addArg(replicas->getNumGroups());
    rowEnergyKernel->addArg(displacements);
    network->addArguments(rowEnergyKernel);
    rowEnergyKernel->addArg(rowEnergies);

    sumEnergies = program->createKernel("sumReplicaEnergies");
    sumEnergies->addArg(replicas->getNumReplicas());
    sumEnergies->addArg(rowEnergies);
    sumEnergies->addArg(replicaEnergies);
}

void CommonOscillatorNetworkForceKernel::prepare(ContextImpl& context) {
    if (!gather) // only now do all of the context's arrays exist
        createKernels();
    replicas->update();
    network->prepare({locateInProtocol(network->getProtocol(), context.getTime())});
    gather->execute(replicas->getSize());
}

double CommonOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces, bool includeEnergy) {
    const ContextSelector selector(cc);
    if (cc.getNumContexts() > 1) // with several devices, each has a thread, which may still be clearing the forces
        cc.getWorkThread().flush();
    prepare(context);
    if (includeForces)
        addForces->execute(replicas->getNumGroups() * settings.numOscillators);
    if (!includeEnergy)
        return 0.0;
    const std::vector<double> energies = computeReplicaEnergies();
    return std::accumulate(energies.begin(), energies.end(), 0.0);
}

std::vector<double> CommonOscillatorNetworkForceKernel::getReplicaEnergies(ContextImpl& context) {
    const ContextSelector selector(cc);
    prepare(context);
    return computeReplicaEnergies();
}

std::vector<double> CommonOscillatorNetworkForceKernel::computeReplicaEnergies() {
    rowEnergyKernel->execute(replicas->getNumGroups() * settings.numOscillators);
    sumEnergies->execute(replicas->getNumReplicas());
    std::vector<double> energies;
    replicaEnergies.download(energies, true);
    return energies;
}

void CommonOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& /*context*/,
                                                               const DrivingProtocol& newProtocol,
                                                               const ProtocolChange& change) {
    const ContextSelector selector(cc);
    network->copyProtocol(newProtocol, change);
}

} // namespace OpenMMOscillators
