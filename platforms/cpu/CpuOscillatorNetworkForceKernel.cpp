#include "CpuOscillatorNetworkForceKernel.h"

#include "CpuThreads.h"
#include "reference/ReferenceContextData.h"
#include <numeric>

using OpenMM::ContextImpl;
using OpenMM::Vec3;

namespace OpenMMOscillators {

void CpuOscillatorNetworkForceKernel::initialize(const OpenMM::System& /*system*/,
                                                 const OscillatorNetworkForce& force) {
    layout.emplace(force.getNetwork());
    replicas.emplace(force);
    protocol = force.getProtocol();
    floatProtocol.emplace(force.getNetwork(), *layout, protocol);
    doubleProtocol.emplace(force.getNetwork(), *layout, protocol);
    theta.resize(layout->getPackedSize());
}

template <typename Work>
void CpuOscillatorNetworkForceKernel::forAllPanels(ContextImpl& context, const Work& work) {
    const BatchKernels<double>& kernels = getBatchKernels<double>();
    const DrivingProtocol::Position position = locateInProtocol(protocol, referenceData(context).time);
    const auto& slices = doubleProtocol->forPanels();
    kernels.interpolate(slices.getSlice(position.lower), slices.getSlice(position.upper), position.weight, theta.size(),
                        theta.data());
    const std::size_t panelSize = kernels.panelSize;
    const std::size_t numPanels = (replicas->getNumReplicas() + panelSize - 1) / panelSize;
    shareOnThreads(context, numPanels, [&](std::size_t begin, std::size_t end) {
        AlignedVector<double> x(panelSize * layout->getNumOscillators()), result(x.size());
        for (std::size_t panel = begin; panel < end; ++panel) {
            const CpuReplicaGroup group{static_cast<int>(panel * panelSize), panelSize};
            replicas->load(*referenceData(context).positions, group, x.data());
            work(group, x.data(), result.data());
        }
    });
}

double CpuOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces, bool includeEnergy) {
    const int axis = replicas->getAxis();
    if (includeForces)
        forAllPanels(context, [&](const CpuReplicaGroup& group, const double* x, double* gradient) {
            getBatchKernels<double>().gradient(*layout, theta.data(), x, gradient);
            replicas->forEach(*referenceData(context).forces, group, gradient,
                              [axis](Vec3& force, double value, int /*oscillator*/) { force[axis] -= value; });
        });
    if (!includeEnergy)
        return 0.0;
    const std::vector<double> energies = getReplicaEnergies(context);
    return std::accumulate(energies.begin(), energies.end(), 0.0);
}

std::vector<double> CpuOscillatorNetworkForceKernel::getReplicaEnergies(ContextImpl& context) {
    std::vector<double> energies(replicas->getNumReplicas());
    forAllPanels(context, [&](const CpuReplicaGroup& group, const double* x, double* panelEnergies) {
        getBatchKernels<double>().energy(*layout, theta.data(), x, panelEnergies);
        const std::size_t count = std::min(group.size, energies.size() - group.firstReplica);
        std::copy_n(panelEnergies, count, energies.begin() + group.firstReplica);
    });
    return energies;
}

void CpuOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& /*context*/,
                                                            const DrivingProtocol& newProtocol,
                                                            const ProtocolChange& change) {
    if (change.grid)
        protocol = newProtocol;
    else
        for (int k = change.firstSlice; k <= change.lastSlice; ++k)
            protocol.setSlice(k, newProtocol.getSlice(k));
    floatProtocol->update(change);
    doubleProtocol->update(change);
}

} // namespace OpenMMOscillators
