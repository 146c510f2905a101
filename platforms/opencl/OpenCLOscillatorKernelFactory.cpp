#include "OpenCLOscillatorKernelFactory.h"

#include "CommonOscillatorNetworkForceKernel.h"
#include "CommonOverdampedLangevinKernel.h"
#include "openmm/OpenMMException.h"
#include "openmm/PluginInitializer.h"
#include "openmm/internal/ContextImpl.h"
#include "openmm/opencl/OpenCLContext.h"
#include "openmm/opencl/OpenCLPlatform.h"

using OpenMM::Platform;

namespace OpenMMOscillators {

OpenMM::KernelImpl* OpenCLOscillatorKernelFactory::createKernelImpl(std::string name, const Platform& platform,
                                                                    OpenMM::ContextImpl& context) const {
    OpenMM::ComputeContext& device =
        *static_cast<OpenMM::OpenCLPlatform::PlatformData*>(context.getPlatformData())->contexts[0];
    // OpenMM owns the kernels.
    if (name == CalcOscillatorNetworkForceKernel::Name())
        return new CommonOscillatorNetworkForceKernel(name, platform, device);
    if (name == IntegrateOverdampedLangevinStepKernel::Name())
        return new CommonOverdampedLangevinKernel(name, platform, device);
    throw OpenMM::OpenMMException("OpenCLOscillatorKernelFactory: there is no kernel named '" + name + "'");
}

} // namespace OpenMMOscillators

extern "C" void registerPlatforms() {}

/** OpenMM's OpenCL platform registers itself only where there is an OpenCL library: without one there is nothing to do.
 */
extern "C" void registerKernelFactories() {
    using namespace OpenMMOscillators;
    for (int i = 0; i < Platform::getNumPlatforms(); ++i) {
        Platform& platform = Platform::getPlatform(i);
        if (platform.getName() != "OpenCL")
            continue;
        auto* factory = new OpenCLOscillatorKernelFactory; // the platform deletes it
        platform.registerKernelFactory(CalcOscillatorNetworkForceKernel::Name(), factory);
        platform.registerKernelFactory(IntegrateOverdampedLangevinStepKernel::Name(), factory);
    }
}
