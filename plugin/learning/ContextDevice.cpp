#include "openmmoscillators/learning/ContextDevice.h"

#include "openmm/OpenMMException.h"
#include "openmm/State.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace OpenMMOscillators {

namespace {

OverdampedLangevinIntegrator& integratorOf(OpenMM::Context& context) {
    auto* integrator = dynamic_cast<OverdampedLangevinIntegrator*>(&context.getIntegrator());
    if (integrator == nullptr)
        throw std::invalid_argument("ContextDevice: the Context's integrator is no OverdampedLangevinIntegrator");
    return *integrator;
}

} // namespace

ContextDevice::ContextDevice(OpenMM::Context& deviceContext, OscillatorNetworkForce& deviceForce)
    : context(deviceContext), force(deviceForce), integrator(integratorOf(deviceContext)),
      layout(deviceForce.getNetwork()), seeds(integrator.getNoiseSeed()) {
    if (force.getNumReplicas() == 0)
        throw std::invalid_argument("ContextDevice: the force has no replicas");
}

void ContextDevice::setParameters(const NetworkParameters& theta) {
    force.setProtocol(DrivingProtocol(theta));
    force.updateParametersInContext(context);
}

void ContextDevice::impose(const SampleBlock& block, std::size_t first, std::size_t count) {
    const std::size_t oscillators = layout.getNumOscillators();
    std::vector<double> displacements(force.getNumReplicas() * oscillators, 0.0);
    for (std::size_t r = 0; r < count; ++r)
        for (std::size_t i = 0; i < oscillators; ++i)
            displacements[r * oscillators + i] = block.position[i * block.stride + first + r];
    force.setDisplacements(context, displacements);
}

void ContextDevice::measure(SampleBlock& block) {
    const std::size_t replicas = force.getNumReplicas(), oscillators = layout.getNumOscillators();
    const int axis = force.getDisplacementAxis();
    block.force.assign(block.position.size(), 0.0F);
    for (std::size_t first = 0; first < block.count; first += replicas) {
        const std::size_t count = std::min(replicas, block.count - first);
        impose(block, first, count);
        const OpenMM::State state = context.getState(OpenMM::State::Forces, false, 1 << force.getForceGroup());
        const std::vector<OpenMM::Vec3>& forces = state.getForces();
        for (std::size_t r = 0; r < count; ++r) {
            const std::vector<int>& particles = force.getReplicaParticles(static_cast<int>(r));
            for (std::size_t i = 0; i < oscillators; ++i)
                block.force[i * block.stride + first + r] = static_cast<float>(forces[particles[i]][axis]);
        }
    }
}

void ContextDevice::evolve(SampleBlock& block, const DrivingProtocol& commanded) {
    force.setProtocol(commanded);
    force.updateParametersInContext(context);
    integrator.setStepSchedule(StepSchedule::uniform(commanded.getTimes(), stepsPerInterval));
    const std::size_t replicas = force.getNumReplicas(), oscillators = layout.getNumOscillators();
    for (AlignedVector<float>& evolved : block.evolvedPositions) {
        evolved.assign(block.position.size(), 0.0F);
        for (std::size_t first = 0; first < block.count; first += replicas) {
            const std::size_t count = std::min(replicas, block.count - first);
            context.setTime(commanded.getTimes().front());
            impose(block, first, count);
            const std::vector<double> reached = run();
            for (std::size_t r = 0; r < count; ++r)
                for (std::size_t i = 0; i < oscillators; ++i)
                    evolved[i * block.stride + first + r] = static_cast<float>(reached[r * oscillators + i]);
        }
    }
}

bool ContextDevice::setAside(std::vector<char>& escaped) {
    const std::size_t oscillators = layout.getNumOscillators();
    std::vector<double> displacements = force.getDisplacements(context);
    bool any = false;
    for (std::size_t k = 0; k < displacements.size(); ++k)
        if (!(std::abs(displacements[k]) <= integrator.getEscapeDistance())) {
            escaped[k / oscillators] = 1;
            any = true;
        }
    for (std::size_t k = 0; k < displacements.size(); ++k)
        if (escaped[k / oscillators] != 0)
            displacements[k] = 0.0;
    force.setDisplacements(context, displacements);
    return any;
}

std::vector<double> ContextDevice::run() {
    // A seed of its own for every evolution, not 0, which means a random one.
    integrator.setRandomNumberSeed(static_cast<int>(seeds.words(numEvolutions++, 0, 0)[0] >> 1) | 1);
    const auto total = static_cast<std::uint64_t>(integrator.getStepSchedule().getTotalSteps());
    std::vector<char> escaped(force.getNumReplicas(), 0);
    while (integrator.getNoiseCounter() < total) {
        try {
            integrator.step(static_cast<int>(total - integrator.getNoiseCounter()));
        } catch (const OpenMM::OpenMMException&) {
            if (!setAside(escaped))
                throw;
        }
    }
    std::vector<double> reached = force.getDisplacements(context);
    for (std::size_t k = 0; k < reached.size(); ++k)
        if (escaped[k / layout.getNumOscillators()] != 0)
            reached[k] = std::numeric_limits<double>::quiet_NaN();
    return reached;
}

void ContextDevice::setState(const std::vector<double>& state) {
    if (state.size() != 1)
        throw std::invalid_argument("ContextDevice::setState: there are " + std::to_string(state.size()) +
                                    " numbers; expected 1");
    numEvolutions = static_cast<std::uint64_t>(state.front());
}

} // namespace OpenMMOscillators
