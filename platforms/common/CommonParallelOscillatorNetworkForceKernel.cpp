#include "CommonParallelOscillatorNetworkForceKernel.h"

#include "openmm/internal/ContextImpl.h"

using OpenMM::ComputeContext;
using OpenMM::ContextImpl;

namespace OpenMMOscillators {

/** Runs in the thread of a device. */
class CommonParallelOscillatorNetworkForceKernel::ShareOfDevice : public ComputeContext::WorkTask {
public:
    ShareOfDevice(ContextImpl& contextImpl, CommonOscillatorNetworkForceKernel& forceKernel, bool forces, bool energy,
                  double& energyOfDevice)
        : context(contextImpl), kernel(forceKernel), includeForces(forces), includeEnergy(energy),
          deviceEnergy(energyOfDevice) {}
    void execute() override {
        // Not the virtual function, which for the first device is that of all.
        deviceEnergy += kernel.CommonOscillatorNetworkForceKernel::execute(context, includeForces, includeEnergy);
    }

private:
    ContextImpl& context;
    CommonOscillatorNetworkForceKernel& kernel;
    bool includeForces, includeEnergy;
    double& deviceEnergy;
};

CommonParallelOscillatorNetworkForceKernel::CommonParallelOscillatorNetworkForceKernel(
    const std::string& kernelName, const OpenMM::Platform& kernelPlatform, ComputeContext& firstDevice)
    : CommonOscillatorNetworkForceKernel(kernelName, kernelPlatform, firstDevice),
      devices(firstDevice.getAllContexts()) {
    for (std::size_t d = 1; d < devices.size(); ++d)
        otherKernels.push_back(
            std::make_unique<CommonOscillatorNetworkForceKernel>(kernelName, kernelPlatform, *devices[d]));
}

void CommonParallelOscillatorNetworkForceKernel::initialize(const OpenMM::System& system,
                                                            const OscillatorNetworkForce& force) {
    CommonOscillatorNetworkForceKernel::initialize(system, force);
    for (auto& kernel : otherKernels)
        kernel->initialize(system, force);
}

double CommonParallelOscillatorNetworkForceKernel::execute(ContextImpl& context, bool includeForces,
                                                           bool includeEnergy) {
    // A time that the protocol refuses is refused here: of several threads that throw, OpenMM would report one now and
    // the others at the next computation.
    locateInProtocol(getNetwork().getProtocol(), context.getTime());
    for (std::size_t d = 0; d < devices.size(); ++d) {
        CommonOscillatorNetworkForceKernel& kernel = d == 0 ? *this : *otherKernels[d - 1];
        devices[d]->getWorkThread().addTask( // which deletes it
            new ShareOfDevice(context, kernel, includeForces, includeEnergy, devices[d]->getEnergyWorkspace()));
    }
    return 0.0;
}

void CommonParallelOscillatorNetworkForceKernel::copyProtocolToContext(ContextImpl& context,
                                                                       const DrivingProtocol& newProtocol,
                                                                       const ProtocolChange& change) {
    CommonOscillatorNetworkForceKernel::copyProtocolToContext(context, newProtocol, change);
    for (auto& kernel : otherKernels)
        kernel->copyProtocolToContext(context, newProtocol, change);
}

} // namespace OpenMMOscillators
