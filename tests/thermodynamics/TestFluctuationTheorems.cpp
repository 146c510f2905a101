#include "openmmoscillators/thermodynamics/EntropyProduction.h"
#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"
#include "openmmoscillators/thermodynamics/MixtureProcess.h"
#include "openmmoscillators/thermodynamics/PathSimulator.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace DrivenNetworks;

namespace {

constexpr int numPaths = 20000;

std::vector<double> totalEntropy(const DiffusionProcess& process, const std::vector<double>& times,
                                 const GaussianMixture& start, const GaussianMixture& end, std::uint64_t seed) {
    PathSimulator simulator(process, times);
    simulator.setRandomNumberSeed(seed);
    simulator.setMeasuresWork(false);
    const PathEnsemble paths = simulator.run(start.sample(seed, numPaths));
    return paths.getTotalEntropy(start.logDensities(paths.initialStates), end.logDensities(paths.finalStates));
}

double mean(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

} // namespace

// The chain's own ratio gives <e^{-S}> = 1 at any step size: within 3.5 standard errors (each false alarm 5e-4).
TEST(IntegralFluctuationTheorem, ForwardAndReverseMixtures) {
    const double duration = 1.5;
    for (const double mu : {0.4, 1.0}) {
        const GaussianMixture data = GaussianMixture::symmetric({mu}, 0.8), noised = data.noised(duration);
        for (const int numSteps : {5, 20, 80}) {
            const std::vector<double> times = uniformTimes(duration, numSteps);
            const ExponentialAverage forward = estimateExponentialAverage(
                totalEntropy(OrnsteinUhlenbeckProcess(1), times, data, noised, 11 + numSteps));
            EXPECT_NEAR(forward.value, 1.0, 3.5 * forward.standardError) << numSteps << " steps, mu " << mu;
            EXPECT_LT(forward.standardError, 0.05);
            const ExponentialAverage reverse = estimateExponentialAverage(
                totalEntropy(MixtureReverseProcess(data, duration), times, noised, data, 23 + numSteps));
            EXPECT_NEAR(reverse.value, 1.0, 3.5 * reverse.standardError) << numSteps << " steps, mu " << mu;
            EXPECT_LT(reverse.standardError, 0.05);
        }
    }
}

// Any normalised density may stand at the end of the path. The midpoint sum misses at large steps: the test can fail.
TEST(IntegralFluctuationTheorem, DrivenCoupledNetwork) {
    const NetworkProcess process = coupledNetwork(0.6, 0.5);
    const GaussianMixture start = normal(3, 0.5), end = normal(3, 0.35);
    for (const int numSteps : {3, 6, 30}) {
        PathSimulator simulator(process, uniformTimes(0.6, numSteps));
        simulator.setRandomNumberSeed(numSteps);
        const PathEnsemble paths = simulator.run(start.sample(numSteps, numPaths));
        const std::vector<double> before = start.logDensities(paths.initialStates);
        const std::vector<double> after = end.logDensities(paths.finalStates);
        const ExponentialAverage exact = estimateExponentialAverage(paths.getTotalEntropy(before, after));
        EXPECT_NEAR(exact.value, 1.0, 3.5 * exact.standardError) << numSteps << " steps";
        EXPECT_LT(exact.standardError, 0.05);
        PathEnsemble midpoint = paths;
        midpoint.environmentEntropy = paths.stratonovichEntropy;
        const ExponentialAverage biased = estimateExponentialAverage(midpoint.getTotalEntropy(before, after));
        if (numSteps == 3) {
            EXPECT_GT(std::abs(biased.value - 1.0), 0.1);
        }
    }
}

// <Delta S_tot> is the integral of the production rate (as dt -> 0; at dt = 0.005 the chain is within 0.01).
TEST(IntegralFluctuationTheorem, MeanEntropyIsTheIntegratedProduction) {
    const double duration = 1.0;
    const GaussianMixture data = GaussianMixture::symmetric({1.5}, 0.6), noised = data.noised(duration);
    const std::vector<double> times = uniformTimes(duration, 200);
    const EntropyProduction ensemble(data);
    double integral = 0.0;
    for (int k = 0; k < 200; ++k)
        integral += ensemble.evaluate((k + 0.5) * duration / 200).production * duration / 200;
    EXPECT_NEAR(mean(totalEntropy(OrnsteinUhlenbeckProcess(1), times, data, noised, 5)), integral, 0.05);
    EXPECT_NEAR(mean(totalEntropy(MixtureReverseProcess(data, duration), times, noised, data, 6)), integral, 0.05);
}

// ln P(S)/P~(-S) = S: the fitted slope is 1 within 4 standard errors, the crossing 0 (false alarms 6e-5).
TEST(DetailedFluctuationTheorem, HistogramsOfForwardAndBackwardPaths) {
    const double duration = 0.8;
    const GaussianMixture data = GaussianMixture::symmetric({1.0}, 0.5), noised = data.noised(duration);
    const std::vector<double> times = uniformTimes(duration, 10);
    const MixtureReverseProcess generation(data, duration);
    const TimeReversedProcess backward(generation, 0.0, duration);
    const DetailedFluctuation detailed = estimateDetailedFluctuation(
        totalEntropy(generation, times, noised, data, 1), totalEntropy(backward, times, data, noised, 2), 30);
    EXPECT_GE(detailed.centres.size(), 6u);
    EXPECT_NEAR(detailed.slope, 1.0, 4 * detailed.slopeError);
    EXPECT_NEAR(detailed.crossing, 0.0, 4 * detailed.crossingError);
    EXPECT_LT(detailed.slopeError, 0.05);
}
