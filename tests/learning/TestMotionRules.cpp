// The rules against those that they stand for, within their statistical errors: implicit force matching and denoising
// have the same gradient, contrastive divergence that of the one, the reversed path that of the other.
//
// Errors are measured: every average is taken of 40 independent sources, and its standard error is theirs over
// sqrt(40). A limit of 6 standard errors then has a false-alarm rate of 5e-7 for one number (Student's t, 39 degrees of
// freedom) and less than 1e-4 for all of a test; seeds are fixed.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/ContrastiveDivergence.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/ReversedPath.h"
#include "openmmoscillators/learning/SampleRange.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <functional>
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

constexpr int numSources = 40;
constexpr double limit = 6.0;
constexpr double noisingTime = 0.4;

struct Estimate {
    std::vector<double> mean, error;
};

/** Mean and standard error of a vector that each of many sources gives. */
Estimate estimate(const std::function<std::vector<double>(unsigned seed)>& measure) {
    std::vector<double> sum, squares;
    for (unsigned seed = 1; seed <= numSources; ++seed) {
        const std::vector<double> values = measure(seed);
        sum.resize(values.size(), 0.0);
        squares.resize(values.size(), 0.0);
        for (std::size_t a = 0; a < values.size(); ++a) {
            sum[a] += values[a];
            squares[a] += values[a] * values[a];
        }
    }
    Estimate result{sum, squares};
    for (std::size_t a = 0; a < sum.size(); ++a) {
        result.mean[a] = sum[a] / numSources;
        const double variance = (squares[a] - sum[a] * result.mean[a]) / (numSources - 1);
        result.error[a] = std::sqrt(variance / numSources);
    }
    return result;
}

class MotionRules : public testing::Test {
protected:
    OscillatorNetwork network = triangle();
    NoisingProcess process{1.1, 0.2};
    NoiseLevel level = process.getLevel(noisingTime);
    BatchArithmetic<float> arithmetic{network};
    ThreadPool threads{2};

    NoisedDataSource makeSource(const NetworkParameters& theta, unsigned seed, std::size_t count) const {
        NoisedDataSource source(network, process, {noisingTime}, clusters(3, 500, 1), count, seed);
        source.setProtocol(DrivingProtocol(theta));
        return source;
    }
    SampleSlice load(const SampleSource& source) {
        SampleSlice slice(arithmetic, threads);
        slice.load(source, 0);
        return slice;
    }
    std::vector<NetworkParameters> severalThetas() const {
        NetworkParameters trap(network);
        trap.fillFamily(ParameterFamily::KLin, 1.0 / (1.1 * 1.1));
        return {trap, randomParameters(network, 3), randomParameters(network, 4), randomParameters(network, 5, 1.0)};
    }
};

} // namespace

TEST_F(MotionRules, ImplicitForceMatchingHasTheGradientOfDenoising) {
    for (const NetworkParameters& theta : severalThetas()) {
        const Estimate difference = estimate([&](unsigned seed) {
            const SampleSlice slice = load(makeSource(theta, seed, 4000));
            std::vector<double> gradient = slice.gradient(ForceMatching(), level);
            const std::vector<double> denoising = slice.gradient(DenoisingForceMatching(), level);
            for (std::size_t a = 0; a < gradient.size(); ++a)
                gradient[a] -= denoising[a];
            return gradient;
        });
        for (std::size_t a = 0; a < difference.mean.size(); ++a)
            EXPECT_LT(std::abs(difference.mean[a]), limit * difference.error[a]) << "parameter " << a;
    }
}

TEST_F(MotionRules, ContrastiveDivergenceHasTheGradientOfImplicitForceMatching) {
    // The bias, of the order of dt = 5e-4 ps times rates below 50 / ps, is less than a standard error.
    for (const NetworkParameters& theta : severalThetas()) {
        const Estimate difference = estimate([&](unsigned seed) {
            NoisedDataSource source = makeSource(theta, seed, 4000);
            source.showMotion(Motion::FreeEvolution, 1e-3, 2);
            const SampleSlice slice = load(source);
            std::vector<double> gradient = slice.gradient(ContrastiveDivergence(), level);
            const std::vector<double> implicit = slice.gradient(ForceMatching(), level);
            for (std::size_t a = 0; a < gradient.size(); ++a)
                gradient[a] -= implicit[a];
            return gradient;
        });
        for (std::size_t a = 0; a < difference.mean.size(); ++a)
            EXPECT_LT(std::abs(difference.mean[a]), limit * difference.error[a]) << "parameter " << a;
    }
}

