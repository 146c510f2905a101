#pragma once

#include "openmm/KernelFactory.h"
#include <string>

namespace OpenMMOscillators {

/** Creates the kernels of this plugin for the CPU platform. */
class CpuOscillatorKernelFactory : public OpenMM::KernelFactory {
public:
    OpenMM::KernelImpl* createKernelImpl(std::string name, const OpenMM::Platform& platform,
                                         OpenMM::ContextImpl& context) const override;
};

} // namespace OpenMMOscillators
