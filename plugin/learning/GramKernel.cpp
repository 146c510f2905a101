#include "openmmoscillators/learning/GramKernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "openmmoscillators/learning/GramKernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/** Two rows against four: eight sums in registers, enough to hide the latency of the multiply-adds. */
void addTile(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, int numRows, std::size_t stride,
             float* HWY_RESTRICT gram) {
    const hn::CappedTag<float, 16> d;
    auto s00 = hn::Zero(d), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
    for (std::size_t s = 0; s < stride; s += hn::Lanes(d)) {
        const auto a0 = hn::Load(d, a + s), a1 = hn::Load(d, a + stride + s);
        const auto b0 = hn::Load(d, b + s), b1 = hn::Load(d, b + stride + s);
        const auto b2 = hn::Load(d, b + 2 * stride + s), b3 = hn::Load(d, b + 3 * stride + s);
        s00 = hn::MulAdd(a0, b0, s00);
        s01 = hn::MulAdd(a0, b1, s01);
        s02 = hn::MulAdd(a0, b2, s02);
        s03 = hn::MulAdd(a0, b3, s03);
        s10 = hn::MulAdd(a1, b0, s10);
        s11 = hn::MulAdd(a1, b1, s11);
        s12 = hn::MulAdd(a1, b2, s12);
        s13 = hn::MulAdd(a1, b3, s13);
    }
    const auto total = [d](auto sums) { return hn::GetLane(hn::SumOfLanes(d, sums)); };
    gram[0] += total(s00);
    gram[1] += total(s01);
    gram[2] += total(s02);
    gram[3] += total(s03);
    gram[numRows + 0] += total(s10);
    gram[numRows + 1] += total(s11);
    gram[numRows + 2] += total(s12);
    gram[numRows + 3] += total(s13);
}

void addUpperGram(const float* rows, int numRows, std::size_t stride, float* gram) {
    for (int a = 0; a < numRows; a += 2)
        for (int b = a / gramRowMultiple * gramRowMultiple; b < numRows; b += gramRowMultiple)
            addTile(rows + a * stride, rows + b * stride, numRows, stride, gram + a * numRows + b);
}

} // namespace OpenMMOscillators::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace OpenMMOscillators {

HWY_EXPORT(addUpperGram);

void addGram(const float* rows, int numRows, std::size_t stride, float* gram) {
    HWY_DYNAMIC_DISPATCH(addUpperGram)(rows, numRows, stride, gram);
    for (int a = 0; a < numRows; ++a)
        for (int b = 0; b < a; ++b)
            gram[a * numRows + b] = gram[b * numRows + a];
}

} // namespace OpenMMOscillators
#endif
