#include "openmmoscillators/thermodynamics/FreeEnergy.h"

#include "openmmoscillators/thermodynamics/PathSimulator.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace DrivenNetworks;

namespace {

constexpr double kT = 0.4;
constexpr int numPaths = 40000;

PathEnsemble drive(const DiffusionProcess& process, double duration, int numSteps, const GaussianMixture& equilibrium,
                   std::uint64_t seed) {
    PathSimulator simulator(process, uniformTimes(duration, numSteps));
    simulator.setRandomNumberSeed(seed);
    return simulator.run(equilibrium.sample(seed, numPaths));
}

/** Chain work obeys Jarzynski at any step; plain work up to its order. 4 standard errors: false alarm 6e-5 each. */
void expectJarzynski(const PathEnsemble& paths, double freeEnergy, double tolerance) {
    const FreeEnergyEstimate chain = estimateJarzynski(paths.getChainWork(), kT);
    EXPECT_NEAR(chain.value, freeEnergy, 4 * chain.standardError);
    EXPECT_LT(chain.standardError, 0.03 * kT);
    const FreeEnergyEstimate plain = estimateJarzynski(paths.work, kT);
    EXPECT_NEAR(plain.value, freeEnergy, 4 * plain.standardError + tolerance);
}

/** -kT ln of the configuration integral of one oscillator. */
double freeEnergyOf(const Ends& ends) {
    double z = 0.0;
    const double h = 0.001;
    for (double x = -8.0; x <= 8.0; x += h)
        z += h * std::exp(-(0.5 * ends.kLin * x * x + 0.25 * ends.kDuff * x * x * x * x + ends.bias * x) / kT);
    return -kT * std::log(z);
}

} // namespace

// A trap dragged by v in the time T: U = k x^2/2 - k v(t) x, Delta F = -k v^2/2; the work is Gaussian with
// <W> - Delta F = k v^2 / T' (1 - (1 - e^{-T'})/T'), T' = k T (here k = 2, v = 0.5, T = 1).
TEST(Jarzynski, DraggedTrap) {
    const NetworkProcess process = singleOscillator({2.0, 0.0, 0.0}, {2.0, 0.0, -1.0}, 1.0, kT);
    expectJarzynski(drive(process, 1.0, 10, normal(1, kT / 2.0), 1), -0.25, 0.02);
    const PathEnsemble fine = drive(process, 1.0, 200, normal(1, kT / 2.0), 2);
    expectJarzynski(fine, -0.25, 0.002);
    double mean = 0.0, squares = 0.0;
    for (const double work : fine.work) {
        mean += work / numPaths;
        squares += work * work / numPaths;
    }
    const double dissipated = 2.0 * 0.25 / 2.0 * (1 - (1 - std::exp(-2.0)) / 2.0), variance = 2 * kT * dissipated;
    EXPECT_NEAR(mean, -0.25 + dissipated, 4 * std::sqrt(variance / numPaths) + 0.002);
    EXPECT_NEAR(squares - mean * mean, variance, 4 * variance * std::sqrt(2.0 / numPaths) + 0.003);
}

// Delta F = kT/2 ln(k1/k0).
TEST(Jarzynski, StiffenedTrap) {
    const NetworkProcess process = singleOscillator({1.0, 0.0, 0.0}, {4.0, 0.0, 0.0}, 1.0, kT);
    const double freeEnergy = 0.5 * kT * std::log(4.0);
    expectJarzynski(drive(process, 1.0, 10, normal(1, kT), 3), freeEnergy, 0.03);
    expectJarzynski(drive(process, 1.0, 200, normal(1, kT), 4), freeEnergy, 0.002);
}

