#include "openmmoscillators/thermodynamics/PathSimulator.h"

#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/thermodynamics/MixtureProcess.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace DrivenNetworks;

// The chain and its ratio of Gaussian transition densities, written out for one path at a time.
TEST(PathSimulator, AgreesWithAPlainLoop) {
    const double kT = 0.3;
    const Ends from{1.0, 0.0, 0.0}, to{2.0, 0.5, -1.0};
    const NetworkProcess process = singleOscillator(from, to, 2.0, kT);
    const std::vector<double> times = {0.0, 0.1, 0.25, 0.3, 0.5};
    PathSimulator simulator(process, times);
    simulator.setRandomNumberSeed(42);
    const PathEnsemble paths = simulator.run(normal(1, 0.3).sample(3, 6));
    const CounterNoise noise(42);
    const auto at = [&](double a, double b, double t) { return a + (b - a) * t / 2.0; };
    const auto force = [&](double x, double t) {
        return -at(1.0, 2.0, t) * x - at(0.0, 0.5, t) * x * x * x - at(0.0, -1.0, t);
    };
    const auto energy = [&](double x, double t) {
        return 0.5 * at(1.0, 2.0, t) * x * x + 0.25 * at(0.0, 0.5, t) * x * x * x * x + at(0.0, -1.0, t) * x;
    };
    const auto logKernel = [&](double to_, double from_, double f, double dt) {
        return -std::pow(to_ - from_ - f * dt, 2) / (4 * kT * dt); // the normalisation cancels
    };
    for (int n = 0; n < 6; ++n) {
        double x = paths.initialStates[n], entropy = 0.0, midpoint = 0.0, work = 0.0;
        for (std::size_t k = 0; k + 1 < times.size(); ++k) {
            const double t = times[k], next = times[k + 1], dt = next - t;
            const double xi = noise.normals(k, 0, n / 4)[n % 4];
            const double y = x + force(x, t) * dt + std::sqrt(2 * kT * dt) * xi;
            entropy += logKernel(y, x, force(x, t), dt) - logKernel(x, y, force(y, next), dt);
            midpoint += 0.5 * (force(x, t) + force(y, next)) * (y - x) / kT;
            work += 0.5 * (energy(x, next) - energy(x, t) + energy(y, next) - energy(y, t));
            x = y;
        }
        EXPECT_NEAR(paths.finalStates[n], x, 1e-13);
        EXPECT_NEAR(paths.environmentEntropy[n], entropy, 1e-11);
        EXPECT_NEAR(paths.stratonovichEntropy[n], midpoint, 1e-12);
        EXPECT_NEAR(paths.work[n], work, 1e-13);
        EXPECT_NEAR(paths.energyChange[n], energy(x, 0.5) - energy(paths.initialStates[n], 0.0), 1e-13);
    }
}

TEST(PathSimulator, FirstLawClosesOnEveryPath) {
    const NetworkProcess process = coupledNetwork(1.0, 0.5);
    const PathEnsemble paths = PathSimulator(process, uniformTimes(1.0, 50)).run(normal(3, 0.5).sample(1, 300));
    const std::vector<double> heat = paths.getHeat(), chainWork = paths.getChainWork();
    for (int n = 0; n < paths.numPaths; ++n) {
        EXPECT_NEAR(paths.work[n] - heat[n], paths.energyChange[n], 1e-12);
        EXPECT_NEAR(chainWork[n], paths.energyChange[n] + 0.5 * paths.environmentEntropy[n], 1e-12);
    }
    const OrnsteinUhlenbeckProcess undriven(1);
    const PathEnsemble free = PathSimulator(undriven, uniformTimes(1.0, 50)).run({1.0, -2.0});
    for (int n = 0; n < 2; ++n) {
        EXPECT_EQ(free.work[n], 0.0);
        // -x o dx is an exact differential: the midpoint sum of a linear force is minus the energy's change.
        EXPECT_NEAR(free.stratonovichEntropy[n], -free.energyChange[n], 1e-12);
    }
}

// For equal steps exact - stratonovich = dt (|f_N|^2 - |f_0|^2) / (4 D), path by path.
TEST(PathSimulator, StratonovichSumDiffersByABoundaryTermOfFirstOrder) {
    const NetworkProcess process = coupledNetwork(1.0, 0.5);
    const auto squaredForce = [&](double t, const std::vector<double>& states, int n) {
        AlignedVector<double> x(3 * batchAlignment, 0.0), f(x);
        for (int i = 0; i < 3; ++i)
            x[i * batchAlignment] = states[n * 3 + i];
        process.force(t, x.data(), f.data(), 1, batchAlignment);
        double sum = 0.0;
        for (int i = 0; i < 3; ++i)
            sum += f[i * batchAlignment] * f[i * batchAlignment];
        return sum;
    };
    for (const int numSteps : {5, 50}) {
        const PathEnsemble paths =
            PathSimulator(process, uniformTimes(1.0, numSteps)).run(normal(3, 0.5).sample(1, 20));
        for (int n = 0; n < 20; ++n) {
            const double boundary = squaredForce(1.0, paths.finalStates, n) - squaredForce(0.0, paths.initialStates, n);
            EXPECT_NEAR(paths.environmentEntropy[n] - paths.stratonovichEntropy[n], boundary / numSteps / (4 * 0.5),
                        1e-11);
        }
    }
}

