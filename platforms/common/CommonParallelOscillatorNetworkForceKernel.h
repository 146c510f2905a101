#pragma once

#include "CommonOscillatorNetworkForceKernel.h"

namespace OpenMMOscillators {

/**
 * The force with several devices: each adds the forces on its share of the replicas, from positions that OpenMM has
 * copied to it, and OpenMM sums the devices' forces. All else, such as fused steps, is done by the first device.
 */
class CommonParallelOscillatorNetworkForceKernel : public CommonOscillatorNetworkForceKernel {
public:
    CommonParallelOscillatorNetworkForceKernel(const std::string& kernelName, const OpenMM::Platform& kernelPlatform,
                                               OpenMM::ComputeContext& firstDevice);
    void initialize(const OpenMM::System& system, const OscillatorNetworkForce& force) override;
    /** The energy goes to OpenMM's account of every device; hence 0 is returned. */
    double execute(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy) override;
    void copyProtocolToContext(OpenMM::ContextImpl& context, const DrivingProtocol& newProtocol,
                               const ProtocolChange& change) override;

private:
    class ShareOfDevice;

    std::vector<OpenMM::ComputeContext*> devices;
    std::vector<std::unique_ptr<CommonOscillatorNetworkForceKernel>> otherKernels; // of devices 1, 2, ...
};

} // namespace OpenMMOscillators
