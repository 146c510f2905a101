// What a time step does besides forces and noise. Included once for every instruction set by hwy/foreach_target.h.

#include "openmmoscillators/network/batch/BatchKernels.h"
#include <hwy/highway.h>

#if defined(OPENMMOSCILLATORS_UPDATEKERNELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef OPENMMOSCILLATORS_UPDATEKERNELS_INL_H
#undef OPENMMOSCILLATORS_UPDATEKERNELS_INL_H
#else
#define OPENMMOSCILLATORS_UPDATEKERNELS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/** (1 - weight) lower + weight upper */
template <typename T>
void interpolate(const T* HWY_RESTRICT lower, const T* HWY_RESTRICT upper, T weight, std::size_t size,
                 T* HWY_RESTRICT result) {
    const hn::ScalableTag<T> d;
    const auto w = hn::Set(d, weight), rest = hn::Set(d, T(1) - weight);
    for (std::size_t k = 0; k < size; k += hn::Lanes(d))
        hn::Store(hn::MulAdd(w, hn::Load(d, upper + k), hn::Mul(rest, hn::Load(d, lower + k))), d, result + k);
}

/** sum of the terms' coefficient * value */
template <typename T>
void displacement(const DisplacementTerm<T>* terms, int numTerms, int numOscillators, T* result) {
    const hn::ScalableTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    for (int i = 0; i < numOscillators; ++i) {
        auto sum = hn::Mul(hn::Set(d, terms[0].coefficients[i]), hn::Load(d, terms[0].values + i * lanes));
        for (int k = 1; k < numTerms; ++k)
            sum = hn::MulAdd(hn::Set(d, terms[k].coefficients[i]), hn::Load(d, terms[k].values + i * lanes), sum);
        hn::Store(sum, d, result + i * lanes);
    }
}

/** state = start + displacement, and the same rounded to the forces' precision. */
template <typename State, typename T>
void advance(const State* start, const T* displacement, std::size_t size, State* state, T* rounded) {
    if constexpr (sizeof(State) == sizeof(T)) {
        const hn::ScalableTag<T> d;
        for (std::size_t k = 0; k < size; k += hn::Lanes(d)) {
            const auto sum = hn::Add(hn::Load(d, start + k), hn::Load(d, displacement + k));
            hn::Store(sum, d, state + k);
            hn::Store(sum, d, rounded + k);
        }
    } else {
        const hn::ScalableTag<State> d;
        const hn::Rebind<T, decltype(d)> narrow;
        for (std::size_t k = 0; k < size; k += hn::Lanes(d)) {
            const auto sum = hn::Add(hn::Load(d, start + k), hn::PromoteTo(d, hn::Load(narrow, displacement + k)));
            hn::Store(sum, d, state + k);
            hn::Store(hn::DemoteTo(narrow, sum), narrow, rounded + k);
        }
    }
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#endif
