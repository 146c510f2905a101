#pragma once

#include "openmm/KernelFactory.h"
#include <string>

namespace OpenMMOscillators {

/** Creates the Reference kernels of this plugin. */
class ReferenceOscillatorKernelFactory : public OpenMM::KernelFactory {
public:
    OpenMM::KernelImpl* createKernelImpl(std::string name, const OpenMM::Platform& platform,
                                         OpenMM::ContextImpl& context) const override;
};

} // namespace OpenMMOscillators
