#include "CpuOverdampedLangevinKernel.h"

#include "CpuFusedPath.h"
#include "CpuThreads.h"
#include "openmm/System.h"
#include "reference/ReferenceContextData.h"
#include <algorithm>
#include <atomic>

using OpenMM::ContextImpl;

namespace OpenMMOscillators {

namespace {

/** Steps that are planned at a time. */
constexpr int mostPlannedSteps = 1000;

std::vector<double> massesOfEveryReplica(const OpenMM::System& system, const OscillatorNetworkForce& force) {
    std::vector<double> masses;
    for (const int particle : force.getReplicaParticles(0))
        masses.push_back(system.getParticleMass(particle));
    for (int r = 1; r < force.getNumReplicas(); ++r)
        for (std::size_t i = 0; i < masses.size(); ++i)
            if (system.getParticleMass(force.getReplicaParticles(r)[i]) != masses[i])
                return {};
    return masses;
}

std::vector<double> mobilitiesOf(const std::vector<double>& masses, int axis,
                                 const OverdampedLangevinIntegrator& integrator) {
    std::vector<double> mobilities;
    for (const double mass : masses)
        mobilities.push_back(mass > 0.0 ? integrator.getMobility()[axis] / (mass * integrator.getFriction()) : 0.0);
    return mobilities;
}

} // namespace

void CpuOverdampedLangevinKernel::initialize(const OpenMM::System& system,
                                             const OverdampedLangevinIntegrator& integrator) {
    ReferenceOverdampedLangevinKernel::initialize(system, integrator);
    fusedSteps.emplace(system);
}

const std::vector<double>* CpuOverdampedLangevinKernel::commonMasses(const OpenMM::System& system,
                                                                     const OscillatorNetworkForceImpl& force) {
    auto found = masses.find(&force);
    if (found == masses.end())
        found = masses.emplace(&force, massesOfEveryReplica(system, force.getOwner())).first;
    return found->second.empty() ? nullptr : &found->second;
}

bool CpuOverdampedLangevinKernel::execute(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                          NoiseState& noise, int steps) {
    const auto choice = fusedSteps->choose(context, integrator);
    const std::vector<double>* common = choice ? commonMasses(context.getSystem(), *choice->force) : nullptr;
    if (common == nullptr || integrator.getMobility()[choice->force->getOwner().getDisplacementAxis()] == 0.0) {
        return ReferenceOverdampedLangevinKernel::execute(context, integrator, noise, steps);
    }
    auto& data = referenceData(context);
    auto& force = dynamic_cast<CpuOscillatorNetworkForceKernel&>(choice->force->getKernel().getImpl());
    if (steps > 0) // OpenMM's own checks: positions are set and finite
        context.calcForcesAndEnergy(false, false, integrator.getIntegrationForceGroups());
    while (steps > 0) {
        CpuPathPlan plan = planPath(integrator, force.getProtocol(), force.getReplicas().getClampedPaths(), data.time,
                                    std::min(steps, mostPlannedSteps));
        plan.noise = noise;
        plan.firstStream = choice->firstStream;
        plan.mobilities = mobilitiesOf(*common, force.getReplicas().getAxis(), integrator);
        plan.escapeDistance = integrator.getEscapeDistance();
        const bool areWithin = plan.steps.empty() || executeFused(context, force, integrator, plan);
        const int taken = static_cast<int>(plan.steps.size());
        data.time = plan.endTime;
        data.stepCount += taken;
        noise.counter += taken;
        steps -= taken;
        if (!areWithin)
            return false;
        if (plan.refusal)
            std::rethrow_exception(plan.refusal);
    }
    return true;
}

bool CpuOverdampedLangevinKernel::executeFused(ContextImpl& context, CpuOscillatorNetworkForceKernel& force,
                                               const OverdampedLangevinIntegrator& integrator,
                                               const CpuPathPlan& plan) const {
    using Precision = OverdampedLangevinIntegrator::Precision;
    if (integrator.getPrecision() == Precision::Single)
        return runPath<float, float>(context, force, plan);
    if (integrator.getPrecision() == Precision::Mixed)
        return runPath<double, float>(context, force, plan);
    return runPath<double, double>(context, force, plan);
}

template <typename State, typename Real>
bool CpuOverdampedLangevinKernel::runPath(ContextImpl& context, CpuOscillatorNetworkForceKernel& force,
                                          const CpuPathPlan& plan) const {
    CpuPackedProtocol<Real>& protocol = force.getPackedProtocol<Real>();
    const std::size_t panelSize = getBatchKernels<Real>().panelSize;
    const std::size_t numReplicas = force.getReplicas().getNumReplicas();
    const std::size_t rest = numReplicas % panelSize;
    const std::size_t numSingles = areBetterSingle(rest, force.getLayout(), protocol.getSingleLayout()) ? rest : 0;
    const std::size_t numPanels = (numReplicas - numSingles + panelSize - 1) / panelSize;
    bool areWithin = true;
    if (numPanels > 0)
        areWithin =
            runGroups<State, CpuPanelArithmetic<Real>>(context, force, protocol.forPanels(), plan, 0, numPanels);
    if (numSingles > 0)
        areWithin &= runGroups<State, CpuSingleArithmetic<Real>>(
            context, force, protocol.forSingles(), plan, static_cast<int>(numReplicas - numSingles), numSingles);
    return areWithin;
}

template <typename State, typename Arithmetic>
bool CpuOverdampedLangevinKernel::runGroups(ContextImpl& context, CpuOscillatorNetworkForceKernel& force,
                                            const typename Arithmetic::Slices& slices, const CpuPathPlan& plan,
                                            int firstReplica, std::size_t numGroups) const {
    auto& data = referenceData(context);
    std::atomic<bool> areWithin = true;
    shareOnThreads(context, numGroups, [&](std::size_t begin, std::size_t end) {
        if (begin == end)
            return;
        CpuFusedPath<State, Arithmetic> path(slices, force.getReplicas(), plan);
        const int first = firstReplica + static_cast<int>(begin * path.getGroupSize());
        if (!path.run(first, end - begin, *data.positions, *data.velocities))
            areWithin = false;
    });
    return areWithin;
}

} // namespace OpenMMOscillators
