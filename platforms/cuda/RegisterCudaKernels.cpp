#include "CommonOscillatorKernelFactory.h"
#include "openmm/PluginInitializer.h"
#include "openmm/cuda/CudaContext.h"
#include "openmm/cuda/CudaPlatform.h"

extern "C" void registerPlatforms() {}

extern "C" void registerKernelFactories() {
    OpenMMOscillators::registerCommonKernels<OpenMM::CudaPlatform>("CUDA");
}
