#include "CommonOscillatorKernelFactory.h"
#include "openmm/PluginInitializer.h"
#include "openmm/opencl/OpenCLContext.h"
#include "openmm/opencl/OpenCLPlatform.h"

extern "C" void registerPlatforms() {}

extern "C" void registerKernelFactories() {
    OpenMMOscillators::registerCommonKernels<OpenMM::OpenCLPlatform>("OpenCL");
}
