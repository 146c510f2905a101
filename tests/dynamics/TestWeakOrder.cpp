#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"
#include <cmath>
#include <functional>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr double kT = 1.0, startAt = 1.0;

/** U(x, t) = k(t) x^2/2 + x^4/4 for many independent oscillators; k from -1 at time 0 to 2 at time 1. */
struct QuarticEnsemble {
    explicit QuarticEnsemble(int oscillators, bool driven) : network(edgeless(oscillators)) {
        NetworkParameters first(network), last(network);
        first.fillFamily(ParameterFamily::KDuff, 1.0);
        last.fillFamily(ParameterFamily::KDuff, 1.0);
        first.fillFamily(ParameterFamily::KLin, driven ? -1.0 : 0.0);
        last.fillFamily(ParameterFamily::KLin, driven ? 2.0 : 0.0);
        protocol = driven ? DrivingProtocol({0.0, 1.0}, {first, last}) : DrivingProtocol(first);
    }

    static OscillatorNetwork edgeless(int oscillators) { return OscillatorNetwork::squareLattice(oscillators, 1, 0); }

    /** The mean of x^2 over the ensemble after steps of one size, averaged over the last averaged steps. */
    double meanSquare(const TestPlatform& platform, Scheme scheme, double dt, int steps, int averaged,
                      int replicas) const {
        NetworkSystem ensemble(network, protocol, replicas);
        OverdampedLangevinIntegrator integrator(kT / gasConstant, 1.0, dt);
        integrator.setScheme(scheme);
        integrator.setMobility(Vec3(0.0, 0.0, 1.0));
        integrator.setRandomNumberSeed(11);
        const auto context = ensemble.context(integrator, platform,
                                              std::vector<double>(replicas * network.getNumOscillators(), startAt));
        integrator.step(steps - averaged);
        double sum = 0.0;
        for (int s = 0; s < averaged; ++s) {
            integrator.step(1);
            const std::vector<double> x = ensemble.force->getDisplacements(*context);
            double square = 0.0;
            for (double value : x)
                square += value * value;
            sum += square / static_cast<double>(x.size());
        }
        return sum / averaged;
    }

    OscillatorNetwork network;
    DrivingProtocol protocol;
};

/**
 * E[x(1)^2 | x(0) = startAt] of the driven oscillator from the backward Kolmogorov equation
 * -du/dt = -U'(x, t) du/dx + kT d2u/dx2, u(x, 1) = x^2: Crank-Nicolson in time, central differences on [-5, 5]. Halving
 * both steps moves the result by less than 1e-5.
 */
double exactMeanSquare() {
    const int points = 2001, steps = 1000;
    const double h = 10.0 / (points - 1), dt = 1.0 / steps;
    std::vector<double> u(points), right(points), upper(points);
    for (int i = 0; i < points; ++i)
        u[i] = std::pow(-5.0 + i * h, 2);
    for (int n = 0; n < steps; ++n) {
        const double k = -1.0 + 3.0 * (1.0 - (n + 0.5) * dt); // at the middle of the step
        const auto coefficients = [&](int i, double& below, double& above) {
            const double x = -5.0 + i * h, drift = -(k * x + x * x * x);
            below = kT / (h * h) - drift / (2 * h);
            above = kT / (h * h) + drift / (2 * h);
        };
        // (1 - dt/2 L) u_new = (1 + dt/2 L) u_old; the ends are never reached and keep their values.
        right[0] = u[0];
        upper[0] = 0.0;
        for (int i = 1; i + 1 < points; ++i) {
            double below, above;
            coefficients(i, below, above);
            const double value = u[i] + 0.5 * dt * (below * (u[i - 1] - u[i]) + above * (u[i + 1] - u[i]));
            const double diagonal = 1.0 + 0.5 * dt * (below + above) + 0.5 * dt * below * upper[i - 1];
            upper[i] = -0.5 * dt * above / diagonal;
            right[i] = (value + 0.5 * dt * below * right[i - 1]) / diagonal;
        }
        for (int i = points - 2; i > 0; --i)
            u[i] = right[i] - upper[i] * u[i + 1];
    }
    return u[static_cast<int>(std::lround((startAt + 5.0) / h))];
}

/** <x^2> of exp(-x^4 / (4 kT)) by the trapezoidal rule. */
double stationaryMeanSquare() {
    double sum = 0.0, norm = 0.0;
    for (double x = -8.0; x <= 8.0; x += 1e-3) {
        const double weight = std::exp(-std::pow(x, 4) / (4.0 * kT));
        sum += x * x * weight;
        norm += weight;
    }
    return sum / norm;
}

class WeakOrderTest : public testing::TestWithParam<TestPlatform> {};

} // namespace

// 400 oscillators in 1000 replicas are 4e5 samples of x^2 with standard deviation .6 at most: standard error 1e-3 at
// most.

TEST_P(WeakOrderTest, SchemesConvergeWithTheirOrderInADrivenQuarticWell) {
    // The errors are about .040 and .018 (Euler-Maruyama), .031 and .007 (Heun), with the measured standard error
    // .0006: the orders come out as 1.16 +- .06 and 2.1 +- .13, so that the limits are four of these away.
    const QuarticEnsemble driven(400, true);
    const double exact = exactMeanSquare();
    const auto order = [&](Scheme scheme, int steps) {
        const double coarse = driven.meanSquare(GetParam(), scheme, 1.0 / steps, steps, 1, 1000) - exact;
        const double fine = driven.meanSquare(GetParam(), scheme, 0.5 / steps, 2 * steps, 1, 1000) - exact;
        return std::log2(coarse / fine);
    };
    const double euler = order(Scheme::EulerMaruyama, 10), heun = order(Scheme::StochasticHeun, 8);
    EXPECT_GT(euler, 0.9);
    EXPECT_LT(euler, 1.45);
    EXPECT_GT(heun, 1.6);
    EXPECT_LT(heun, 2.7);
}

TEST_P(WeakOrderTest, LeimkuhlerMatthewsIsOfSecondOrderInStationaryAverages) {
    // <x^2> at step .1 and .05: Euler-Maruyama is off by .0102 and .0052, Leimkuhler-Matthews by .0018 and less than
    // .0005, with a standard error of .0004 for averages over the last quarter.
    const QuarticEnsemble still(400, false);
    const double exact = stationaryMeanSquare();
    const auto error = [&](Scheme scheme, double dt) {
        const int steps = static_cast<int>(std::lround(4.0 / dt));
        return still.meanSquare(GetParam(), scheme, dt, steps, steps / 4, 1000) - exact;
    };
    const double euler = error(Scheme::EulerMaruyama, 0.1), better = error(Scheme::LeimkuhlerMatthews, 0.1);
    EXPECT_NEAR(euler, 0.0102, 0.0020);
    EXPECT_NEAR(better, 0.0, 0.0035);
    EXPECT_NEAR(error(Scheme::LeimkuhlerMatthews, 0.2) / better, 4.0, 3.0);
}

INSTANTIATE_TEST_SUITE_P(Platforms, WeakOrderTest, testing::ValuesIn(testPlatforms()), testPlatformName);
