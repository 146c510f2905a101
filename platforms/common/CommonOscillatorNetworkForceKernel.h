#pragma once

#include "DeviceClamps.h"
#include "DeviceNetwork.h"
#include "ReplicaGroups.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/**
 * A thread for every oscillator of every group of replicas, on one device. It knows all replicas, but adds the forces
 * and energies of its share of the groups only, if it is one of several devices of a Context.
 */
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
    /** nullptr if nothing is clamped. */
    DeviceClamps* getClamps() { return clamps.get(); }

private:
    /** Groups of replicas from the first to before the end. */
    struct GroupRange {
        int first, end;
    };
    GroupRange allGroups() const { return {0, replicas->getNumGroups()}; }
    GroupRange shareOfDevice() const;
    void createKernels();
    /** Bring the displacements of groups, and the coefficients, up to date with the Context. */
    void prepare(OpenMM::ContextImpl& context, const GroupRange& groups);
    std::vector<double> computeReplicaEnergies(const GroupRange& groups);

    OpenMM::ComputeContext& cc;
    NetworkProgramSettings settings{};
    std::unique_ptr<DeviceNetwork> network;
    std::unique_ptr<ReplicaGroups> replicas;
    std::unique_ptr<DeviceClamps> clamps;
    OpenMM::ComputeArray displacements, rowEnergies, replicaEnergies;
    OpenMM::ComputeKernel gather, addForces, rowEnergyKernel, sumEnergies;
};

} // namespace OpenMMOscillators
