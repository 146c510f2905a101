// BatchArithmetic against NetworkEnergy, for every instruction set that this processor has.

#include "OnlyTarget.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace OpenMMOscillators {
namespace {

using Generator = std::mt19937;

std::vector<double> normals(std::size_t count, Generator& generator) {
    std::normal_distribution<double> normal;
    std::vector<double> values(count);
    for (double& value : values)
        value = normal(generator);
    return values;
}

/** Each pair is an edge with the given probability, in random order and direction. */
OscillatorNetwork randomNetwork(int numOscillators, double probability, Generator& generator) {
    std::vector<std::pair<int, int>> edges;
    std::uniform_real_distribution<double> uniform;
    for (int i = 0; i < numOscillators; ++i)
        for (int j = i + 1; j < numOscillators; ++j)
            if (uniform(generator) < probability)
                edges.emplace_back(uniform(generator) < 0.5 ? std::pair(i, j) : std::pair(j, i));
    std::shuffle(edges.begin(), edges.end(), generator);
    OscillatorNetwork network;
    for (int i = 0; i < numOscillators; ++i)
        network.addOscillator();
    for (const auto& [first, second] : edges)
        network.addEdge(first, second);
    return network;
}

std::vector<OscillatorNetwork> networks() {
    Generator generator(1);
    std::vector<OscillatorNetwork> all = {
        OscillatorNetwork::squareLattice(1, 1, 1), OscillatorNetwork::squareLattice(2, 1, 1),
        OscillatorNetwork::squareLattice(7, 5, 1), OscillatorNetwork::squareLattice(6, 6, 5),
        OscillatorNetwork::squareLattice(9, 4, 3)};
    for (const double probability : {0.0, 0.1, 0.5, 1.0})
        all.push_back(randomNetwork(23, probability, generator));
    return all;
}

/**
 * A batch of normal states in both layouts. Its padding samples are large, so that a sum which takes them in is wrong
 * by far more than the tolerance.
 */
template <typename Real>
struct Batch {
    Batch(int numOscillators, std::size_t numSamples, Generator& generator)
        : count(numSamples), stride(batchStride(numSamples) + batchAlignment), values(numOscillators * stride, 30) {
        for (std::size_t s = 0; s < count; ++s) {
            states.push_back(normals(numOscillators, generator));
            for (int i = 0; i < numOscillators; ++i)
                states[s][i] = values[i * stride + s] = static_cast<Real>(states[s][i]);
        }
    }
    std::size_t count, stride;
    AlignedVector<Real> values;
    std::vector<std::vector<double>> states;
};

/** The largest difference, relative to the largest magnitude of what is expected. */
double relativeError(const std::vector<double>& found, const std::vector<double>& expected) {
    double error = 0.0, largest = 1e-300;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        error = std::isfinite(found[k]) ? std::max(error, std::abs(found[k] - expected[k])) : INFINITY;
        largest = std::max(largest, std::abs(expected[k]));
    }
    return error / largest;
}

template <typename Real>
class TestBatchArithmetic : public testing::Test {
protected:
    // Rounding: fewer than 200 terms are added in Real, of magnitude comparable to the largest result; sums over
    // samples are in double beyond a block. The errors found are below a fifth of this.
    static constexpr double tolerance = std::is_same_v<Real, float> ? 1e-5 : 2e-14;

    /** Runs the check for each network, several batch sizes and each instruction set. */
    template <typename Check>
    void forAll(Check check) {
        Generator generator(2);
        for (const OscillatorNetwork& network : networks()) {
            const BatchArithmetic<Real> arithmetic(network);
            for (const std::size_t count : {1, 7, 16, 33, 700}) {
                const Batch<Real> x(network.getNumOscillators(), count, generator);
                for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
                    const OnlyTarget only(target);
                    SCOPED_TRACE(testing::Message()
                                 << hwy::TargetName(target) << ", " << network.getNumOscillators() << " oscillators, "
                                 << network.getNumEdges() << " edges, " << count << " samples");
                    check(network, arithmetic, x);
                }
            }
        }
    }

    /** Compares a sum over samples with that of its counterpart for one state. */
    template <typename Batched, typename Single>
    void checkSums(Batched batched, Single single) {
        forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
            // Sums are added to what the array holds.
            std::vector<double> found(network.getNumParameters(), 1.0), expected(found);
            batched(arithmetic, x, found.data());
            for (std::size_t s = 0; s < x.count; ++s)
                single(network, x, s, expected.data());
            EXPECT_LT(relativeError(found, expected), tolerance);
        });
    }
};

using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(TestBatchArithmetic, Precisions);

TYPED_TEST(TestBatchArithmetic, gradient) {
    using Real = TypeParam;
    this->forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
        Generator generator(3);
        const std::vector<double> theta = normals(network.getNumParameters(), generator);
        AlignedVector<Real> gradients(x.values.size());
        arithmetic.gradient(theta.data(), x.values.data(), gradients.data(), x.count, x.stride);
        // Terms of one state may cancel: errors are relative to the largest gradient of the batch.
        std::vector<double> found, expected, state(network.getNumOscillators());
        for (std::size_t s = 0; s < x.count; ++s) {
            NetworkEnergy::gradient(network, theta.data(), x.states[s].data(), state.data());
            for (std::size_t i = 0; i < state.size(); ++i) {
                expected.push_back(state[i]);
                found.push_back(gradients[i * x.stride + s]);
            }
        }
        EXPECT_LT(relativeError(found, expected), this->tolerance);
    });
}

