// The kernels of a time step against plain double-precision arithmetic, for every instruction set that this processor
// has. Gradients, energies and sums are tested through BatchArithmetic.

#include "OnlyTarget.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

namespace OpenMMOscillators {
namespace {

template <typename Real>
class TestBatchKernels : public testing::Test {
protected:
    template <typename Check>
    void forAllTargets(Check check) {
        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
            const OnlyTarget only(target);
            SCOPED_TRACE(hwy::TargetName(target));
            check(getBatchKernels<Real>());
        }
    }
    static AlignedVector<Real> ramp(std::size_t size, double start, double slope) {
        AlignedVector<Real> values(size);
        for (std::size_t k = 0; k < size; ++k)
            values[k] = static_cast<Real>(start + slope * static_cast<double>(k));
        return values;
    }
    static constexpr double rounding = std::is_same_v<Real, float> ? 2e-7 : 4e-16;
};

using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(TestBatchKernels, Precisions);

TYPED_TEST(TestBatchKernels, normalsAreThoseOfCounterNoise) {
    // In double the angle 2 pi w 2^-32 of CounterNoise has an error of an ulp of 2 pi, times the radius (up to 6.7).
    // Both are sharper than any statistical test could see.
    constexpr double tolerance = std::is_same_v<TypeParam, float> ? 2e-6 : 1e-14;
    constexpr int numOscillators = 2046; // not a multiple of four
    constexpr std::uint64_t seed = 0xFEDCBA9876543210u;
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        std::vector<std::uint32_t> streams(kernels.panelSize);
        std::iota(streams.begin(), streams.end(), 0xFFFFFFF0u - 5u);
        streams[0] = 3;
        AlignedVector<TypeParam> found((numOscillators + 2) * kernels.panelSize);
        for (const std::uint64_t step : {0x0ull, 0x1ull, 0xFFFFFFFFull, 0x123456789ABCull}) {
            kernels.normals(seed, step, streams.data(), numOscillators, found.data());
            double error = 0.0;
            for (std::size_t s = 0; s < kernels.panelSize; ++s)
                for (int i = 0; i < numOscillators; ++i) {
                    const double expected = CounterNoise(seed).normals(step, streams[s], i / 4)[i % 4];
                    error = std::max(error, std::abs(expected - found[i * kernels.panelSize + s]));
                }
            EXPECT_LT(error, tolerance) << "step " << step;
        }
    });
}

TYPED_TEST(TestBatchKernels, interpolate) {
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        constexpr std::size_t size = 3 * batchAlignment;
        const auto lower = this->ramp(size, -1.0, 0.1), upper = this->ramp(size, 5.0, -0.3);
        AlignedVector<TypeParam> result(size);
        for (const double weight : {0.0, 0.3, 1.0}) {
            const auto rounded = static_cast<TypeParam>(weight);
            kernels.interpolate(lower.data(), upper.data(), rounded, size, result.data());
            for (std::size_t k = 0; k < size; ++k)
                EXPECT_NEAR(result[k], (1.0 - weight) * lower[k] + weight * upper[k], 10.0 * this->rounding);
        }
    });
}

TYPED_TEST(TestBatchKernels, displacement) {
    constexpr int numOscillators = 5;
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        const std::size_t size = numOscillators * kernels.panelSize;
        const auto a = this->ramp(numOscillators, 1.0, -0.2), b = this->ramp(numOscillators, 0.5, 0.1),
                   c = this->ramp(numOscillators, 2.0, 0.3);
        const auto x = this->ramp(size, -1.0, 0.01), y = this->ramp(size, 3.0, -0.03), z = this->ramp(size, 0.7, 0.0);
        const DisplacementTerm<TypeParam> terms[] = {{a.data(), x.data()}, {b.data(), y.data()}, {c.data(), z.data()}};
        for (int numTerms = 1; numTerms <= 3; ++numTerms) {
            AlignedVector<TypeParam> result(size);
            kernels.displacement(terms, numTerms, numOscillators, result.data());
            for (std::size_t k = 0; k < size; ++k) {
                double expected = 0.0;
                for (int t = 0; t < numTerms; ++t)
                    expected += double{terms[t].coefficients[k / kernels.panelSize]} * terms[t].values[k];
                EXPECT_NEAR(result[k], expected, 20.0 * this->rounding);
            }
        }
    });
}

TYPED_TEST(TestBatchKernels, advance) {
    constexpr std::size_t size = 3 * batchAlignment;
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        const auto start = this->ramp(size, 1.0 / 3.0, 0.01), displacement = this->ramp(size, 1e-6, 1e-8);
        AlignedVector<TypeParam> state(size), rounded(size);
        kernels.advance(start.data(), displacement.data(), size, state.data(), rounded.data());
        const AlignedVector<double> exactStart(start.begin(), start.end());
        AlignedVector<double> exactState(size);
        AlignedVector<TypeParam> exactRounded(size);
        kernels.advanceDouble(exactStart.data(), displacement.data(), size, exactState.data(), exactRounded.data());
        for (std::size_t k = 0; k < size; ++k) {
            EXPECT_EQ(state[k], start[k] + displacement[k]);
            EXPECT_EQ(rounded[k], state[k]);
            EXPECT_EQ(exactState[k], double{start[k]} + double{displacement[k]});
            EXPECT_EQ(exactRounded[k], static_cast<TypeParam>(exactState[k]));
        }
    });
}

} // namespace
} // namespace OpenMMOscillators
