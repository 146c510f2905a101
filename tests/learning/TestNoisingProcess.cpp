// The noising process: exact transitions of the Ornstein-Uhlenbeck process, and the grid of times.

#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/TimeGrid.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

using namespace OpenMMOscillators;

namespace {

constexpr std::size_t samples = 20000;

struct Moments {
    double mean, variance;
};

Moments moments(const std::vector<float>& x, int oscillator) {
    double sum = 0.0, squares = 0.0;
    for (std::size_t s = 0; s < samples; ++s) {
        sum += x[oscillator * samples + s];
        squares += double(x[oscillator * samples + s]) * x[oscillator * samples + s];
    }
    const double mean = sum / samples;
    return {mean, squares / samples - mean * mean};
}

} // namespace

TEST(NoisingProcess, MomentsFollowTheDifferentialEquation) {
    // dm/dt = -m / sigma^2 and dv/dt = 2 kT - 2 v / sigma^2, by central differences.
    const NoisingProcess process(0.8, 0.3);
    const double h = 1e-5;
    for (const double t : {0.01, 0.4, 3.0}) {
        const double dm = (process.getMeanFactor(t + h) - process.getMeanFactor(t - h)) / (2 * h);
        const double dv = (process.getVariance(t + h) - process.getVariance(t - h)) / (2 * h);
        EXPECT_NEAR(dm, -process.getMeanFactor(t) / 0.64, 1e-8);
        EXPECT_NEAR(dv, 2 * 0.3 - 2 * process.getVariance(t) / 0.64, 1e-8);
    }
    EXPECT_EQ(process.getVariance(0.0), 0.0);
    EXPECT_NEAR(process.getVariance(50.0), process.getStationaryVariance(), 1e-15);
}

TEST(NoisingProcess, TransitionHasTheExactMeanAndVariance) {
    // Standard errors with 20000 samples: mean sqrt(v/n) = .0013, variance v sqrt(2/n) = .00035; five of each allow a
    // false alarm in 10^6 runs, but seeds are fixed.
    const NoisingProcess process(1.2, 0.05);
    std::vector<float> x(3 * samples, 0.7F);
    process.advance(0.9, CounterNoise(11), 4, 0, x.data(), 3, samples, samples);
    const double mean = 0.7 * process.getMeanFactor(0.9), variance = process.getVariance(0.9);
    for (int i = 0; i < 3; ++i) {
        const Moments found = moments(x, i);
        EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(variance / samples));
        EXPECT_NEAR(found.variance, variance, 5 * variance * std::sqrt(2.0 / samples));
    }
}

TEST(NoisingProcess, TwoTransitionsAreOneOfTheSumOfTimes) {
    const NoisingProcess process(1.0, 0.1);
    std::vector<float> x(2 * samples, -1.1F);
    process.advance(0.2, CounterNoise(5), 0, 0, x.data(), 2, samples, samples);
    process.advance(0.5, CounterNoise(5), 1, 0, x.data(), 2, samples, samples);
    const Moments found = moments(x, 1);
    EXPECT_NEAR(found.mean, -1.1 * process.getMeanFactor(0.7), 5 * std::sqrt(process.getVariance(0.7) / samples));
    EXPECT_NEAR(found.variance, process.getVariance(0.7), 5 * process.getVariance(0.7) * std::sqrt(2.0 / samples));
}

TEST(NoisingProcess, NoiseBelongsToTheSampleNotToTheBatch) {
    const NoisingProcess process;
    const CounterNoise noise(3);
    std::vector<float> whole(5 * 32, 0.25F), part(5 * 16, 0.25F);
    process.advance(0.3, noise, 7, 100, whole.data(), 5, 32, 32);
    process.advance(0.3, noise, 7, 116, part.data(), 5, 16, 16);
    for (int i = 0; i < 5; ++i)
        for (int s = 0; s < 16; ++s)
            EXPECT_EQ(whole[i * 32 + 16 + s], part[i * 16 + s]);
}

TEST(NoisingProcess, RefusesWhatIsNoProcess) {
    EXPECT_THROW(NoisingProcess(0.0, 0.1), std::invalid_argument);
    EXPECT_THROW(NoisingProcess(1.0, -0.1), std::invalid_argument);
    EXPECT_THROW(NoisingProcess(1.0, std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
    EXPECT_THROW(NoisingProcess().getVariance(-1.0), std::invalid_argument);
}

TEST(TimeGrid, RatioOfNoiseToSignalGrowsByAConstantFactor) {
    const NoisingProcess process(0.7, 0.1);
    const std::vector<double> times = TimeGrid::uniformInLogNoise(process, 0.02, 5.0, 30);
    ASSERT_EQ(times.size(), 30u);
    EXPECT_EQ(times.front(), 0.02);
    EXPECT_EQ(times.back(), 5.0);
    const auto logRatio = [&](double t) {
        return std::log(process.getVariance(t)) - 2.0 * std::log(process.getMeanFactor(t));
    };
    const double step = (logRatio(5.0) - logRatio(0.02)) / 29;
    for (int k = 1; k < 30; ++k)
        EXPECT_NEAR(logRatio(times[k]) - logRatio(times[k - 1]), step, 1e-9);
}

TEST(TimeGrid, RefusesEmptyAndReversedRanges) {
    const NoisingProcess process;
    EXPECT_THROW(TimeGrid::uniformInLogNoise(process, 0.0, 5.0, 30), std::invalid_argument);
    EXPECT_THROW(TimeGrid::uniformInLogNoise(process, 5.0, 0.02, 30), std::invalid_argument);
    EXPECT_THROW(TimeGrid::uniformInLogNoise(process, 0.02, 5.0, 1), std::invalid_argument);
}
