#include "CommonOscillatorKernelFactory.h"
#include "openmm/PluginInitializer.h"
#include "openmm/hip/HipContext.h"
#include "openmm/hip/HipPlatform.h"

extern "C" void registerPlatforms() {}

extern "C" void registerKernelFactories() {
    OpenMMOscillators::registerCommonKernels<OpenMM::HipPlatform>("HIP");
}
