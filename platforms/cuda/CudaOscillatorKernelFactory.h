#pragma once

#include "openmm/KernelFactory.h"
#include <string>

namespace OpenMMOscillators {

/** Creates the common kernels on the first device of a CUDA context. */
class CudaOscillatorKernelFactory : public OpenMM::KernelFactory {
public:
    OpenMM::KernelImpl* createKernelImpl(std::string name, const OpenMM::Platform& platform,
                                         OpenMM::ContextImpl& context) const override;
};

} // namespace OpenMMOscillators
