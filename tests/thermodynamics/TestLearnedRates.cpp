#include "openmmoscillators/thermodynamics/LearnedRates.h"

#include "openmmoscillators/thermodynamics/EntropyProduction.h"
#include "support/Expect.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <stdexcept>

using namespace OpenMMOscillators;

// kT = sigma = 1, data N(1.2, 0.3): the exact score -(x - m)/v is that of one oscillator with k_lin = 1/v and bias =
// -m/v. Rates agree with the analytic ones within 4.5 standard errors (together: false alarm below 1e-4).
TEST(LearnedRates, ExactScoreOfAGaussianGivesTheAnalyticRates) {
    GaussianMixture data(1);
    data.addIsotropicComponent(1.0, {1.2}, 0.3);
    const double t = 0.25;
    const GaussianMixture noised = data.noised(t);
    OscillatorNetwork network;
    network.addOscillator();
    NetworkParameters theta(network);
    theta.set(ParameterFamily::KLin, 0, 1 / noised.getVariance(0));
    theta.set(ParameterFamily::Bias, 0, -noised.getMean(0)[0] / noised.getVariance(0));
    const LearnedRates rates = estimateLearnedRates(network, theta, 1.0, 1.0, noised.sample(4, 40000));
    const EntropyRates exact = EntropyProduction(data).evaluate(t);
    EXPECT_NEAR(rates.production.value, exact.production, 4.5 * rates.production.error);
    EXPECT_NEAR(rates.flux.value, exact.flux, 4.5 * rates.flux.error);
    EXPECT_NEAR(rates.reverseFlux.value, exact.reverseFlux, 4.5 * rates.reverseFlux.error);
    EXPECT_NEAR(rates.fisherFromForces.value, exact.fisherInformation, 4.5 * rates.fisherFromForces.error);
    EXPECT_NEAR(rates.fisherFromDivergence.value, exact.fisherInformation, 1e-12);
    EXPECT_LT(rates.production.error, 0.02);
}

// Scaling x by s and energies by s^2 (kT s^2, sigma unchanged) changes no rate.
TEST(LearnedRates, DoNotDependOnTheUnitOfEnergy) {
    OscillatorNetwork network;
    network.addOscillator();
    NetworkParameters theta(network), scaled(network);
    theta.set(ParameterFamily::KLin, 0, 1.3);
    theta.set(ParameterFamily::KDuff, 0, 0.4);
    scaled.set(ParameterFamily::KLin, 0, 1.3);
    scaled.set(ParameterFamily::KDuff, 0, 0.1);
    const LearnedRates one = estimateLearnedRates(network, theta, 0.5, 0.8, {0.3, -0.7, 1.1});
    const LearnedRates two = estimateLearnedRates(network, scaled, 2.0, 0.8, {0.6, -1.4, 2.2});
    EXPECT_NEAR(one.production.value, two.production.value, 1e-12);
    EXPECT_NEAR(one.flux.value, two.flux.value, 1e-12);
    EXPECT_NEAR(one.reverseFlux.value, two.reverseFlux.value, 1e-12);
    EXPECT_NEAR(one.fisherFromForces.value, two.fisherFromForces.value, 1e-12);
    EXPECT_NEAR(one.fisherFromDivergence.value, two.fisherFromDivergence.value, 1e-12);
    EXPECT_NEAR(one.production.error, two.production.error, 1e-12);
}

TEST(LearnedRates, RefusesImpossibleArguments) {
    OscillatorNetwork network, larger;
    network.addOscillator();
    larger.addOscillator();
    larger.addOscillator();
    const NetworkParameters theta(network);
    EXPECT_ERROR(estimateLearnedRates(larger, theta, 1, 1, {0, 0, 0, 0}), std::invalid_argument, "layout");
    EXPECT_ERROR(estimateLearnedRates(network, theta, 0, 1, {0, 0}), std::invalid_argument, "positive");
    EXPECT_ERROR(estimateLearnedRates(network, theta, 1, 1, {0}), std::invalid_argument, "two states");
}