TYPED_TEST(TestBatchArithmetic, energy) {
    using Real = TypeParam;
    this->forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
        Generator generator(4);
        const std::vector<double> theta = normals(network.getNumParameters(), generator);
        AlignedVector<Real> energies(x.stride);
        arithmetic.energy(theta.data(), x.values.data(), energies.data(), x.count, x.stride);
        std::vector<double> found(energies.begin(), energies.begin() + x.count), expected(x.count);
        for (std::size_t s = 0; s < x.count; ++s)
            expected[s] = NetworkEnergy::energy(network, theta.data(), x.states[s].data());
        EXPECT_LT(relativeError(found, expected), this->tolerance);
    });
}

TYPED_TEST(TestBatchArithmetic, transpose) {
    using Real = TypeParam;
    this->forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
        Generator generator(5);
        Batch<Real> r(network.getNumOscillators(), x.count, generator);
        ASSERT_EQ(r.stride, x.stride);
        std::vector<double> found(network.getNumParameters(), 1.0), expected(found);
        arithmetic.addTranspose(x.values.data(), r.values.data(), found.data(), x.count, x.stride);
        for (std::size_t s = 0; s < x.count; ++s)
            NetworkEnergy::addTranspose(network, x.states[s].data(), r.states[s].data(), expected.data());
        EXPECT_LT(relativeError(found, expected), this->tolerance);
    });
}

TYPED_TEST(TestBatchArithmetic, transposeOfChangedForces) {
    using Real = TypeParam;
    this->forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
        Generator generator(7);
        Batch<Real> r(network.getNumOscillators(), x.count, generator);
        const std::vector<double> v = normals(network.getNumParameters(), generator);
        std::vector<double> found(network.getNumParameters(), 1.0), expected(found);
        arithmetic.addTranspose(x.values.data(), r.values.data(), found.data(), x.count, x.stride, v.data());
        std::vector<double> changed(network.getNumOscillators());
        for (std::size_t s = 0; s < x.count; ++s) {
            NetworkEnergy::gradient(network, v.data(), x.states[s].data(), changed.data());
            for (std::size_t i = 0; i < changed.size(); ++i)
                changed[i] = r.states[s][i] - changed[i];
            NetworkEnergy::addTranspose(network, x.states[s].data(), changed.data(), expected.data());
        }
        EXPECT_LT(relativeError(found, expected), this->tolerance);
    });
}

TYPED_TEST(TestBatchArithmetic, normalProduct) {
    using Real = TypeParam;
    this->forAll([&](const OscillatorNetwork& network, const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x) {
        Generator generator(6);
        const std::vector<double> v = normals(network.getNumParameters(), generator);
        std::vector<double> found(network.getNumParameters(), 1.0), expected(found);
        arithmetic.addNormalProduct(v.data(), x.values.data(), found.data(), x.count, x.stride);
        std::vector<double> response(network.getNumOscillators());
        for (std::size_t s = 0; s < x.count; ++s) {
            NetworkEnergy::gradient(network, v.data(), x.states[s].data(), response.data());
            NetworkEnergy::addTranspose(network, x.states[s].data(), response.data(), expected.data());
        }
        EXPECT_LT(relativeError(found, expected), this->tolerance);
    });
}

TYPED_TEST(TestBatchArithmetic, laplacianTerms) {
    using Real = TypeParam;
    this->checkSums([](const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x,
                       double* sums) { arithmetic.addLaplacianTerms(x.values.data(), sums, x.count, x.stride); },
                    [](const OscillatorNetwork& network, const Batch<Real>& x, std::size_t s, double* sums) {
                        NetworkEnergy::addLaplacianTerms(network, x.states[s].data(), sums);
                    });
}

TYPED_TEST(TestBatchArithmetic, energyTerms) {
    using Real = TypeParam;
    this->checkSums([](const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x,
                       double* sums) { arithmetic.addEnergyTerms(x.values.data(), sums, x.count, x.stride); },
                    [](const OscillatorNetwork& network, const Batch<Real>& x, std::size_t s, double* sums) {
                        NetworkEnergy::addEnergyTerms(network, x.states[s].data(), sums);
                    });
}

TYPED_TEST(TestBatchArithmetic, squares) {
    using Real = TypeParam;
    this->checkSums([](const BatchArithmetic<Real>& arithmetic, const Batch<Real>& x,
                       double* sums) { arithmetic.addSquares(x.values.data(), sums, x.count, x.stride); },
                    [](const OscillatorNetwork& network, const Batch<Real>& x, std::size_t s, double* sums) {
                        NetworkEnergy::addSquares(network, x.states[s].data(), sums);
                    });
}

} // namespace
} // namespace OpenMMOscillators
