// The local rules: gradients against finite differences of the loss, locality, and where their minima coincide.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/ContrastiveDivergence.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/ReversedPath.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <utility>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

class LocalRules : public testing::TestWithParam<const char*> {
protected:
    std::unique_ptr<LocalRule> makeRule() const {
        const std::string name = GetParam();
        if (name == "implicit")
            return std::make_unique<ForceMatching>();
        if (name == "contrastive-divergence")
            return std::make_unique<ContrastiveDivergence>();
        if (name == "reversed-path")
            return std::make_unique<ReversedPath>();
        return std::make_unique<DenoisingForceMatching>();
    }
    /**
     * How exactly losses are quadratic: to float's rounding, but for motion, where u(x') is expanded about x. With
     * evolutions of 6e-5 ps, |x' - x| ~ 0.005 averages out over 300 samples, and differences of u are rounded to 0.02.
     */
    double getTolerance() const { return std::string(GetParam()) == "contrastive-divergence" ? 5e-3 : 2e-5; }
    OscillatorNetwork network = triangle();
    NoisingProcess process{1.1, 0.2};
    NetworkParameters theta = randomParameters(network, 3);
    BatchArithmetic<float> arithmetic{network};
    ThreadPool threads{2};
    NoisedDataSource makeSource() const {
        NoisedDataSource source(network, process, {0.4}, clusters(3, 300, 1), 0, 2);
        source.setProtocol(DrivingProtocol(theta));
        const std::vector<Signal>& signals = makeRule()->getSignals();
        for (const auto& [signal, motion] : {std::pair{Signal::EvolvedPosition, Motion::FreeEvolution},
                                             std::pair{Signal::PreviousPosition, Motion::NoisingStep}})
            if (std::find(signals.begin(), signals.end(), signal) != signals.end())
                source.showMotion(motion, 1e-4);
        return source;
    }
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Rules, LocalRules,
                         testing::Values("implicit", "denoising", "contrastive-divergence", "reversed-path"));

TEST_P(LocalRules, GradientIsTheDerivativeOfTheLoss) {
    // The loss is quadratic: central differences are exact but for rounding in float, 1e-6 of a loss of order 10 over a
    // step of 0.5.
    const std::unique_ptr<LocalRule> rule = makeRule();
    const NoiseLevel level = process.getLevel(0.4);
    SampleSlice slice(arithmetic, threads);
    slice.load(makeSource(), 0);
    const std::vector<double> gradient = slice.gradient(*rule, level);
    const double h = 0.5;
    for (int a = 0; a < theta.size(); ++a) {
        double loss[2];
        for (const int side : {0, 1}) {
            NetworkParameters change(network), moved = theta;
            change[a] = side == 0 ? -h : h;
            moved[a] += change[a];
            SampleSlice there(arithmetic, threads);
            there.load(makeSource(), 0);
            there.changeParameters(change.data());
            loss[side] = there.loss(*rule, level, moved.data());
        }
        const double difference = (loss[1] - loss[0]) / (2 * h);
        EXPECT_NEAR(gradient[a], difference, getTolerance() * (1.0 + std::abs(loss[0]) + std::abs(loss[1])))
            << "parameter " << a;
    }
}

TEST_P(LocalRules, CurvatureIsTheSecondDerivativeOfTheLoss) {
    const std::unique_ptr<LocalRule> rule = makeRule();
    const NoiseLevel level = process.getLevel(0.4);
    SampleSlice slice(arithmetic, threads);
    slice.load(makeSource(), 0);
    const std::vector<double> before = slice.gradient(*rule, level);
    const NetworkParameters change = randomParameters(network, 8);
    std::vector<double> product(theta.size());
    slice.multiply(change.data(), product.data());
    const std::vector<double> inOnePass = slice.gradient(*rule, level, change.data());
    slice.changeParameters(change.data());
    const std::vector<double> after = slice.gradient(*rule, level);
    for (int a = 0; a < theta.size(); ++a) {
        const double tolerance = 5 * getTolerance() * (1.0 + std::abs(after[a]) + std::abs(before[a]));
        EXPECT_NEAR(after[a] - before[a], rule->getCurvature(level) * product[a], tolerance);
        EXPECT_NEAR(inOnePass[a], after[a], tolerance);
    }
}

TEST(LocalAverages, ReadNothingButTheirOwnOscillators) {
    // What the closed loop compares, E[dU/dtheta_a], and what scales local steps, E[phi_a^2].
    const OscillatorNetwork network = triangle();
    const BatchArithmetic<float> arithmetic(network);
    SampleBlock block, other;
    NoisedDataSource(network, NoisingProcess(1.1, 0.2), {0.4}, clusters(3, 100, 1), 0, 2).read(0, 0, 100, block);
    other = block;
    for (std::size_t s = 0; s < block.count; ++s)
        other.position[2 * block.stride + s] += 0.5F;
    const ParameterLayout layout(network);
    std::vector<double> terms[2], squares[2];
    for (const int which : {0, 1}) {
        const SampleBlock& read = which == 0 ? block : other;
        terms[which].resize(layout.getNumParameters());
        squares[which].resize(layout.getNumParameters());
        arithmetic.addEnergyTerms(read.position.data(), terms[which].data(), read.count, read.stride);
        arithmetic.addSquares(read.position.data(), squares[which].data(), read.count, read.stride);
    }
    for (const ParameterFamily family : allParameterFamilies)
        for (int k = 0; k < layout.getSize(family); ++k) {
            const int a = layout.getOffset(family) + k;
            const bool concerned = isEdgeFamily(family) ? k != 0 : k == 2;
            EXPECT_EQ(terms[0][a] != terms[1][a], concerned) << a;
            EXPECT_TRUE(concerned || squares[0][a] == squares[1][a]) << a;
        }
}

TEST_P(LocalRules, ReadNothingButTheirOwnOscillators) {
    // Every signal of oscillator 2 is changed: whatever belongs to 0, 1 and the edge 0-1 alone must stay to the bit.
    const std::unique_ptr<LocalRule> rule = makeRule();
    const NoiseLevel level = process.getLevel(0.4);
    SampleBlock block;
    makeSource().read(0, 0, 100, block);
    std::vector<double> before(theta.size(), 0.0), after(theta.size(), 0.0);
    rule->addGradient(arithmetic, level, block, nullptr, before.data());
    for (std::size_t s = 0; s < block.count; ++s) {
        block.position[2 * block.stride + s] += 0.5F;
        block.force[2 * block.stride + s] *= -2.0F;
        block.initialPosition[2 * block.stride + s] -= 1.0F;
        for (AlignedVector<float>* other : {&block.previousPosition, block.evolvedPositions.data()})
            if (other != nullptr && !other->empty())
                (*other)[2 * block.stride + s] += 0.7F;
    }
    rule->addGradient(arithmetic, level, block, nullptr, after.data());
    const ParameterLayout& layout = theta.getLayout();
    for (const ParameterFamily family : allParameterFamilies) {
        const int first = layout.getOffset(family);
        for (int k = 0; k < layout.getSize(family); ++k) {
            const bool concerned = isEdgeFamily(family) ? k != 0 : k == 2;
            if (concerned)
                EXPECT_TRUE(before[first + k] != after[first + k] || family == ParameterFamily::KLin) << first + k;
            else
                EXPECT_EQ(before[first + k], after[first + k]) << first + k;
        }
    }
}
