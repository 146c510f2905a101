#include "ReferenceOscillatorNetworkForceKernel.h"

#include "ReferenceContextData.h"
#include "openmmoscillators/network/NetworkEnergy.h"

using OpenMM::ContextImpl;
using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

std::vector<double> displacements(const std::vector<Vec3>& positions, const std::vector<int>& particles, int axis) {
    std::vector<double> x;
    x.reserve(particles.size());
    for (int particle : particles)
        x.push_back(positions[particle][axis]);
    return x;
}

} // namespace

void ReferenceOscillatorNetworkForceKernel::initialize(const OpenMM::System& /*system*/,
                                                       const OscillatorNetworkForce& force) {
    network = force.getNetwork();
    protocol = force.getProtocol();
    axis = force.getDisplacementAxis();
    replicas.clear();
    for (int r = 0; r < force.getNumReplicas(); ++r)
        replicas.push_back(force.getReplicaParticles(r));
}

double ReferenceOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces, bool includeEnergy) {
    const auto& data = referenceData(context);
    const NetworkParameters theta = parametersAt(data.time);
    std::vector<double> gradient(network.getNumOscillators());
    double energy = 0.0;
    for (const std::vector<int>& particles : replicas) {
        const std::vector<double> x = displacements(*data.positions, particles, axis);
        if (includeEnergy)
            energy += NetworkEnergy::energy(network, theta.data(), x.data());
        if (!includeForces)
            continue;
        NetworkEnergy::gradient(network, theta.data(), x.data(), gradient.data());
        for (std::size_t i = 0; i < particles.size(); ++i)
            (*data.forces)[particles[i]][axis] -= gradient[i];
    }
    return energy;
}

std::vector<double> ReferenceOscillatorNetworkForceKernel::getReplicaEnergies(ContextImpl& context) {
    const auto& data = referenceData(context);
    const NetworkParameters theta = parametersAt(data.time);
    std::vector<double> energies;
    energies.reserve(replicas.size());
    for (const std::vector<int>& particles : replicas)
        energies.push_back(
            NetworkEnergy::energy(network, theta.data(), displacements(*data.positions, particles, axis).data()));
    return energies;
}

void ReferenceOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& /*context*/,
                                                                  const DrivingProtocol& newProtocol,
                                                                  const ProtocolChange& change) {
    if (change.grid) {
        protocol = newProtocol;
        return;
    }
    for (int k = change.firstSlice; k <= change.lastSlice; ++k)
        protocol.setSlice(k, newProtocol.getSlice(k));
}

NetworkParameters ReferenceOscillatorNetworkForceKernel::parametersAt(double time) const {
    locateInProtocol(protocol, time); // refuses a time outside the grid in OpenMM's terms
    return protocol.evaluate(time);
}

} // namespace OpenMMOscillators