TEST_F(MotionRules, BiasOfContrastiveDivergenceIsLinearInTheInterval) {
    // One oscillator of stiffness k at N(0, v): a stochastic Heun step of dt scales it by c = 1 - k dt + (k dt)^2 / 2
    // and adds the variance 2 kT dt (1 - k dt / 2)^2. The bias vanishes where the network is in equilibrium, kT = k v;
    // to first order it is -k (k v - kT) dt / kT^2.
    OscillatorNetwork single;
    single.addOscillator(0.0, 0.0);
    NetworkParameters theta(single);
    theta.set(ParameterFamily::KLin, 0, 5.0);
    const BatchArithmetic<float> singleArithmetic(single);
    const double kT = level.thermalEnergy, v = level.variance;
    for (const double interval : {0.05, 0.1, 0.2}) {
        const double dt = interval * v / kT;
        const Estimate bias = estimate([&](unsigned seed) {
            NoisedDataSource source(single, process, {noisingTime}, {0.0}, 4000, seed);
            source.setProtocol(DrivingProtocol(theta));
            source.showMotion(Motion::FreeEvolution, interval);
            SampleSlice slice(singleArithmetic, threads);
            slice.load(source, 0);
            return std::vector<double>{slice.gradient(ContrastiveDivergence(), level)[0] -
                                       slice.gradient(ForceMatching(), level)[0]};
        });
        const double k = 5.0, factor = 1.0 - k * dt + 0.5 * k * k * dt * dt, noise = 1.0 - 0.5 * k * dt;
        const double rate = (v * (factor * factor - 1.0) / dt + 2.0 * kT * noise * noise) / 2.0;
        const double expected = (kT - k * v - rate) / (kT * kT);
        EXPECT_LT(bias.error[0], 0.1 * std::abs(expected)) << interval;
        EXPECT_NEAR(bias.mean[0], expected, limit * bias.error[0]) << interval;
        EXPECT_NEAR(expected, -k * (k * v - kT) * dt / (kT * kT), 2.0 * k * dt * std::abs(expected)) << interval;
    }
}

TEST_F(MotionRules, ReversedPathHasTheGradientOfDenoisingUpToAKnownBias) {
    // Given x', an exact noising step dx of duration dt has the mean x' (1 - 1/m) - v_dt score / m (Tweedie), so that
    // E[F*] = c kT score + d x', with c and d as below: c -> 1 and d -> 0 with dt.
    const double interval = 0.1, dt = interval * level.variance / level.thermalEnergy;
    const double m = process.getMeanFactor(dt), kT = level.thermalEnergy;
    const double c = process.getVariance(dt) / (2.0 * kT * m * dt);
    const double d = -0.5 * ((1.0 - 1.0 / m) / dt + 1.0 / (1.1 * 1.1));
    EXPECT_NEAR(c, 1.0, 0.01);
    EXPECT_NEAR(d, 0.0, 0.02);
    NetworkParameters identity(network); // Phi(x) identity = x
    identity.fillFamily(ParameterFamily::KLin, 1.0);
    for (const NetworkParameters& theta : severalThetas()) {
        const Estimate difference = estimate([&](unsigned seed) {
            NoisedDataSource source = makeSource(theta, seed, 4000);
            source.showMotion(Motion::NoisingStep, interval);
            const SampleSlice slice = load(source);
            std::vector<double> gradient = slice.gradient(ReversedPath(), level);
            const std::vector<double> denoising = slice.gradient(DenoisingForceMatching(), level);
            std::vector<double> force(gradient.size()), position(gradient.size());
            slice.multiply(theta.data(), force.data()); // minus E[phi . F]
            slice.multiply(identity.data(), position.data());
            for (std::size_t a = 0; a < gradient.size(); ++a)
                gradient[a] -= c * denoising[a] + ((1.0 - c) * force[a] + d * position[a]) / (kT * kT);
            return gradient;
        });
        for (std::size_t a = 0; a < difference.mean.size(); ++a)
            EXPECT_LT(std::abs(difference.mean[a]), limit * difference.error[a]) << "parameter " << a;
    }
}

