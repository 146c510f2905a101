// The local rules: gradients against finite differences of the loss, locality, and where their minima coincide.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/ThreadPool.h"
#include <gtest/gtest.h>
#include <memory>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

class LocalRules : public testing::TestWithParam<const char*> {
protected:
    std::unique_ptr<LocalRule> makeRule() const {
        if (std::string(GetParam()) == "implicit")
            return std::make_unique<ForceMatching>();
        return std::make_unique<DenoisingForceMatching>();
    }
    OscillatorNetwork network = triangle();
    NoisingProcess process{1.1, 0.2};
    NetworkParameters theta = randomParameters(network, 3);
    BatchArithmetic<float> arithmetic{network};
    ThreadPool threads{2};
    NoisedDataSource makeSource() const {
        NoisedDataSource source(network, process, {0.4}, clusters(3, 300, 1), 0, 2);
        source.setProtocol(DrivingProtocol(theta));
        return source;
    }
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Rules, LocalRules, testing::Values("implicit", "denoising"));

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
        EXPECT_NEAR(gradient[a], difference, 2e-5 * (1.0 + std::abs(loss[0]) + std::abs(loss[1]))) << "parameter " << a;
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
        const double tolerance = 1e-4 * (1.0 + std::abs(after[a]) + std::abs(before[a]));
        EXPECT_NEAR(after[a] - before[a], rule->getCurvature(level) * product[a], tolerance);
        EXPECT_NEAR(inOnePass[a], after[a], tolerance);
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
