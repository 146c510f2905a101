#include "openmmoscillators/network/batch/BatchKernels.h"

// Vectors of a length unknown at compile time cannot be kept in arrays, which the register tiles are.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "openmmoscillators/network/batch/BatchKernels.cpp"
#include <hwy/foreach_target.h>

#include "openmmoscillators/network/batch/GradientKernels-inl.h"
#include "openmmoscillators/network/batch/NoiseKernels-inl.h"
#include "openmmoscillators/network/batch/ReductionKernels-inl.h"
#include "openmmoscillators/network/batch/SingleKernels-inl.h"
#include "openmmoscillators/network/batch/UpdateKernels-inl.h"
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {

template <typename T>
const BatchKernels<T>& kernels() {
    static const BatchKernels<T> table{hn::Lanes(hn::ScalableTag<T>()),
                                       gradient<T>,
                                       energy<T>,
                                       reduce<TransposeTerms, T>,
                                       reduce<LaplacianTerms, T>,
                                       reduce<EnergyTerms, T>,
                                       reduce<SquareTerms, T>,
                                       normals<T>,
                                       interpolate<T>,
                                       displacement<T>,
                                       advance<T, T>,
                                       advance<double, T>,
                                       singleGradient<T>,
                                       singleNormals<T>,
                                       singleDisplacement<T>};
    return table;
}

const BatchKernels<float>& floatKernels() {
    return kernels<float>();
}
const BatchKernels<double>& doubleKernels() {
    return kernels<double>();
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace OpenMMOscillators {

HWY_EXPORT(floatKernels);
HWY_EXPORT(doubleKernels);

template <>
const BatchKernels<float>& getBatchKernels() {
    return HWY_DYNAMIC_DISPATCH(floatKernels)();
}
template <>
const BatchKernels<double>& getBatchKernels() {
    return HWY_DYNAMIC_DISPATCH(doubleKernels)();
}

} // namespace OpenMMOscillators
#endif
