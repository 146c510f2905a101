#include "CpuOscillatorNetworkForceKernel.h"

#include "CpuThreads.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include "reference/ReferenceContextData.h"
#include <numeric>

using OpenMM::ContextImpl;

namespace OpenMMOscillators {

void CpuOscillatorNetworkForceKernel::initialize(const OpenMM::System& /*system*/,
                                                 const OscillatorNetworkForce& force) {
    layout.emplace(force.getNetwork());
    replicas.emplace(force);
    protocol = force.getProtocol();
    parameters.resize(layout->getPackedSize());
}

template <>
std::optional<PackedProtocol<float>>& CpuOscillatorNetworkForceKernel::packedProtocol() {
    return floatProtocol;
}
template <>
std::optional<PackedProtocol<double>>& CpuOscillatorNetworkForceKernel::packedProtocol() {
    return doubleProtocol;
}

template <typename Real>
const PackedProtocol<Real>& CpuOscillatorNetworkForceKernel::getPackedProtocol() {
    std::optional<PackedProtocol<Real>>& packed = packedProtocol<Real>();
    if (!packed)
        packed.emplace(*layout, protocol);
    return *packed;
}
template const PackedProtocol<float>& CpuOscillatorNetworkForceKernel::getPackedProtocol();
template const PackedProtocol<double>& CpuOscillatorNetworkForceKernel::getPackedProtocol();

const double* CpuOscillatorNetworkForceKernel::parametersAt(double time) {
    return getPackedProtocol<double>().evaluate(locateInProtocol(protocol, time), parameters.data());
}

double CpuOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces, bool includeEnergy) {
    if (includeForces)
        addForces(context, parametersAt(referenceData(context).time));
    if (!includeEnergy)
        return 0.0;
    const std::vector<double> energies = getReplicaEnergies(context);
    return std::accumulate(energies.begin(), energies.end(), 0.0);
}

void CpuOscillatorNetworkForceKernel::addForces(ContextImpl& context, const double* theta) {
    const BatchKernels<double>& kernels = getBatchKernels<double>();
    const auto& data = referenceData(context);
    const std::size_t size = kernels.panelSize * layout->getNumOscillators();
    const int axis = replicas->getAxis();
    const std::size_t numPanels = replicas->getNumPanels(kernels.panelSize);
    shareOnThreads(context, numPanels, [&](std::size_t begin, std::size_t end) {
        AlignedVector<double> x(size), gradient(size);
        for (std::size_t panel = begin; panel < end; ++panel) {
            replicas->load(*data.positions, panel, kernels.panelSize, x.data());
            kernels.gradient(*layout, theta, x.data(), gradient.data());
            replicas->forEach(*data.forces, panel, kernels.panelSize, gradient.data(),
                              [axis](OpenMM::Vec3& force, double value, int /*oscillator*/) { force[axis] -= value; });
        }
    });
}

std::vector<double> CpuOscillatorNetworkForceKernel::getReplicaEnergies(ContextImpl& context) {
    const BatchKernels<double>& kernels = getBatchKernels<double>();
    const auto& data = referenceData(context);
    const double* theta = parametersAt(data.time);
    const std::size_t numPanels = replicas->getNumPanels(kernels.panelSize);
    AlignedVector<double> energies(numPanels * kernels.panelSize);
    shareOnThreads(context, numPanels, [&](std::size_t begin, std::size_t end) {
        AlignedVector<double> x(kernels.panelSize * layout->getNumOscillators());
        for (std::size_t panel = begin; panel < end; ++panel) {
            replicas->load(*data.positions, panel, kernels.panelSize, x.data());
            kernels.energy(*layout, theta, x.data(), energies.data() + panel * kernels.panelSize);
        }
    });
    return {energies.begin(), energies.begin() + replicas->getNumReplicas()};
}

void CpuOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& /*context*/,
                                                            const DrivingProtocol& newProtocol,
                                                            const ProtocolChange& change) {
    if (change.grid) {
        protocol = newProtocol;
        floatProtocol.reset();
        doubleProtocol.reset();
        return;
    }
    for (int k = change.firstSlice; k <= change.lastSlice; ++k) {
        protocol.setSlice(k, newProtocol.getSlice(k));
        if (floatProtocol)
            floatProtocol->setSlice(k, newProtocol.getSlice(k));
        if (doubleProtocol)
            doubleProtocol->setSlice(k, newProtocol.getSlice(k));
    }
}

} // namespace OpenMMOscillators
