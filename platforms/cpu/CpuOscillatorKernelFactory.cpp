#include "CpuOscillatorKernelFactory.h"

#include "CpuOscillatorNetworkForceKernel.h"
#include "CpuOverdampedLangevinKernel.h"
#include "openmm/OpenMMException.h"
#include "openmm/PluginInitializer.h"
#include "openmm/cpu/CpuPlatform.h"

using OpenMM::Platform;

namespace OpenMMOscillators {

OpenMM::KernelImpl* CpuOscillatorKernelFactory::createKernelImpl(std::string name, const Platform& platform,
                                                                 OpenMM::ContextImpl& /*context*/) const {
    // OpenMM owns the kernels.
    if (name == CalcOscillatorNetworkForceKernel::Name())
        return new CpuOscillatorNetworkForceKernel(name, platform);
    if (name == IntegrateOverdampedLangevinStepKernel::Name())
        return new CpuOverdampedLangevinKernel(name, platform);
    throw OpenMM::OpenMMException("CpuOscillatorKernelFactory: there is no kernel named '" + name + "'");
}

} // namespace OpenMMOscillators

extern "C" void registerPlatforms() {}

/** The Reference kernels that the CPU platform may have been given are replaced. */
extern "C" void registerKernelFactories() {
    using namespace OpenMMOscillators;
    for (int i = 0; i < Platform::getNumPlatforms(); ++i) {
        auto* platform = dynamic_cast<OpenMM::CpuPlatform*>(&Platform::getPlatform(i));
        if (platform == nullptr)
            continue;
        auto* factory = new CpuOscillatorKernelFactory; // one a platform, which deletes it
        platform->registerKernelFactory(CalcOscillatorNetworkForceKernel::Name(), factory);
        platform->registerKernelFactory(IntegrateOverdampedLangevinStepKernel::Name(), factory);
    }
}