TEST(Jarzynski, QuarticOscillator) {
    const Ends from{1.0, 0.0, 0.0}, to{-1.0, 2.0, 0.2};
    const double freeEnergy = freeEnergyOf(to) - freeEnergyOf(from);
    const NetworkProcess process = singleOscillator(from, to, 1.0, kT);
    expectJarzynski(drive(process, 1.0, 10, normal(1, kT), 5), freeEnergy, 0.03);
    expectJarzynski(drive(process, 1.0, 200, normal(1, kT), 6), freeEnergy, 0.002);
}

// Three coupled oscillators with every family: Z of the end on a grid of 60^3 points (exact to 1e-6).
TEST(Jarzynski, CoupledQuarticNetwork) {
    const NetworkProcess process = coupledNetwork(1.0, kT);
    const std::size_t n = 60;
    const double h = 8.0 / n;
    double ends[2] = {0.0, 0.0};
    AlignedVector<double> x(3 * 64, 0.0), energies(64);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < n; ++k) {
                x[k] = -4.0 + h * i;
                x[64 + k] = -4.0 + h * j;
                x[128 + k] = -4.0 + h * k;
            }
            for (int end = 0; end < 2; ++end) {
                process.potential(end, x.data(), energies.data(), n, 64);
                for (std::size_t k = 0; k < n; ++k)
                    ends[end] += std::exp(-energies[k] / kT);
            }
        }
    const double freeEnergy = -kT * std::log(ends[1] / ends[0]);
    expectJarzynski(drive(process, 1.0, 10, normal(3, kT), 7), freeEnergy, 0.05);
    expectJarzynski(drive(process, 1.0, 100, normal(3, kT), 8), freeEnergy, 0.005);
}

// Forward from the soft trap, backward from the stiff one: both ends are Gaussian, the chain work is exact at any step.
TEST(Crooks, BennettAndHistogramsAgreeWithTheExactFreeEnergy) {
    const double duration = 0.5, freeEnergy = 0.5 * kT * std::log(3.0);
    const NetworkProcess process = singleOscillator({1.0, 0.0, 0.0}, {3.0, 0.0, 0.0}, duration, kT);
    const TimeReversedProcess backward(process, 0.0, duration);
    const std::vector<double> forwardWork = drive(process, duration, 8, normal(1, kT), 1).getChainWork();
    std::vector<double> backwardWork = drive(backward, duration, 8, normal(1, kT / 3.0), 2).getChainWork();
    const FreeEnergyEstimate bennett = estimateBennett(forwardWork, backwardWork, kT);
    EXPECT_NEAR(bennett.value, freeEnergy, 4 * bennett.standardError);
    EXPECT_LT(bennett.standardError, 0.005);
    std::vector<double> forwardReduced(forwardWork), backwardReduced(backwardWork);
    for (double& work : forwardReduced)
        work /= kT;
    for (double& work : backwardReduced)
        work /= kT;
    const DetailedFluctuation crooks = estimateDetailedFluctuation(forwardReduced, backwardReduced, 60);
    EXPECT_NEAR(crooks.slope, 1.0, 4 * crooks.slopeError);
    EXPECT_NEAR(crooks.crossing, freeEnergy / kT, 4 * crooks.crossingError);
    // Unequal numbers of paths shift nothing.
    backwardWork.resize(5000);
    const FreeEnergyEstimate unequal = estimateBennett(forwardWork, backwardWork, kT);
    EXPECT_NEAR(unequal.value, freeEnergy, 4 * unequal.standardError);
}

TEST(FreeEnergy, RefusesImpossibleArguments) {
    EXPECT_THROW(estimateJarzynski({1.0, 2.0}, 0.0), std::invalid_argument);
    EXPECT_THROW(estimateJarzynski({}, 1.0), std::invalid_argument);
    EXPECT_THROW(estimateBennett({1.0}, {1.0, 2.0}, 1.0), std::invalid_argument);
    EXPECT_THROW(estimateBennett({1.0, NAN}, {1.0, 2.0}, 1.0), std::invalid_argument);
    EXPECT_NEAR(estimateJarzynski({5000.0, 5000.0}, 1.0).value, 5000.0, 1e-9);
}