TEST_F(MotionRules, ReversedPathDescendsThePathProbabilityWithHiddenOscillators) {
    // Oscillator 2 carries no data. -ln P of the generating dynamics' backward steps, straight from its definition and
    // in double precision; central differences of a quadratic function are exact.
    constexpr int count = 50;
    std::vector<double> data = clusters(3, count, 1);
    for (int n = 0; n < count; ++n)
        data[3 * n + 2] = 0.0;
    const NetworkParameters theta = randomParameters(network, 6);
    NoisedDataSource source(network, process, {noisingTime}, data, 0, 7);
    source.setProtocol(DrivingProtocol(theta));
    source.showMotion(Motion::NoisingStep, 0.05);
    SampleBlock block;
    source.read(0, 0, count, block);
    const double kT = level.thermalEnergy, dt = block.interval;
    const auto minusLogProbability = [&](const NetworkParameters& candidate) {
        const NetworkParameters reversed = DrivingProtocol(candidate).forGeneration(process.getSigma()).getSlice(0);
        double sum = 0.0;
        for (int s = 0; s < count; ++s) {
            double x[3], gradient[3];
            for (int i = 0; i < 3; ++i)
                x[i] = block.position[i * block.stride + s];
            NetworkEnergy::gradient(network, reversed.data(), x, gradient);
            for (int i = 0; i < 3; ++i) {
                const double residual = block.previousPosition[i * block.stride + s] - x[i] + gradient[i] * dt;
                sum += residual * residual / (4.0 * kT * dt);
            }
        }
        return sum;
    };
    std::vector<double> gradient(theta.size(), 0.0);
    ReversedPath().addGradient(arithmetic, level, block, nullptr, gradient.data());
    for (int a = 0; a < theta.size(); ++a) {
        NetworkParameters lower = theta, upper = theta;
        lower[a] -= 0.5;
        upper[a] += 0.5;
        const double difference = minusLogProbability(upper) - minusLogProbability(lower);
        // Velocities are differences of float positions over dt = 0.02: 1e-5 of them.
        EXPECT_NEAR(2.0 * kT * dt * gradient[a], difference, 1e-4 * (1.0 + std::abs(difference))) << "parameter " << a;
    }
}

TEST_F(MotionRules, BatchFormIsTheSumOfTheOnlineForm) {
    NoisedDataSource source = makeSource(randomParameters(network, 3), 5, 100);
    source.showMotion(Motion::NoisingStep, 0.05);
    const std::vector<double> batch = load(source).gradient(ReversedPath(), level);
    std::vector<double> online(batch.size(), 0.0);
    for (std::size_t s = 0; s < 100; ++s) {
        const std::vector<double> step = load(SampleRange(source, s, 1)).gradient(ReversedPath(), level);
        for (std::size_t a = 0; a < step.size(); ++a)
            online[a] += step[a] / 100.0;
    }
    for (std::size_t a = 0; a < batch.size(); ++a)
        EXPECT_NEAR(online[a], batch[a], 1e-5 * (1.0 + std::abs(batch[a]))) << "parameter " << a;
}

TEST_F(MotionRules, MotionIsRefusedWhereItMakesNoSense) {
    NoisedDataSource source = makeSource(randomParameters(network, 3), 5, 100);
    EXPECT_FALSE(source.provides(Signal::EvolvedPosition));
    EXPECT_FALSE(source.provides(Signal::PreviousPosition));
    EXPECT_THROW(source.showMotion(Motion::NoisingStep, 0.5), std::invalid_argument); // would reach beyond the datum
    EXPECT_THROW(source.showMotion(Motion::NoisingStep, 0.0), std::invalid_argument);
    EXPECT_THROW(source.showMotion(Motion::FreeEvolution, 0.1, 0), std::invalid_argument);
}
