#include "openmmoscillators/thermodynamics/EntropyProduction.h"

#include "openmmoscillators/thermodynamics/Speciation.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

namespace {

/** The definitions in terms of the current J = f p - p', on a fine uniform grid (exponentially accurate here). */
EntropyRates onGrid(const GaussianMixture& initial, double time) {
    const GaussianMixture noised = initial.noised(time);
    EntropyRates rates{};
    const double h = 0.002;
    for (double x = -15.0; x <= 15.0; x += h) {
        double score;
        noised.score(&x, &score);
        const double p = std::exp(noised.logDensity(&x)), current = (-x - score) * p, reverseForce = x + 2 * score;
        if (p < 1e-250)
            continue;
        rates.entropy -= h * p * std::log(p);
        rates.production += h * current * current / p;
        rates.flux += h * -x * current;
        rates.reverseFlux += h * reverseForce * -current;
    }
    return rates;
}

} // namespace

// A Gaussian stays Gaussian: with variance s and mean m, <ln p> and <|grad ln p|^2> are known.
TEST(EntropyProduction, OrnsteinUhlenbeckProcessIsExact) {
    GaussianMixture initial(1);
    initial.addIsotropicComponent(1.0, {1.5}, 0.3);
    for (const double t : {0.0, 0.05, 0.5, 2.0, 6.0}) {
        const double a = std::exp(-2 * t), variance = 1 - a + 0.3 * a, m2 = 1.5 * 1.5 * a;
        const EntropyRates rates = EntropyProduction(initial).evaluate(t);
        EXPECT_NEAR(rates.entropy, 0.5 * std::log(2 * M_PI * M_E * variance), 1e-10);
        EXPECT_NEAR(rates.entropyRate, 1 / variance - 1, 1e-9);
        EXPECT_NEAR(rates.production, m2 + (1 - variance) * (1 - variance) / variance, 1e-9);
        EXPECT_NEAR(rates.flux, m2 + variance - 1, 1e-12);
        EXPECT_NEAR(rates.reverseFlux, m2 + variance - 3 + 2 / variance, 1e-9);
    }
}

TEST(EntropyProduction, MixturesAgreeWithTheirDefinitions) {
    const double cases[3][2] = {{1.0, 0.8}, {0.4, 1.0}, {4.0, 1.5}};
    for (const auto& [mu, sigma] : cases)
        for (const double t : {0.05, 0.5, 2.0}) {
            const GaussianMixture initial = GaussianMixture::symmetric({mu}, sigma);
            const EntropyRates rates = EntropyProduction(initial).evaluate(t), grid = onGrid(initial, t);
            EXPECT_NEAR(rates.entropy, grid.entropy, 1e-8);
            EXPECT_NEAR(rates.production, grid.production, 1e-8);
            EXPECT_NEAR(rates.flux, grid.flux, 1e-8);
            EXPECT_NEAR(rates.reverseFlux, grid.reverseFlux, 1e-8);
            EXPECT_NEAR(rates.reverseProduction, grid.production, 1e-8);
            EXPECT_NEAR(rates.entropyRate, rates.production - rates.flux, 1e-12);
        }
}

TEST(EntropyProduction, RateIsTheDerivativeOfTheEntropy) {
    GaussianMixture initial(2);
    initial.addComponent(0.4, {1.0, 0.5}, {0.3, 0.1, 0.1, 0.2});
    initial.addComponent(0.6, {-1.0, -0.5}, {0.2, 0.0, 0.0, 0.4});
    const EntropyProduction ensemble(initial);
    const double t = 0.3, h = 1e-3;
    EXPECT_FALSE(ensemble.usesMonteCarlo());
    const double slope = (ensemble.evaluate(t + h).entropy - ensemble.evaluate(t - h).entropy) / (2 * h);
    EXPECT_NEAR(ensemble.evaluate(t).entropyRate, slope, 1e-5); // central difference: h^2 S'''/6
}

TEST(EntropyProduction, DirectionsAcrossTheMeansAddTheirOwnTerms) {
    const double t = 0.2, sigma = 0.7, variance = 1 + (sigma * sigma - 1) * std::exp(-2 * t);
    const EntropyRates line = EntropyProduction(GaussianMixture::symmetric({std::sqrt(3.0)}, sigma)).evaluate(t);
    const EntropyRates space =
        EntropyProduction(GaussianMixture::symmetric({1.0, 1.0, 0.0, -1.0, 0.0}, sigma)).evaluate(t);
    EXPECT_NEAR(space.entropy, line.entropy + 2 * std::log(2 * M_PI * M_E * variance), 1e-9);
    EXPECT_NEAR(space.production, line.production + 4 * (1 - variance) * (1 - variance) / variance, 1e-9);
    EXPECT_NEAR(space.flux, line.flux + 4 * (variance - 1), 1e-12);
}

// The same mixture, once recognised as planar and once as a general one in three dimensions: the estimates lie within
// 4 standard errors (false alarm 1e-4 together).
TEST(EntropyProduction, MonteCarloAgreesWithQuadrature) {
    const std::vector<double> means[3] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
    GaussianMixture planar(3), general(3);
    for (const std::vector<double>& mean : means) {
        planar.addIsotropicComponent(1.0, mean, 0.2);
        general.addComponent(1.0, mean, {0.2, 0.0, 0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 0.2});
    }
    EntropyProduction sampled(general);
    sampled.setNumSamples(50000);
    ASSERT_TRUE(sampled.usesMonteCarlo());
    ASSERT_FALSE(EntropyProduction(planar).usesMonteCarlo());
    const EntropyRates exact = EntropyProduction(planar).evaluate(0.1), estimate = sampled.evaluate(0.1);
    EXPECT_NEAR(estimate.entropy, exact.entropy, 4 * estimate.entropyError);
    EXPECT_NEAR(estimate.production, exact.production, 4 * estimate.fisherError);
    EXPECT_LT(estimate.fisherError, 0.1);
    EXPECT_GT(estimate.fisherError, 1e-4);
    EXPECT_THROW(sampled.setNumSamples(1), std::invalid_argument);
}

// The reverse flux is negative at late noising times (heat is taken from the bath at the start of generation) and turns
// positive at a time near speciation. For these two mixtures that is after it (t < t_S); for a narrow one, before it.
TEST(EntropyProduction, ReverseFluxChangesSignNearSpeciation) {
    const double cases[3][4] = {{1.0, 0.8, 0.13, 0.11}, {4.0, 1.5, 1.49, 1.46}, {1.0, 0.3, 0.52, 0.49}};
    for (const auto& [mu, sigma, before, after] : cases) {
        const EntropyProduction ensemble(GaussianMixture::symmetric({mu}, sigma));
        EXPECT_LT(ensemble.evaluate(3.0).reverseFlux, 0.0);
        EXPECT_LT(ensemble.evaluate(before).reverseFlux, 0.0);
        EXPECT_GT(ensemble.evaluate(after).reverseFlux, 0.0);
    }
    EXPECT_GT(Speciation::speciationTime(1.0, 0.8), 0.13);
    EXPECT_GT(Speciation::speciationTime(4.0, 1.5), 1.49);
    EXPECT_LT(Speciation::speciationTime(1.0, 0.3), 0.49);
}
