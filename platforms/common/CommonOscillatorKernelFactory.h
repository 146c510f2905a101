#pragma once

#include "CommonOscillatorNetworkForceKernel.h"
#include "CommonOverdampedLangevinKernel.h"
#include "CommonParallelOscillatorNetworkForceKernel.h"
#include "openmm/KernelFactory.h"
#include "openmm/OpenMMException.h"
#include "openmm/Platform.h"
#include "openmm/internal/ContextImpl.h"
#include <string>

namespace OpenMMOscillators {

/** Creates the common kernels in Contexts of a platform of OpenMM: OpenCLPlatform, CudaPlatform or HipPlatform. */
template <typename DevicePlatform>
class CommonOscillatorKernelFactory : public OpenMM::KernelFactory {
public:
    OpenMM::KernelImpl* createKernelImpl(std::string name, const OpenMM::Platform& platform,
                                         OpenMM::ContextImpl& context) const override {
        const auto& devices = static_cast<typename DevicePlatform::PlatformData*>(context.getPlatformData())->contexts;
        OpenMM::ComputeContext& first = *devices[0];
        // OpenMM owns the kernels.
        if (name == CalcOscillatorNetworkForceKernel::Name() && devices.size() > 1)
            return new CommonParallelOscillatorNetworkForceKernel(name, platform, first);
        if (name == CalcOscillatorNetworkForceKernel::Name())
            return new CommonOscillatorNetworkForceKernel(name, platform, first);
        if (name == IntegrateOverdampedLangevinStepKernel::Name())
            return new CommonOverdampedLangevinKernel(name, platform, first);
        throw OpenMM::OpenMMException("CommonOscillatorKernelFactory: there is no kernel named '" + name + "'");
    }
};

/**
 * Give OpenMM's platform of this name the common kernels. It is known by name, not by type, because where its library
 * was not loaded, for want of a driver, there is nothing to do.
 */
template <typename DevicePlatform>
void registerCommonKernels(const std::string& platformName) {
    for (int i = 0; i < OpenMM::Platform::getNumPlatforms(); ++i) {
        OpenMM::Platform& platform = OpenMM::Platform::getPlatform(i);
        if (platform.getName() != platformName)
            continue;
        auto* factory = new CommonOscillatorKernelFactory<DevicePlatform>; // the platform deletes it
        platform.registerKernelFactory(CalcOscillatorNetworkForceKernel::Name(), factory);
        platform.registerKernelFactory(IntegrateOverdampedLangevinStepKernel::Name(), factory);
    }
}

} // namespace OpenMMOscillators