TEST(PathSimulator, ThreadsAndCutsChangeNothing) {
    const MixtureReverseProcess process(GaussianMixture::symmetric({1.0, 0.5}, 0.8), 2.0);
    const std::vector<double> times = uniformTimes(2.0, 20), start = normal(2, 1.0).sample(9, 1000);
    PathSimulator whole(process, times), single(process, times);
    single.setNumThreads(1);
    whole.setNumThreads(3);
    const PathEnsemble a = whole.run(start), b = single.run(start);
    EXPECT_EQ(a.finalStates, b.finalStates);
    EXPECT_EQ(a.environmentEntropy, b.environmentEntropy);
    EXPECT_EQ(a.work, b.work);
    const PathEnsemble first = PathSimulator(process, {times.begin(), times.begin() + 13}).run(start);
    const PathEnsemble second = PathSimulator(process, {times.begin() + 12, times.end()}).run(first.finalStates, 12);
    EXPECT_EQ(second.finalStates, a.finalStates);
    for (int n = 0; n < 1000; ++n)
        EXPECT_NEAR(first.work[n] + second.work[n], a.work[n], 1e-11);
}

// 100 000 paths: mean and variance at the end within 4.5 standard errors of the exact chain's (false alarm 2e-5).
TEST(PathSimulator, OrnsteinUhlenbeckChainHasItsExactMoments) {
    const OrnsteinUhlenbeckProcess process(1);
    const double dt = 0.1;
    const int numSteps = 15, numPaths = 100000;
    const PathEnsemble paths =
        PathSimulator(process, uniformTimes(dt * numSteps, numSteps)).run(std::vector<double>(numPaths, 2.0));
    double mean = 2.0, variance = 0.0;
    for (int k = 0; k < numSteps; ++k) {
        mean *= 1 - dt;
        variance = variance * (1 - dt) * (1 - dt) + 2 * dt;
    }
    double sum = 0.0, squares = 0.0;
    for (const double x : paths.finalStates) {
        sum += x / numPaths;
        squares += (x - mean) * (x - mean) / numPaths;
    }
    EXPECT_NEAR(sum, mean, 4.5 * std::sqrt(variance / numPaths));
    EXPECT_NEAR(squares, variance, 4.5 * variance * std::sqrt(2.0 / numPaths));
}

TEST(PathSimulator, RefusesImpossibleArguments) {
    const OrnsteinUhlenbeckProcess process(2);
    EXPECT_THROW(PathSimulator(process, {0.0}), std::invalid_argument);
    EXPECT_THROW(PathSimulator(process, {0.0, 0.0}), std::invalid_argument);
    PathSimulator simulator(process, {0.0, 0.1});
    EXPECT_THROW(simulator.run({1.0, 2.0, 3.0}), std::invalid_argument);
    EXPECT_THROW(simulator.setNumThreads(-1), std::invalid_argument);
    simulator.setMeasuresWork(false);
    const PathEnsemble paths = simulator.run({1.0, 2.0});
    EXPECT_THROW(paths.getHeat(), std::invalid_argument);
    EXPECT_THROW(paths.getChainWork(), std::invalid_argument);
    EXPECT_THROW(paths.getTotalEntropy({}, {}), std::invalid_argument);
    const NetworkProcess stiff = singleOscillator({1.0, 50.0, 0.0}, {1.0, 50.0, 0.0}, 1.0, 0.1);
    EXPECT_THROW(PathSimulator(stiff, uniformTimes(10.0, 20)).run({10.0}), std::runtime_error);
    // One of three escapes; the others are as without it.
    PathSimulator marking(stiff, uniformTimes(0.1, 20));
    marking.setMarksEscapes(true);
    const PathEnsemble three = marking.run({0.1, 1e4, -0.1}), two = marking.run({0.1, 0.0, -0.1});
    EXPECT_TRUE(std::isnan(three.finalStates[1]) && std::isnan(three.work[1]) &&
                std::isnan(three.environmentEntropy[1]) && std::isnan(three.energyChange[1]));
    EXPECT_EQ(three.finalStates[0], two.finalStates[0]);
    EXPECT_EQ(three.work[2], two.work[2]);
    EXPECT_THROW(MixtureReverseProcess(GaussianMixture::symmetric({1.0}, 1.0), 0.0), std::invalid_argument);
}
