#include "MachinePeak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "MachinePeak.cpp"
#include <hwy/foreach_target.h>

#include "openmmoscillators/network/AlignedVector.h"
#include <algorithm>
#include <chrono>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/** Sixteen chains, which is more than latency times throughput of any processor; returns the operations done. */
template <typename T>
double multiplyAdd(std::size_t rounds, T* result) {
    const hn::ScalableTag<T> d;
    const auto factor = hn::Set(d, T(0.999)), term = hn::Set(d, T(0.001));
    const auto start = [d](int k) { return hn::Set(d, static_cast<T>(k)); }; // all different, or one would do
    auto a0 = start(0), a1 = start(1), a2 = start(2), a3 = start(3), a4 = start(4), a5 = start(5), a6 = start(6),
         a7 = start(7), b0 = start(8), b1 = start(9), b2 = start(10), b3 = start(11), b4 = start(12), b5 = start(13),
         b6 = start(14), b7 = start(15);
    for (std::size_t k = 0; k < rounds; ++k) {
        a0 = hn::MulAdd(a0, factor, term), a1 = hn::MulAdd(a1, factor, term);
        a2 = hn::MulAdd(a2, factor, term), a3 = hn::MulAdd(a3, factor, term);
        a4 = hn::MulAdd(a4, factor, term), a5 = hn::MulAdd(a5, factor, term);
        a6 = hn::MulAdd(a6, factor, term), a7 = hn::MulAdd(a7, factor, term);
        b0 = hn::MulAdd(b0, factor, term), b1 = hn::MulAdd(b1, factor, term);
        b2 = hn::MulAdd(b2, factor, term), b3 = hn::MulAdd(b3, factor, term);
        b4 = hn::MulAdd(b4, factor, term), b5 = hn::MulAdd(b5, factor, term);
        b6 = hn::MulAdd(b6, factor, term), b7 = hn::MulAdd(b7, factor, term);
    }
    const auto a = hn::Add(hn::Add(hn::Add(a0, a1), hn::Add(a2, a3)), hn::Add(hn::Add(a4, a5), hn::Add(a6, a7)));
    const auto b = hn::Add(hn::Add(hn::Add(b0, b1), hn::Add(b2, b3)), hn::Add(hn::Add(b4, b5), hn::Add(b6, b7)));
    hn::StoreU(hn::Add(a, b), d, result);
    return 16.0 * static_cast<double>(rounds * hn::Lanes(d));
}
double multiplyAddFloat(std::size_t rounds, float* result) {
    return multiplyAdd(rounds, result);
}
double multiplyAddDouble(std::size_t rounds, double* result) {
    return multiplyAdd(rounds, result);
}

void read(const double* values, std::size_t count, double* result) {
    const hn::ScalableTag<double> d;
    const std::size_t lanes = hn::Lanes(d);
    auto a = hn::Zero(d), b = a, c = a, e = a;
    for (std::size_t k = 0; k + 4 * lanes <= count; k += 4 * lanes) {
        a = hn::Add(a, hn::Load(d, values + k));
        b = hn::Add(b, hn::Load(d, values + k + lanes));
        c = hn::Add(c, hn::Load(d, values + k + 2 * lanes));
        e = hn::Add(e, hn::Load(d, values + k + 3 * lanes));
    }
    hn::StoreU(hn::Add(hn::Add(a, b), hn::Add(c, e)), d, result);
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace OpenMMOscillators::MachinePeak {

HWY_EXPORT(multiplyAddFloat);
HWY_EXPORT(multiplyAddDouble);
HWY_EXPORT(read);

namespace {

/** The best of a few attempts: amount(attempt) per nanosecond. */
template <typename Work>
double bestRate(Work work) {
    double best = 0.0;
    for (int attempt = 0; attempt < 20; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        const double amount = work();
        const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
        best = std::max(best, amount / elapsed.count());
    }
    return best;
}

constexpr std::size_t rounds = 200000;

} // namespace

template <>
double fusedMultiplyAdds<float>() {
    float result[batchAlignment];
    return bestRate([&] { return HWY_DYNAMIC_DISPATCH(multiplyAddFloat)(rounds, result); });
}
template <>
double fusedMultiplyAdds<double>() {
    double result[batchAlignment];
    return bestRate([&] { return HWY_DYNAMIC_DISPATCH(multiplyAddDouble)(rounds, result); });
}

double readBandwidth(std::size_t bytes) {
    const AlignedVector<double> values(bytes / sizeof(double), 1.0);
    double result[batchAlignment];
    const std::size_t repeats = std::max<std::size_t>(1, (std::size_t{1} << 26) / bytes);
    return bestRate([&] {
        for (std::size_t k = 0; k < repeats; ++k)
            HWY_DYNAMIC_DISPATCH(read)(values.data(), values.size(), result);
        return static_cast<double>(bytes * repeats);
    });
}

} // namespace OpenMMOscillators::MachinePeak
#endif
