// The population that the closed loop carries through generation.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/BatchLayout.h"
#include "openmmoscillators/learning/GeneratedPopulation.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <gtest/gtest.h>
#include <limits>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

struct Moments {
    double mean, variance;
};

Moments moments(const GeneratedPopulation& population, const GeneratedPopulation::State& state, int oscillator) {
    const SampleBlock block = population.getBlocks(state, population.getNumSamples()).front();
    double sum = 0.0, squares = 0.0;
    for (std::size_t s = 0; s < block.count; ++s) {
        const double x = block.position[oscillator * block.stride + s];
        sum += x;
        squares += x * x;
    }
    const double mean = sum / block.count;
    return {mean, squares / block.count - mean * mean};
}

} // namespace

TEST(GeneratedPopulation, BlocksBecomeTheStateTheyWereMadeOf) {
    ThreadPool threads(2);
    const GeneratedPopulation population(triangle(), NoisingProcess(1.2, 0.1), 300, 5, threads);
    const GeneratedPopulation::State state = population.start();
    EXPECT_EQ(population.fromBlocks(population.getBlocks(state, 70)).panels, state.panels);
}

TEST(GeneratedPopulation, FollowsTheReversedPotential) {
    // U = (k/2) x^2 + b x gives U_rev = (2 k - 1/sigma^2)/2 x^2 + 2 b x: mean and variance of Euler-Maruyama's chain
    // are known step by step. Standard errors with 32768 samples: .0055 of a standard deviation, .0078 of the variance;
    // five of each.
    const OscillatorNetwork network = triangle();
    const NoisingProcess process(1.2, 0.1);
    ThreadPool threads(2);
    const GeneratedPopulation population(network, process, 32768, 5, threads);
    const double stiffness[2] = {0.9, 3.0}, bias[2] = {0.2, -0.5};
    NetworkParameters early(network), late(network);
    for (int i = 0; i < 3; ++i) {
        late.set(ParameterFamily::KLin, i, stiffness[0]);
        early.set(ParameterFamily::KLin, i, stiffness[1]);
        late.set(ParameterFamily::Bias, i, bias[0]);
        early.set(ParameterFamily::Bias, i, bias[1]);
    }
    GeneratedPopulation::State state = population.start();
    double mean = 0.0, variance = process.getStationaryVariance();
    const int steps = 25;
    state = population.carry(state, {1.5, 0.5, late, early}, steps);
    const double dt = 1.0 / steps;
    for (int k = 0; k < steps; ++k) {
        const double weight = static_cast<double>(k) / steps;
        const double curvature = 2.0 * ((1 - weight) * stiffness[0] + weight * stiffness[1]) - 1.0 / 1.44;
        mean += -dt * (curvature * mean + 2.0 * ((1 - weight) * bias[0] + weight * bias[1]));
        variance = variance * (1 - dt * curvature) * (1 - dt * curvature) + 2.0 * 0.1 * dt;
    }
    for (int i = 0; i < 3; ++i) {
        const Moments found = moments(population, state, i);
        EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(variance / 32768));
        EXPECT_NEAR(found.variance, variance, 5 * variance * std::sqrt(2.0 / 32768));
    }
}

TEST(GeneratedPopulation, IntervalsGoOnWithFreshNoiseAndThreadsDoNotMatter) {
    const OscillatorNetwork network = triangle();
    const NetworkParameters theta = randomParameters(network, 2, 0.1);
    const NoisingProcess process;
    ThreadPool one(1), three(3);
    const GeneratedPopulation a(network, process, 500, 7, one), b(network, process, 500, 7, three);
    const GeneratedPopulation::Interval interval{1.0, 0.9, theta, theta};
    const GeneratedPopulation::State first = a.carry(a.start(), interval, 4);
    const GeneratedPopulation::State other = b.carry(b.start(), interval, 4);
    EXPECT_EQ(first.panels, other.panels);
    const GeneratedPopulation::State parts =
        a.carry(a.carry(a.start(), {1.0, 0.95, theta, theta}, 2), {0.95, 0.9, theta, theta}, 2);
    EXPECT_EQ(parts.step, first.step);
    const Moments whole = moments(a, first, 1), halves = moments(a, parts, 1);
    EXPECT_NEAR(whole.mean, halves.mean, 1e-5); // the same noise at the same steps
    EXPECT_NEAR(whole.variance, halves.variance, 1e-5);
}

TEST(GeneratedPopulation, PutsBackWhatLeft) {
    const OscillatorNetwork network = triangle();
    ThreadPool threads(2);
    const GeneratedPopulation population(network, NoisingProcess(), 64, 1, threads);
    const GeneratedPopulation::State start = population.start();
    GeneratedPopulation::State state = start;
    state.panels[0][1] = 100.0F;
    state.panels[0][2] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(population.putBack(start, {50.0, 50.0, 50.0}, state), 2u);
    EXPECT_EQ(state.panels, start.panels);
}

TEST(GeneratedPopulation, ClampedOscillatorsFollowTheNoisedPathsOfTheirData) {
    // x(t) = m(t) c + sqrt(v(t)) epsilon at every time, with covariance m(t - u) v(u) between times u < t. With 16384
    // samples of each datum the standard error is .008 of a standard deviation of x, .011 of its variance; five of
    // each.
    const OscillatorNetwork network = triangle();
    const NoisingProcess process(1.2, 0.1);
    ThreadPool threads(2);
    GeneratedPopulation population(network, process, 32768, 5, threads);
    SampleBlock data;
    data.count = 2;
    data.stride = batchStride(2);
    data.initialPosition.assign(3 * data.stride, 0.0F);
    const double codes[2] = {3.0, -1.0};
    for (int s = 0; s < 2; ++s)
        data.initialPosition[1 * data.stride + s] = static_cast<float>(codes[s]);
    const double late = 1.1, early = 0.2;
    population.clamp({1}, {data}, late);
    const GeneratedPopulation::State start = population.start();
    const NetworkParameters theta = randomParameters(network, 2, 0.1);
    const GeneratedPopulation::State end = population.carry(start, {late, early, theta, theta}, 7);
    const SampleBlock from = population.getBlocks(start, 32768).front(), to = population.getBlocks(end, 32768).front();
    for (int datum = 0; datum < 2; ++datum) {
        double sums[2] = {}, squares[2] = {}, product = 0.0;
        const int count = 16384;
        for (int k = 0; k < count; ++k) {
            const std::size_t at = from.stride + 2 * k + datum;
            const double x[2] = {from.position[at] - process.getMeanFactor(late) * codes[datum],
                                 to.position[at] - process.getMeanFactor(early) * codes[datum]};
            for (int e = 0; e < 2; ++e) {
                sums[e] += x[e] / count;
                squares[e] += x[e] * x[e] / count;
            }
            product += x[0] * x[1] / count;
        }
        const double variances[2] = {process.getVariance(late), process.getVariance(early)};
        for (int e = 0; e < 2; ++e) {
            EXPECT_NEAR(sums[e], 0.0, 5 * 0.008 * std::sqrt(variances[e]));
            EXPECT_NEAR(squares[e], variances[e], 5 * 0.011 * variances[e]);
        }
        EXPECT_NEAR(product, process.getMeanFactor(late - early) * variances[1],
                    5 * 0.008 * std::sqrt(variances[0] * variances[1]));
    }
}
