#pragma once

#include "openmm/Vec3.h"
#include "openmm/common/ComputeContext.h"

namespace OpenMMOscillators {

/** Arguments of kernels whose type is mixed: double if positions are, or if their corrections are kept. */
inline bool isMixedDouble(const OpenMM::ComputeContext& cc) {
    return cc.getUseDoublePrecision() || cc.getUseMixedPrecision();
}

inline void setMixed(const OpenMM::ComputeContext& cc, OpenMM::ComputeKernel& kernel, int index, double value) {
    if (isMixedDouble(cc))
        kernel->setArg(index, value);
    else
        kernel->setArg(index, static_cast<float>(value));
}

/** A vector as the first three components of a mixed4. */
inline void setMixed4(const OpenMM::ComputeContext& cc, OpenMM::ComputeKernel& kernel, int index,
                      const OpenMM::Vec3& value) {
    if (isMixedDouble(cc))
        kernel->setArg(index, OpenMM::mm_double4(value[0], value[1], value[2], 0.0));
    else
        kernel->setArg(index, OpenMM::mm_float4(static_cast<float>(value[0]), static_cast<float>(value[1]),
                                                static_cast<float>(value[2]), 0.0f));
}

} // namespace OpenMMOscillators
