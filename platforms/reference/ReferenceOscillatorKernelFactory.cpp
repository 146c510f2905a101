#include "ReferenceOscillatorKernelFactory.h"

#include "ReferenceOscillatorNetworkForceKernel.h"
#include "ReferenceOverdampedLangevinKernel.h"
#include "openmm/OpenMMException.h"
#include "openmm/Platform.h"
#include "openmm/PluginInitializer.h"
#include "openmm/reference/ReferencePlatform.h"

using OpenMM::Platform;

namespace OpenMMOscillators {

OpenMM::KernelImpl* ReferenceOscillatorKernelFactory::createKernelImpl(std::string name, const Platform& platform,
                                                                       OpenMM::ContextImpl& /*context*/) const {
    // OpenMM owns the kernels.
    if (name == CalcOscillatorNetworkForceKernel::Name())
        return new ReferenceOscillatorNetworkForceKernel(name, platform);
    if (name == IntegrateOverdampedLangevinStepKernel::Name())
        return new ReferenceOverdampedLangevinKernel(name, platform);
    throw OpenMM::OpenMMException("ReferenceOscillatorKernelFactory: there is no kernel named '" + name + "'");
}

} // namespace OpenMMOscillators

extern "C" void registerPlatforms() {}

/**
 * Platforms derived from ReferencePlatform get these kernels too, unless they have their own: plugins may be loaded in
 * any order.
 */
extern "C" void registerKernelFactories() {
    using namespace OpenMMOscillators;
    const std::string force = CalcOscillatorNetworkForceKernel::Name();
    const std::string integrator = IntegrateOverdampedLangevinStepKernel::Name();
    for (int i = 0; i < Platform::getNumPlatforms(); ++i) {
        auto* platform = dynamic_cast<OpenMM::ReferencePlatform*>(&Platform::getPlatform(i));
        if (platform == nullptr || platform->supportsKernels({force, integrator}))
            continue;
        auto* factory = new ReferenceOscillatorKernelFactory; // one a platform, which deletes it
        platform->registerKernelFactory(force, factory);
        platform->registerKernelFactory(integrator, factory);
    }
}
