#pragma once

#include "CpuReplicas.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include "openmmoscillators/network/batch/BatchLayout.h"
#include "openmmoscillators/network/batch/PackedProtocol.h"
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
    /** The protocol packed for float or double kernels; packed when it is first asked for. */
    template <typename Real>
    const PackedProtocol<Real>& getPackedProtocol();

private:
    template <typename Real>
    std::optional<PackedProtocol<Real>>& packedProtocol();
    const double* parametersAt(double time);
    void addForces(OpenMM::ContextImpl& context, const double* theta);

    std::optional<BatchLayout> layout;
    std::optional<CpuReplicas> replicas;
    DrivingProtocol protocol;
    std::optional<PackedProtocol<float>> floatProtocol;
    std::optional<PackedProtocol<double>> doubleProtocol;
    AlignedVector<double> parameters; // packed theta(t)
};

} // namespace OpenMMOscillators
