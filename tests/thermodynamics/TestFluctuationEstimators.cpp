#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"

#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

namespace {

/** Gaussian s with variance 2 * mean obeys <e^{-s}> = 1 exactly. */
std::vector<double> gaussianEntropies(double meanEntropy, int count, std::uint64_t seed) {
    std::vector<double> values = DrivenNetworks::normal(1, 2 * meanEntropy).sample(seed, count);
    for (double& value : values)
        value += meanEntropy;
    return values;
}

} // namespace

// e^{-s} is log-normal: its standard deviation is sqrt(e^{2 mean} - 1). 200 seeds: the 95 % interval must cover the
// true value in 86 % to 100 % of them, and the mean bootstrap error is within 10 % of the true one.
TEST(ExponentialAverage, ErrorBarsAreHonestWhereItConverges) {
    const double meanEntropy = 0.1;
    const int count = 1000;
    int covered = 0;
    double error = 0.0;
    for (int seed = 1; seed <= 200; ++seed) {
        const ExponentialAverage average = estimateExponentialAverage(gaussianEntropies(meanEntropy, count, seed));
        covered += average.lower < 1.0 && 1.0 < average.upper;
        error += average.standardError / 200;
    }
    EXPECT_GE(covered, 172);
    EXPECT_LT(covered, 200);
    const double exact = std::sqrt(std::expm1(2 * meanEntropy) / count);
    EXPECT_NEAR(error, exact, 0.1 * exact);
}

TEST(ExponentialAverage, EffectiveSampleSizeTellsOfLostConvergence) {
    const ExponentialAverage good = estimateExponentialAverage(gaussianEntropies(0.05, 10000, 1));
    const ExponentialAverage bad = estimateExponentialAverage(gaussianEntropies(15.0, 10000, 1));
    // ESS/n -> <w>^2/<w^2> = e^{-2 mean}
    EXPECT_NEAR(good.effectiveSampleSize / 10000, std::exp(-0.1), 0.01);
    EXPECT_LT(bad.effectiveSampleSize, 20);
    EXPECT_GT(bad.largestShare, 0.1);
    EXPECT_LT(good.largestShare, 0.001);
}

TEST(ExponentialAverage, BlocksCarryCorrelations) {
    std::vector<double> values;
    for (const double value : gaussianEntropies(0.1, 500, 3))
        values.insert(values.end(), 20, value); // every path twenty times over
    BootstrapOptions blocks;
    blocks.numBlocks = 500;
    BootstrapOptions single;
    single.numBlocks = 10000;
    const double honest = estimateExponentialAverage(values, blocks).standardError;
    const double naive = estimateExponentialAverage(values, single).standardError;
    EXPECT_NEAR(honest / naive, std::sqrt(20.0), 1.0);
}

TEST(ExponentialAverage, DoesNotOverflow) {
    const ExponentialAverage average = estimateExponentialAverage({-600.0, -599.0, 700.0});
    EXPECT_NEAR(average.value, (std::exp(600.0) + std::exp(599.0)) / 3, 1e-10 * std::exp(600.0));
    EXPECT_TRUE(std::isfinite(average.standardError));
}

// Gaussian forward and backward entropies of equal mean obey the detailed theorem. 4 standard errors.
TEST(DetailedFluctuation, GaussianEntropies) {
    const DetailedFluctuation detailed =
        estimateDetailedFluctuation(gaussianEntropies(1.0, 50000, 1), gaussianEntropies(1.0, 50000, 2));
    EXPECT_NEAR(detailed.slope, 1.0, 4 * detailed.slopeError);
    EXPECT_NEAR(detailed.crossing, 0.0, 4 * detailed.crossingError);
    for (std::size_t b = 0; b < detailed.centres.size(); ++b)
        EXPECT_NEAR(detailed.logRatios[b], detailed.centres[b], 5 * detailed.errors[b]);
}

TEST(FluctuationEstimators, RefuseImpossibleArguments) {
    EXPECT_THROW(estimateExponentialAverage({1.0}), std::invalid_argument);
    EXPECT_THROW(estimateExponentialAverage({1.0, NAN}), std::invalid_argument);
    BootstrapOptions options;
    options.confidence = 1.0;
    EXPECT_THROW(estimateExponentialAverage({1.0, 2.0}, options), std::invalid_argument);
    options = BootstrapOptions();
    options.numResamples = 1;
    EXPECT_THROW(estimateExponentialAverage({1.0, 2.0}, options), std::invalid_argument);
    EXPECT_THROW(estimateDetailedFluctuation({1.0, 2.0}, {5.0, 6.0}), std::invalid_argument);
    EXPECT_THROW(estimateDetailedFluctuation({1.0, 2.0}, {1.0, 2.0}, 1), std::invalid_argument);
}
