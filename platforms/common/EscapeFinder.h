#pragma once

#include "openmm/common/ComputeArray.h"
#include "openmm/common/ComputeContext.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"

namespace OpenMMOscillators {

/** Looks on the device for coordinates beyond an integrator's escape distance; a single number comes back. */
class EscapeFinder {
public:
    explicit EscapeFinder(OpenMM::ComputeContext& computeContext);
    bool find(const OverdampedLangevinIntegrator& integrator);

private:
    OpenMM::ComputeContext& cc;
    OpenMM::ComputeArray escaped;
    OpenMM::ComputeKernel kernel;
};

} // namespace OpenMMOscillators
