#pragma once

#include "DeviceNetwork.h"
#include "ReplicaGroups.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/** A thread for every oscillator of every group of replicas, on one device. */
class CommonOscillatorNetworkForceKernel : public CalcOscillatorNetworkForceKernel {
public:
    CommonOscillatorNetworkForceKernel(const std::string& kernelName, const OpenMM::Platform& kernelPlatform,
                                       OpenMM::ComputeContext& computeContext)
        : CalcOscillatorNetworkForceKernel(kernelName, kernelPlatform), cc(computeContext) {}
    void initialize(const OpenMM::System& system, const OscillatorNetworkForce& force) override;
    double execute(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy) override;
    std::vector<double> getReplicaEnergies(OpenMM::ContextImpl& context) override;
    void copyProtocolToContext(OpenMM::ContextImpl& context, const DrivingProtocol& newProtocol,
                               const ProtocolChange& change) override;

    /** What fused steps share with this kernel. */
    const NetworkProgramSettings& getSettings() const { return settings; }
    DeviceNetwork& getNetwork() { return *network; }
    ReplicaGroups& getReplicas() { return *replicas; }

private:
    void createKernels();
    /** Bring displacements and coefficients up to date with the Context. */
    void prepare(OpenMM::ContextImpl& context);
    std::vector<double> computeReplicaEnergies();

    OpenMM::ComputeContext& cc;
    NetworkProgramSettings settings{};
    std::unique_ptr<DeviceNetwork> network;
    std::unique_ptr<ReplicaGroups> replicas;
    OpenMM::ComputeArray displacements, rowEnergies, replicaEnergies;
    OpenMM::ComputeKernel gather, addForces, rowEnergyKernel, sumEnergies;
};

} // namespace OpenMMOscillators
