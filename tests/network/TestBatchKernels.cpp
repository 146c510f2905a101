// The kernels of a time step against plain double-precision arithmetic, for every instruction set that this processor
// has. Gradients, energies and sums are tested through BatchArithmetic.

#include "OnlyTarget.h"
#include "support/RandomNetworks.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include <algorithm>
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

TYPED_TEST(TestBatchKernels, singleNormalsAreThoseOfCounterNoise) {
    constexpr double tolerance = std::is_same_v<TypeParam, float> ? 2e-6 : 1e-14;
    constexpr int numOscillators = 131;
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        AlignedVector<TypeParam> found(numOscillators + 4 * kernels.panelSize);
        for (const std::uint32_t stream : {0u, 77u, 0xFFFFFFFEu}) {
            kernels.singleNormals(9, 0x100000003u, stream, numOscillators, found.data());
            for (int i = 0; i < numOscillators; ++i)
                ASSERT_NEAR(found[i], CounterNoise(9).normals(0x100000003u, stream, i / 4)[i % 4], tolerance) << i;
        }
    });
}

TYPED_TEST(TestBatchKernels, singleGradient) {
    // Fewer than 100 terms of magnitude 1, as in TestBatchArithmetic.
    constexpr double tolerance = std::is_same_v<TypeParam, float> ? 1e-5 : 2e-14;
    RandomNetworks random(21);
    const OscillatorNetwork networks[] = {OscillatorNetwork::squareLattice(1, 1, 1),
                                          OscillatorNetwork::squareLattice(9, 7, 3), random.network(22, 0.1),
                                          random.network(35, 0.8)};
    for (const OscillatorNetwork& network : networks) {
        const NetworkParameters lower = random.parameters(network), upper = random.parameters(network);
        const std::vector<double> state = random.uniforms(network.getNumOscillators(), -1.5, 1.5);
        this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
            const StripLayout layout(network, kernels.panelSize);
            AlignedVector<TypeParam> x(layout.getPaddedOscillators()), found(x.size()),
                packedLower(layout.getPackedSize()), packedUpper(layout.getPackedSize());
            std::copy(state.begin(), state.end(), x.begin());
            const std::vector<double> rounded(x.begin(), x.begin() + network.getNumOscillators());
            layout.pack(lower.data(), packedLower.data());
            layout.pack(upper.data(), packedUpper.data());
            for (const double weight : {0.0, 0.375}) { // exact in float
                kernels.singleGradient(layout, packedLower.data(), packedUpper.data(), static_cast<TypeParam>(weight),
                                       x.data(), found.data());
                std::vector<double> theta(network.getNumParameters()), expected(network.getNumOscillators());
                for (std::size_t a = 0; a < theta.size(); ++a)
                    theta[a] = (1.0 - weight) * lower.data()[a] + weight * upper.data()[a];
                NetworkEnergy::gradient(network, theta.data(), rounded.data(), expected.data());
                double largest = 1.0;
                for (const double value : expected)
                    largest = std::max(largest, std::abs(value));
                for (std::size_t i = 0; i < expected.size(); ++i)
                    ASSERT_NEAR(found[i], expected[i], tolerance * largest) << "oscillator " << i;
            }
        });
    }
}

TYPED_TEST(TestBatchKernels, singleDisplacement) {
    this->forAllTargets([&](const BatchKernels<TypeParam>& kernels) {
        constexpr std::size_t size = 2 * batchAlignment;
        const auto a = this->ramp(size, 1.0, -0.2), x = this->ramp(size, -1.0, 0.01);
        const auto b = this->ramp(size, 0.5, 0.1), y = this->ramp(size, 3.0, -0.03);
        const DisplacementTerm<TypeParam> terms[] = {{a.data(), x.data()}, {b.data(), y.data()}};
        AlignedVector<TypeParam> result(size);
        kernels.singleDisplacement(terms, 2, size, result.data());
        for (std::size_t k = 0; k < size; ++k)
            EXPECT_NEAR(result[k], double{a[k]} * x[k] + double{b[k]} * y[k], 20.0 * this->rounding);
    });
}

/** Every edge has one slot, at its own row and column; all other slots are padding. */
TEST(TestEdgeTiling, everyEdgeOnce) {
    RandomNetworks random(22);
    for (const OscillatorNetwork& network :
         {OscillatorNetwork::squareLattice(9, 7, 3), random.network(22, 0.1), random.network(35, 0.8)}) {
        const EdgeTiling tiling(network);
        std::vector<int> seen(network.getNumEdges(), 0);
        for (const EdgeTiling::Tile& tile : tiling.getTiles())
            for (int c = 0; c < tile.numColumns; ++c)
                for (int r = 0; r < tile.numRows; ++r) {
                    const int edge = tiling.getEdges()[tile.firstSlot + c * tile.numRows + r];
                    const std::pair<int, int> pair(tile.rows[r], tiling.getColumns()[tile.firstColumn + c]);
                    if (edge != EdgeTiling::padding) {
                        EXPECT_EQ(network.getEdges()[edge], pair);
                        ++seen[edge];
                    }
                }
        EXPECT_EQ(seen, std::vector<int>(network.getNumEdges(), 1));
    }
}

} // namespace
} // namespace OpenMMOscillators
