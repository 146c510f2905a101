#pragma once

#include "CpuPackedProtocol.h"
#include "CpuReplicas.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <optional>

namespace OpenMMOscillators {

/**
 * Panels of replicas with the batch kernels in double precision, shared by the Context's threads. It also lends its
 * copy of the network and the protocol to integrator kernels that fuse steps.
 */
class CpuOscillatorNetworkForceKernel : public CalcOscillatorNetworkForceKernel {
public:
    using CalcOscillatorNetworkForceKernel::CalcOscillatorNetworkForceKernel;
    void initialize(const OpenMM::System& system, const OscillatorNetworkForce& force) override;
    double execute(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy) override;
    std::vector<double> getReplicaEnergies(OpenMM::ContextImpl& context) override;
    void copyProtocolToContext(OpenMM::ContextImpl& context, const DrivingProtocol& newProtocol,
                               const ProtocolChange& change) override;

    const BatchLayout& getLayout() const { return *layout; }
    const CpuReplicas& getReplicas() const { return *replicas; }
    const DrivingProtocol& getProtocol() const { return protocol; }
    /** The protocol for float or double kernels. */
    template <typename Real>
    CpuPackedProtocol<Real>& getPackedProtocol();

private:
    /** Calls work(group, arithmetic) for all replicas in panels, on the Context's threads, with theta at its time. */
    template <typename Work>
    void forAllPanels(OpenMM::ContextImpl& context, const Work& work);

    std::optional<BatchLayout> layout;
    std::optional<CpuReplicas> replicas;
    DrivingProtocol protocol;
    std::optional<CpuPackedProtocol<float>> floatProtocol;
    std::optional<CpuPackedProtocol<double>> doubleProtocol;
    AlignedVector<double> theta; // packed
};

template <>
inline CpuPackedProtocol<float>& CpuOscillatorNetworkForceKernel::getPackedProtocol() {
    return *floatProtocol;
}
template <>
inline CpuPackedProtocol<double>& CpuOscillatorNetworkForceKernel::getPackedProtocol() {
    return *doubleProtocol;
}

} // namespace OpenMMOscillators
