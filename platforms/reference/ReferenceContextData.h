#pragma once

#include "openmm/internal/ContextImpl.h"
#include "openmm/reference/ReferencePlatform.h"

namespace OpenMMOscillators {

/** Positions, velocities, forces, time and step count of a Context on the Reference platform or one derived from it. */
inline OpenMM::ReferencePlatform::PlatformData& referenceData(OpenMM::ContextImpl& context) {
    return *static_cast<OpenMM::ReferencePlatform::PlatformData*>(context.getPlatformData());
}

} // namespace OpenMMOscillators
