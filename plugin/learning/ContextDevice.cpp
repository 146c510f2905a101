#include "openmmoscillators/learning/ContextDevice.h"

#include "openmm/State.h"
#include <algorithm>
#include <stdexcept>
#include <vector>

namespace OpenMMOscillators {

ContextDevice::ContextDevice(OpenMM::Context& deviceContext, OscillatorNetworkForce& deviceForce)
    : context(deviceContext), force(deviceForce), layout(deviceForce.getNetwork()) {
    if (force.getNumReplicas() == 0)
        throw std::invalid_argument("ContextDevice: the force has no replicas");
}

void ContextDevice::setParameters(const NetworkParameters& theta) {
    force.setProtocol(DrivingProtocol(theta));
    force.updateParametersInContext(context);
}

void ContextDevice::measure(SampleBlock& block) {
    const std::size_t replicas = force.getNumReplicas(), oscillators = layout.getNumOscillators();
    const int axis = force.getDisplacementAxis();
    block.force.assign(block.position.size(), 0.0F);
    std::vector<double> displacements(replicas * oscillators, 0.0);
    for (std::size_t first = 0; first < block.count; first += replicas) {
        const std::size_t count = std::min(replicas, block.count - first);
        for (std::size_t r = 0; r < count; ++r)
            for (std::size_t i = 0; i < oscillators; ++i)
                displacements[r * oscillators + i] = block.position[i * block.stride + first + r];
        force.setDisplacements(context, displacements);
        const OpenMM::State state = context.getState(OpenMM::State::Forces, false, 1 << force.getForceGroup());
        const std::vector<OpenMM::Vec3>& forces = state.getForces();
        for (std::size_t r = 0; r < count; ++r) {
            const std::vector<int>& particles = force.getReplicaParticles(static_cast<int>(r));
            for (std::size_t i = 0; i < oscillators; ++i)
                block.force[i * block.stride + first + r] = static_cast<float>(forces[particles[i]][axis]);
        }
    }
}

} // namespace OpenMMOscillators
