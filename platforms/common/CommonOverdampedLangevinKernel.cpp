#include "CommonOverdampedLangevinKernel.h"

#include "KernelPrograms.h"
#include "MixedArguments.h"
#include "openmm/System.h"
#include "openmm/common/ContextSelector.h"
#include "openmm/internal/ContextImpl.h"
#include "openmmoscillators/dynamics/NoiseStreams.h"
#include <limits>

using OpenMM::ComputeKernel;
using OpenMM::ContextImpl;
using OpenMM::ContextSelector;
using OpenMM::mm_double4;
using OpenMM::mm_float4;
using OpenMM::mm_int2;

namespace OpenMMOscillators {

void CommonOverdampedLangevinKernel::initialize(const OpenMM::System& system,
                                                const OverdampedLangevinIntegrator& /*integrator*/) {
    cc.initializeContexts();
    const ContextSelector selector(cc);
    fusedSteps = std::make_unique<FusedSteps>(system);
    const NoiseStreams streams(system);
    std::vector<mm_int2> values;
    for (int particle = 0; particle < system.getNumParticles(); ++particle)
        for (int axis = 0; axis < 3; ++axis) {
            const NoiseStreams::Address address = streams.getAddress(particle, axis);
            values.emplace_back(static_cast<int>(address.stream), static_cast<int>(address.index));
        }
    addresses.initialize<mm_int2>(cc, values.size(), "noiseAddresses");
    addresses.upload(values);
}

void CommonOverdampedLangevinKernel::createKernels() {
    const int mixed4Size = isMixedDouble(cc) ? sizeof(mm_double4) : sizeof(mm_float4);
    start.initialize(cc, cc.getPaddedNumAtoms(), mixed4Size, "stepStart");
    partialDelta.initialize(cc, cc.getPaddedNumAtoms(), mixed4Size, "partialDelta");

    const KernelProgram source = overdampedLangevinProgram();
    const OpenMM::ComputeProgram program = cc.compileProgram(source.source, source.defines);
    simpleKernel = program->createKernel("takeStep");
    predictKernel = program->createKernel("predictStep");
    correctKernel = program->createKernel("correctStep");
    restoreKernel = program->createKernel("restorePositions");
    for (ComputeKernel* kernel : {&simpleKernel, &predictKernel, &correctKernel}) {
        (*kernel)->addArg(cc.getNumAtoms());
        (*kernel)->addArg(cc.getPaddedNumAtoms());
        (*kernel)->addArg(cc.getVelm());
        (*kernel)->addArg(cc.getLongForceBuffer());
    }
    for (ComputeKernel* kernel : {&simpleKernel, &predictKernel}) {
        (*kernel)->addArg(cc.getAtomIndexArray());
        (*kernel)->addArg(addresses);
    }
    for (int i = 0; i < 6; ++i) // drift, noise, next noise, 1/dt, step, seed
        simpleKernel->addArg();
    for (int i = 0; i < 4; ++i) // drift, noise, step, seed
        predictKernel->addArg();
    for (int i = 0; i < 2; ++i) // drift, 1/dt
        correctKernel->addArg();
    restoreKernel->addArg(cc.getNumAtoms());
    restoreKernel->addArg(start);
    for (ComputeKernel* kernel : {&predictKernel, &correctKernel}) {
        (*kernel)->addArg(start);
        (*kernel)->addArg(partialDelta);
    }
    for (ComputeKernel* kernel : {&simpleKernel, &predictKernel, &correctKernel, &restoreKernel})
        addPositions(*kernel);
}

void CommonOverdampedLangevinKernel::addPositions(ComputeKernel& kernel) {
    kernel->addArg(cc.getPosq());
    if (cc.getUseMixedPrecision())
        kernel->addArg(cc.getPosqCorrection());
}

bool CommonOverdampedLangevinKernel::execute(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                             NoiseState& noise, int steps) {
    if (steps == 0)
        return true;
    const ContextSelector selector(cc);
    if (!escapeFinder)
        escapeFinder = std::make_unique<EscapeFinder>(cc);
    if (FusedStepper* stepper = chooseFusedStepper(context, integrator)) {
        context.calcForcesAndEnergy(false, false, 0); // computes nothing, but refuses a Context without positions
        return stepper->execute(integrator, noise, steps, *escapeFinder);
    }
    if (!simpleKernel) // only now do all of the context's arrays exist
        createKernels();
    for (int s = 0; s < steps; ++s) {
        takeStep(context, integrator, noise);
        ++noise.counter;
    }
    return !escapeFinder->find(integrator);
}

FusedStepper* CommonOverdampedLangevinKernel::chooseFusedStepper(ContextImpl& context,
                                                                 const OverdampedLangevinIntegrator& integrator) {
    const auto choice = fusedSteps->choose(context, integrator);
    if (!choice || cc.getNonbondedUtilities().getUseCutoff()) // neighbour lists reorder and shift particles
        return nullptr;
    auto& forceKernel = choice->force->getKernel().getAs<CommonOscillatorNetworkForceKernel>();
    const NetworkProgramSettings& settings = forceKernel.getSettings();
    if (!FusedStepper::fits(cc, settings.replicasPerGroup * settings.numOscillators))
        return nullptr;
    std::unique_ptr<FusedStepper>& stepper = fusedSteppers[choice->force];
    if (stepper == nullptr)
        stepper = std::make_unique<FusedStepper>(cc, forceKernel, context.getSystem(), choice->firstStream);
    return stepper.get();
}

void CommonOverdampedLangevinKernel::takeStep(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                              const NoiseState& noise) {
    context.updateContextState();
    const StepAmplitudes amplitudes(integrator, cc.getTime());
    context.calcForcesAndEnergy(true, false, integrator.getIntegrationForceGroups());
    if (integrator.getScheme() == OverdampedLangevinIntegrator::Scheme::StochasticHeun)
        takeHeunStep(context, integrator, amplitudes, noise);
    else
        takeSimpleStep(amplitudes, noise);
    applyClamps(context, amplitudes.step.endTime, amplitudes.step.size);
    cc.getIntegrationUtilities().computeVirtualSites();
    cc.setTime(amplitudes.step.endTime);
    cc.setStepCount(cc.getStepCount() + 1);
    cc.reorderAtoms();
}

void CommonOverdampedLangevinKernel::takeSimpleStep(const StepAmplitudes& amplitudes, const NoiseState& noise) {
    setMixed4(cc, simpleKernel, 6, amplitudes.drift);
    setMixed4(cc, simpleKernel, 7, amplitudes.noise);
    setMixed4(cc, simpleKernel, 8, amplitudes.nextNoise);
    setMixed(cc, simpleKernel, 9, 1.0 / amplitudes.step.size);
    simpleKernel->setArg(10, noise.counter);
    simpleKernel->setArg(11, noise.seed);
    simpleKernel->execute(cc.getNumAtoms());
}

void CommonOverdampedLangevinKernel::takeHeunStep(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                                  const StepAmplitudes& amplitudes, const NoiseState& noise) {
    setMixed4(cc, predictKernel, 6, amplitudes.drift);
    setMixed4(cc, predictKernel, 7, amplitudes.noise);
    predictKernel->setArg(8, noise.counter);
    predictKernel->setArg(9, noise.seed);
    predictKernel->execute(cc.getNumAtoms());
    applyClamps(context, amplitudes.step.endTime, std::numeric_limits<double>::infinity());
    cc.getIntegrationUtilities().computeVirtualSites();
    const double startTime = cc.getTime();
    cc.setTime(amplitudes.step.endTime);
    try {
        context.calcForcesAndEnergy(true, false, integrator.getIntegrationForceGroups());
    } catch (...) { // a protocol may refuse the end time: leave the Context as it was before the step
        restoreKernel->execute(cc.getNumAtoms());
        cc.getIntegrationUtilities().computeVirtualSites();
        cc.setTime(startTime);
        throw;
    }
    cc.setTime(startTime);
    setMixed4(cc, correctKernel, 4, amplitudes.drift);
    setMixed(cc, correctKernel, 5, 1.0 / amplitudes.step.size);
    correctKernel->execute(cc.getNumAtoms());
}

void CommonOverdampedLangevinKernel::applyClamps(ContextImpl& context, double time, double stepSize) {
    for (OpenMM::ForceImpl* impl : context.getForceImpls())
        if (auto* force = dynamic_cast<OscillatorNetworkForceImpl*>(impl))
            if (DeviceClamps* clamps = force->getKernel().getAs<CommonOscillatorNetworkForceKernel>().getClamps())
                clamps->apply(time, stepSize);
}

double CommonOverdampedLangevinKernel::computeKineticEnergy(ContextImpl& /*context*/) {
    return cc.getIntegrationUtilities().computeKineticEnergy(0.0);
}

} // namespace OpenMMOscillators
