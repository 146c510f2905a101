// A time step of a single state: vectors run over oscillators. Included once for every instruction set by
// hwy/foreach_target.h.

#include "openmmoscillators/network/batch/BatchKernels.h"
#include "openmmoscillators/network/batch/StripLayout.h"
#include <hwy/highway.h>

#if defined(OPENMMOSCILLATORS_SINGLEKERNELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef OPENMMOSCILLATORS_SINGLEKERNELS_INL_H
#undef OPENMMOSCILLATORS_SINGLEKERNELS_INL_H
#else
#define OPENMMOSCILLATORS_SINGLEKERNELS_INL_H
#endif

#include "openmmoscillators/network/batch/NoiseKernels-inl.h"
#include "openmmoscillators/network/batch/ReductionKernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/**
 * Parameters between two slices. A single state is done with a slice as soon as it is in the cache: reading both where
 * they are used costs less than writing theta(t) down first.
 */
template <class D, typename T = hn::TFromD<D>>
class InterpolatedParameters {
public:
    HWY_INLINE InterpolatedParameters(D /*d*/, const T* lowerSlice, const T* upperSlice, T upperWeight)
        : lower(lowerSlice), upper(upperSlice), weight(hn::Set(D(), upperWeight)) {}
    HWY_INLINE hn::Vec<D> load(std::size_t index) const {
        const D d;
        const auto start = hn::Load(d, lower + index);
        return hn::MulAdd(weight, hn::Sub(hn::Load(d, upper + index), start), start);
    }

private:
    const T *lower, *upper;
    hn::Vec<D> weight;
};

/** As addTile() of the batch, with one vector of columns and the sum over its lanes for the rows. */
template <int rows, class D, typename T>
HWY_INLINE void addStrips(D d, const StripLayout::Tile& tile, const int* HWY_RESTRICT strips,
                          const InterpolatedParameters<D>& parameters, const T* x, T* gradient) {
    using V = hn::Vec<D>;
    const std::size_t lanes = hn::Lanes(d);
    V xi[rows], square[rows], sumH[StripLayout::maxRows], optomech[rows];
    for (V& sum : sumH)
        sum = hn::Zero(d);
    for (int r = 0; r < rows; ++r) {
        xi[r] = hn::Set(d, x[tile.firstRow + r]);
        square[r] = hn::Mul(xi[r], xi[r]);
        optomech[r] = hn::Zero(d);
    }
    std::size_t at = tile.offset;
    for (int s = 0; s < tile.numStrips; ++s) {
        const V xj = hn::Load(d, x + strips[s] * lanes);
        V gj = hn::Load(d, gradient + strips[s] * lanes);
        for (int r = 0; r < rows; ++r, at += StripLayout::slotTerms * lanes) {
            const V cOptomech = parameters.load(at + lanes);
            const V distance = hn::Sub(xi[r], xj);
            const V stiffness =
                hn::MulAdd(parameters.load(at + 2 * lanes), hn::Mul(distance, distance), parameters.load(at));
            const V h = hn::NegMulAdd(distance, stiffness, hn::Mul(cOptomech, square[r]));
            sumH[r] = hn::Add(sumH[r], h);
            gj = hn::Add(gj, h);
            optomech[r] = hn::MulAdd(cOptomech, xj, optomech[r]);
        }
        hn::Store(gj, d, gradient + strips[s] * lanes);
    }
    for (int r = 0; r < rows; ++r)
        sumH[r] = hn::MulSub(hn::Add(xi[r], xi[r]), optomech[r], sumH[r]);
    double sums[StripLayout::maxRows];
    sumLanes(d, sumH[0], sumH[1], sumH[2], sumH[3], sums);
    for (int r = 0; r < rows; ++r)
        gradient[tile.firstRow + r] += static_cast<T>(sums[r]);
}

template <typename T>
void singleGradient(const StripLayout& layout, const T* lower, const T* upper, T weight, const T* x, T* gradient) {
    const hn::ScalableTag<T> d;
    const InterpolatedParameters<hn::ScalableTag<T>> parameters(d, lower, upper, weight);
    const std::size_t size = layout.getPaddedOscillators();
    for (std::size_t i = 0; i < size; i += hn::Lanes(d)) {
        const auto xi = hn::Load(d, x + i);
        const auto cubic = hn::MulAdd(parameters.load(4 * size + i), hn::Mul(xi, xi), parameters.load(3 * size + i));
        const auto quadratic = hn::MulAdd(cubic, xi, parameters.load(2 * size + i));
        const auto linear = hn::MulAdd(quadratic, xi, parameters.load(size + i));
        hn::Store(hn::MulAdd(linear, xi, parameters.load(i)), d, gradient + i);
    }
    for (const StripLayout::Tile& tile : layout.getTiles()) {
        const int* strips = layout.getStrips().data() + tile.firstStrip;
        if (tile.numRows == 4)
            addStrips<4>(d, tile, strips, parameters, x, gradient);
        else if (tile.numRows == 3)
            addStrips<3>(d, tile, strips, parameters, x, gradient);
        else if (tile.numRows == 2)
            addStrips<2>(d, tile, strips, parameters, x, gradient);
        else
            addStrips<1>(d, tile, strips, parameters, x, gradient);
    }
}

/** Lanes are blocks of four oscillators, so that the vectors come out interleaved. */
template <typename T>
void singleNormals(std::uint64_t seed, std::uint64_t step, std::uint32_t stream, int numOscillators, T* values) {
    const hn::ScalableTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    HWY_ALIGN std::uint32_t blocks[batchAlignment];
    for (std::uint32_t first = 0; first < static_cast<std::uint32_t>(numOscillators); first += 4 * lanes) {
        for (std::size_t k = 0; k < lanes; ++k)
            blocks[k] = first / 4 + static_cast<std::uint32_t>(k);
        const auto words = panelWords(d, seed, step, loadWords(d, blocks), sameWord(stream));
        const auto a = boxMuller(d, words.w0, words.w1);
        const auto b = boxMuller(d, words.w2, words.w3);
        hn::StoreInterleaved4(a.first, a.second, b.first, b.second, d, values + first);
    }
}

template <typename T>
void singleDisplacement(const DisplacementTerm<T>* terms, int numTerms, std::size_t size, T* result) {
    const hn::ScalableTag<T> d;
    for (std::size_t k = 0; k < size; k += hn::Lanes(d)) {
        auto sum = hn::Mul(hn::Load(d, terms[0].coefficients + k), hn::Load(d, terms[0].values + k));
        for (int t = 1; t < numTerms; ++t)
            sum = hn::MulAdd(hn::Load(d, terms[t].coefficients + k), hn::Load(d, terms[t].values + k), sum);
        hn::Store(sum, d, result + k);
    }
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#endif
