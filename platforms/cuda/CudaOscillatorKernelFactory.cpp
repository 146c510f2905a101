#include "CudaOscillatorKernelFactory.h"

#include "CommonOscillatorNetworkForceKernel.h"
#include "CommonOverdampedLangevinKernel.h"
#include "openmm/OpenMMException.h"
#include "openmm/PluginInitializer.h"
#include "openmm/cuda/CudaContext.h"
#include "openmm/cuda/CudaPlatform.h"
#include "openmm/internal/ContextImpl.h"

using OpenMM::Platform;

namespace OpenMMOscillators {

OpenMM::KernelImpl* CudaOscillatorKernelFactory::createKernelImpl(std::string name, const Platform& platform,
                                                                  OpenMM::ContextImpl& context) const {
    OpenMM::ComputeContext& device =
        *static_cast<OpenMM::CudaPlatform::PlatformData*>(context.getPlatformData())->contexts[0];
    // OpenMM owns the kernels.
    if (name == CalcOscillatorNetworkForceKernel::Name())
        return new CommonOscillatorNetworkForceKernel(name, platform, device);
    if (name == IntegrateOverdampedLangevinStepKernel::Name())
        return new CommonOverdampedLangevinKernel(name, platform, device);
    throw OpenMM::OpenMMException("CudaOscillatorKernelFactory: there is no kernel named '" + name + "'");
}

} // namespace OpenMMOscillators

extern "C" void registerPlatforms() {}

/** OpenMM's CUDA platform registers itself only where there is a CUDA driver: without one there is nothing to do. */
extern "C" void registerKernelFactories() {
    using namespace OpenMMOscillators;
    for (int i = 0; i < Platform::getNumPlatforms(); ++i) {
        Platform& platform = Platform::getPlatform(i);
        if (platform.getName() != "CUDA")
            continue;
        auto* factory = new CudaOscillatorKernelFactory; // the platform deletes it
        platform.registerKernelFactory(CalcOscillatorNetworkForceKernel::Name(), factory);
        platform.registerKernelFactory(IntegrateOverdampedLangevinStepKernel::Name(), factory);
    }
}
