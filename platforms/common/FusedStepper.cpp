#include "FusedStepper.h"

#include "KernelPrograms.h"
#include "StepAmplitudes.h"
#include "openmm/System.h"
#include <algorithm>

using OpenMM::mm_double4;
using OpenMM::mm_int2;

namespace OpenMMOscillators {

namespace {

constexpr int maxLocalMemory = 48 * 1024; // bytes; more takes a CUDA kernel special measures
constexpr int maxBlockSize = 256;

/** Local memory that a work-group may have, in bytes: OpenMM tells only how many threads can have some each. */
int localMemory(const OpenMM::ComputeContext& cc) {
    const int share = 16;
    return std::min(maxLocalMemory, cc.computeThreadBlockSize(share) * share);
}

} // namespace

bool FusedStepper::fits(const OpenMM::ComputeContext& cc, int numDisplacements) {
    return numDisplacements <=
           localMemory(cc) / fusedLocalMemory(cc.getUseDoublePrecision(), cc.getUseMixedPrecision());
}

FusedStepper::FusedStepper(OpenMM::ComputeContext& computeContext, CommonOscillatorNetworkForceKernel& forceKernel,
                           const OpenMM::System& system, std::uint32_t stream)
    : cc(computeContext), force(forceKernel), firstStream(stream) {
    const bool mixedIsDouble = cc.getUseDoublePrecision() || cc.getUseMixedPrecision();
    const int mixedSize = mixedIsDouble ? sizeof(double) : sizeof(float);
    std::vector<double> inverses;
    inverses.reserve(force.getReplicas().getSize());
    for (int particle : force.getReplicas().getParticles()) {
        const double mass = particle < 0 ? 0.0 : system.getParticleMass(particle);
        inverses.push_back(mass == 0.0 ? 0.0 : 1.0 / mass);
    }
    inverseMasses.initialize(cc, inverses.size(), mixedSize, "inverseMasses");
    inverseMasses.upload(inverses, true);
    stepSettings.initialize(cc, force.getNetwork().getMaxTimes(), 4 * mixedSize, "stepSettings");
    if (force.getClamps() != nullptr) {
        clampedBrackets.initialize<mm_int2>(cc, stepSettings.getSize(), "clampedBrackets");
        clampedWeights.initialize(cc, stepSettings.getSize(), mixedSize, "clampedWeights");
    }
}

bool FusedStepper::execute(const OverdampedLangevinIntegrator& integrator, NoiseState& noise, int steps,
                           EscapeFinder& escapes) {
    force.getReplicas().update();
    while (steps > 0) {
        const Block block = plan(integrator, std::min(steps, force.getNetwork().getMaxTimes() - 1));
        launch(block, integrator.getScheme(), noise);
        const int taken = static_cast<int>(block.settings.size());
        cc.setTime(block.endTime);
        cc.setStepCount(cc.getStepCount() + taken);
        noise.counter += taken;
        steps -= taken;
        if (escapes.find(integrator))
            return false;
    }
    return true;
}

FusedStepper::Block FusedStepper::plan(const OverdampedLangevinIntegrator& integrator, int maxSteps) const {
    const DrivingProtocol& protocol = force.getNetwork().getProtocol();
    const bool isHeun = integrator.getScheme() == Scheme::StochasticHeun;
    const int axis = force.getSettings().displacementAxis;
    Block block{{}, {}, {}, cc.getTime()};
    DrivingProtocol::Position end{};
    for (int s = 0; s < maxSteps; ++s) {
        const StepAmplitudes amplitudes(integrator, block.endTime);
        try {
            const DrivingProtocol::Position start = locateInProtocol(protocol, block.endTime);
            end = isHeun ? locateInProtocol(protocol, amplitudes.step.endTime) : start;
            block.positions.push_back(start);
        } catch (const OpenMM::OpenMMException&) { // a time that the protocol refuses: take the steps before it
            if (s == 0)
                throw;
            break;
        }
        block.settings.emplace_back(amplitudes.drift[axis], amplitudes.noise[axis], amplitudes.nextNoise[axis],
                                    amplitudes.step.size);
        if (force.getClamps() != nullptr)
            block.clampedEnds.push_back(force.getClamps()->getPaths().locate(amplitudes.step.endTime));
        block.endTime = amplitudes.step.endTime;
    }
    if (isHeun)
        block.positions.push_back(end);
    if (!protocol.isTimeDependent())
        block.positions.resize(1);
    return block;
}

void FusedStepper::uploadClampedEnds(const Block& block) {
    std::vector<mm_int2> brackets(stepSettings.getSize(), mm_int2(0, 0));
    std::vector<double> weights(stepSettings.getSize(), 0.0);
    for (std::size_t s = 0; s < block.clampedEnds.size(); ++s) {
        brackets[s] = mm_int2(block.clampedEnds[s].lower, block.clampedEnds[s].upper);
        weights[s] = block.clampedEnds[s].weight;
    }
    clampedBrackets.upload(brackets);
    clampedWeights.upload(weights, true);
}

void FusedStepper::launch(const Block& block, Scheme scheme, const NoiseState& noise) {
    DeviceNetwork& network = force.getNetwork();
    network.prepare(block.positions);
    std::vector<mm_double4> settings = block.settings;
    settings.resize(stepSettings.getSize(), mm_double4(0, 0, 0, 0));
    stepSettings.upload(settings, true);
    if (force.getClamps() != nullptr)
        uploadClampedEnds(block);
    OpenMM::ComputeKernel& kernel = kernelFor(scheme);
    kernel->setArg(1, static_cast<int>(block.settings.size()));
    kernel->setArg(2, network.getProtocol().isTimeDependent() ? network.getCoefficientStride() : 0);
    kernel->setArg(4, noise.counter);
    kernel->setArg(5, noise.seed);
    const int wholeWarps = (force.getSettings().numOscillators + 31) / 32 * 32;
    const int blockSize = std::min({wholeWarps, maxBlockSize, kernel->getMaxBlockSize()});
    kernel->execute(force.getReplicas().getNumGroups() * blockSize, blockSize);
}

OpenMM::ComputeKernel& FusedStepper::kernelFor(Scheme scheme) {
    OpenMM::ComputeKernel& kernel = kernels[scheme];
    if (kernel)
        return kernel;
    const KernelProgram program = fusedStepsProgram(force.getSettings(), scheme, force.getClamps() != nullptr);
    kernel = cc.compileProgram(program.source, program.defines)->createKernel("takeFusedSteps");
    kernel->addArg(force.getReplicas().getNumGroups());
    kernel->addArg(); // number of steps
    kernel->addArg(); // from one step's coefficients to the next one's
    kernel->addArg(firstStream);
    kernel->addArg(); // noise counter
    kernel->addArg(); // seed
    kernel->addArg(stepSettings);
    kernel->addArg(force.getReplicas().getSlots());
    kernel->addArg(inverseMasses);
    kernel->addArg(force.getNetwork().getOscillatorRows());
    force.getNetwork().addArguments(kernel);
    kernel->addArg(cc.getVelm());
    kernel->addArg(cc.getPosq());
    if (cc.getUseMixedPrecision())
        kernel->addArg(cc.getPosqCorrection());
    if (DeviceClamps* clamps = force.getClamps()) {
        kernel->addArg(clamps->getPaths().getNumPaths());
        for (OpenMM::ComputeArray* array :
             {&clamps->getPathsOfItems(), &clamps->getValues(), &clampedBrackets, &clampedWeights})
            kernel->addArg(*array);
    }
    return kernel;
}

} // namespace OpenMMOscillators
