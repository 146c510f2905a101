#include "openmmoscillators/thermodynamics/FranzParisi.h"
#include "openmmoscillators/thermodynamics/SphereIntegral.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

namespace {

/** ln of the same integral over the polar angle: area of the sphere one dimension below times a trapezoidal sum. */
double logSphereBySum(int d, double kappa) {
    const int n = 20000;
    double sum = 0.0;
    for (int k = 1; k < n; ++k) {
        const double angle = M_PI * k / n;
        sum += M_PI / n * std::exp(kappa * (std::cos(angle) - 1)) * std::pow(std::sin(angle), d - 2);
    }
    if (d == 2) // the integrand does not vanish at the ends
        sum += M_PI / n * 0.5 * (1 + std::exp(-2 * kappa));
    return kappa + std::log(sum) + std::log(2.0) + 0.5 * (d - 1) * std::log(M_PI) - std::lgamma(0.5 * (d - 1));
}

/** H(X0 | Xt) of one dimension, written out. */
double energy(const GaussianMixture& initial, double t, double noised, double origin) {
    const double difference = noised - std::exp(-t) * origin;
    return difference * difference / (2 * (1 - std::exp(-2 * t))) - initial.logDensity(&origin);
}

} // namespace

TEST(SphereIntegral, AgreesWithTheIntegralOverTheAngle) {
    for (const int d : {2, 5, 12, 41, 42, 43, 100})
        for (const double kappa : {1e-5, 0.01, 1.0, 30.0, 499.0, 501.0, 3000.0})
            EXPECT_NEAR(logSphereIntegral(d, kappa), logSphereBySum(d, kappa), 1e-7) << "D " << d << " kappa " << kappa;
    for (const double kappa : {0.01, 5.0, 501.0}) // three dimensions: 4 pi sinh(kappa) / kappa
        EXPECT_NEAR(logSphereIntegral(3, kappa), std::log(2 * M_PI / kappa * -std::expm1(-2 * kappa)) + kappa, 1e-9);
    for (const double kappa : {1e-6, 0.5, 600.0})
        EXPECT_NEAR(logSphereIntegral(1, kappa), kappa + std::log1p(std::exp(-2 * kappa)), 1e-10);
    EXPECT_THROW(logSphereIntegral(0, 1.0), std::invalid_argument);
    EXPECT_THROW(logSphereIntegral(2, -1.0), std::invalid_argument);
}

TEST(FranzParisi, PartitionSumOfTwoPointsInOneDimension) {
    const GaussianMixture initial = GaussianMixture::symmetric({1.0}, 0.8);
    const double q = 0.7, t = 0.2, noised = 0.4, reference = -0.3, r = std::sqrt(q);
    const double z =
        (std::exp(-energy(initial, t, noised, reference + r)) + std::exp(-energy(initial, t, noised, reference - r))) /
        (2 * r);
    EXPECT_NEAR(FranzParisi(initial).logPartition(q, t, &noised, &reference), std::log(z), 1e-12);
}

TEST(FranzParisi, PotentialAgreesWithADoubleSum) {
    const GaussianMixture initial = GaussianMixture::symmetric({1.0}, 0.8);
    const double h = 0.05;
    for (const double t : {0.02, 0.5})
        for (const double q : {0.1, 4.0}) {
            const double width = std::sqrt(1 - std::exp(-2 * t)), r = std::sqrt(q);
            double potential = 0.0;
            for (double origin = -8; origin <= 8; origin += h)
                for (double noise = -8; noise <= 8; noise += h) {
                    const double weight =
                        h * h * std::exp(initial.logDensity(&origin) - 0.5 * noise * noise) / std::sqrt(2 * M_PI);
                    const double noised = std::exp(-t) * origin + width * noise;
                    const double first = -energy(initial, t, noised, origin + r);
                    const double second = -energy(initial, t, noised, origin - r);
                    const double top = std::max(first, second);
                    potential -= weight * (top + std::log1p(std::exp(-std::abs(first - second))) - std::log(2 * r));
                }
            EXPECT_NEAR(FranzParisi(initial).potential(q, t).value, potential, 3e-6 * std::abs(potential))
                << "t " << t << " q " << q;
        }
}

// Two dimensions: the delta function picks a circle of squared radius 2 q.
TEST(FranzParisi, PartitionSumOverACircle) {
    GaussianMixture initial(2);
    initial.addIsotropicComponent(0.3, {1.0, 0.2}, 0.5);
    initial.addIsotropicComponent(0.7, {-0.4, -1.0}, 0.2);
    const double q = 0.6, t = 0.3, a = std::exp(-t), v = 1 - a * a, r = std::sqrt(2 * q);
    const double noised[2] = {0.3, -0.2}, reference[2] = {0.5, 0.4};
    double z = 0.0;
    const int n = 4000;
    for (int k = 0; k < n; ++k) {
        const double x[2] = {reference[0] + r * std::cos(2 * M_PI * k / n),
                             reference[1] + r * std::sin(2 * M_PI * k / n)};
        const double dx = noised[0] - a * x[0], dy = noised[1] - a * x[1];
        z += 2 * M_PI / n * std::exp(initial.logDensity(x) - (dx * dx + dy * dy) / (2 * v)); // D/2 r^(D-2) = 1
    }
    EXPECT_NEAR(FranzParisi(initial).logPartition(q, t, noised, reference), std::log(z), 1e-9);
}

// A single centred Gaussian in two dimensions: the
// average over four normals by a coarse sum (exact to 1e-6) against the sampled one. 4 standard errors: false alarm
// 6e-5.
TEST(FranzParisi, SampledPotentialAgreesWithASum) {
    GaussianMixture initial(2);
    initial.addIsotropicComponent(1.0, {0.0, 0.0}, 0.5);
    FranzParisi potential(initial);
    potential.setNumSamples(20000);
    const double q = 0.4, t = 0.3, a = std::exp(-t), width = std::sqrt(1 - a * a), s = std::sqrt(0.5), h = 0.25;
    double exact = 0.0; // by symmetry X0' lies on the first axis: |X0'| has the Rayleigh density
    for (double radius = h / 8; radius <= 7; radius += h / 4)
        for (double first = -7; first <= 7; first += h)
            for (double second = -7; second <= 7; second += h) {
                const double weight = h / 4 * h * h * radius / (2 * M_PI) *
                                      std::exp(-0.5 * (radius * radius + first * first + second * second));
                const double reference[2] = {s * radius, 0.0};
                const double noised[2] = {a * reference[0] + width * first, width * second};
                exact -= weight * potential.logPartition(q, t, noised, reference);
            }
    const Average sampled = potential.potential(q, t);
    EXPECT_NEAR(sampled.value, exact, 4 * sampled.error);
    EXPECT_LT(sampled.error, 0.05);
}

TEST(FranzParisi, RefusesImpossibleArguments) {
    const FranzParisi potential(GaussianMixture::symmetric({1.0}, 0.8));
    EXPECT_THROW(potential.potential(0.0, 1.0), std::invalid_argument);
    EXPECT_THROW(potential.potential(1.0, 0.0), std::invalid_argument);
    GaussianMixture full(2);
    full.addComponent(1.0, {0.0, 0.0}, {1.0, 0.5, 0.5, 1.0});
    EXPECT_THROW(FranzParisi{full}, std::invalid_argument);
    EXPECT_THROW(FranzParisi{GaussianMixture(1)}, std::invalid_argument);
}
