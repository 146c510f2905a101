#include "openmmoscillators/thermodynamics/Speciation.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::Speciation;

TEST(Speciation, ClosedFormAtThePaperSamplePoints) {
    EXPECT_NEAR(speciationTime(1.0, 0.8), 0.5 * std::log(1 + std::sqrt(0.4096 - 1.28 + 2.0)), 1e-14);
    EXPECT_NEAR(speciationTime(0.4, 1.0), 0.5 * std::log(0.32), 1e-14);
    EXPECT_NEAR(speciationTime(4.0, 1.5), 0.5 * std::log(16 + std::sqrt(5.0625 - 4.5 + 257.0)), 1e-14);
    // sigma = 1: mu^2 e^-2t = 1/2
    EXPECT_NEAR(3.0 * std::exp(-speciationTime(3.0, 1.0)), std::sqrt(0.5), 1e-14);
}

TEST(Speciation, RootOfTheCurvatureAgreesWithTheClosedForm) {
    const double cases[5][2] = {{1.0, 0.8}, {4.0, 1.5}, {2.0, 1.0}, {0.9, 0.1}, {10.0, 0.5}};
    for (const auto& [mu, sigma] : cases)
        EXPECT_NEAR(findSpeciationTime(GaussianMixture::symmetric({mu}, sigma), {0.0}), speciationTime(mu, sigma),
                    1e-9);
    const GaussianMixture space = GaussianMixture::symmetric({0.6, 0.0, -0.8}, 0.8);
    EXPECT_NEAR(findSpeciationTime(space, {0.0, 0.0, 0.0}), speciationTime(1.0, 0.8), 1e-9);
    try {
        findSpeciationTime(GaussianMixture::symmetric({0.4}, 1.0), {0.0});
        FAIL() << "a mixture without speciation was accepted";
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("does not change sign"), std::string::npos);
    }
}

TEST(Speciation, PhaseBoundaries) {
    for (const double sigma : {0.2, 0.8, 1.0, 1.3}) {
        const double boundary = speciationBoundary(sigma);
        EXPECT_NEAR(speciationTime(boundary, sigma), 0.0, 1e-12);
        EXPECT_NEAR(reverseCurvatures(GaussianMixture::symmetric({boundary}, sigma), 0.0, {0.0})[0], 0.0, 1e-12);
        EXPECT_EQ(classify(boundary + 1e-9, sigma), Phase::SymmetryBroken);
        EXPECT_EQ(classify(boundary - 1e-9, sigma), Phase::Symmetric);
    }
    EXPECT_EQ(classify(1.0, 0.8), Phase::SymmetryBroken);
    EXPECT_EQ(classify(0.4, 1.0), Phase::Symmetric);
    EXPECT_EQ(classify(4.0, 1.5), Phase::UnstableSymmetryBroken);
    EXPECT_THROW(speciationBoundary(1.5), std::invalid_argument);
}

// Below t_USB the potential falls without limit: p_t is wider than variance 2.
TEST(Speciation, UnstableSymmetryBreaking) {
    EXPECT_NEAR(unstableSymmetryBreakingTime(1.5), 0.5 * std::log(1.25), 1e-14);
    EXPECT_NEAR(unstableSymmetryBreakingTime(std::sqrt(2.0)), 0.0, 1e-12);
    EXPECT_THROW(unstableSymmetryBreakingTime(1.2), std::invalid_argument);
    const GaussianMixture initial = GaussianMixture::symmetric({4.0}, 1.5);
    const double t = unstableSymmetryBreakingTime(1.5);
    EXPECT_LT(reversePotential(initial, t - 0.05, {1000.0}), reversePotential(initial, t - 0.05, {500.0}));
    EXPECT_GT(reversePotential(initial, t + 0.05, {1000.0}), reversePotential(initial, t + 0.05, {500.0}));
}

// sigma = 1: U_rev = x^2/2 - 2 ln cosh(x mu e^-t) up to a constant.
TEST(Speciation, ReversePotentialOfUnitWidth) {
    const GaussianMixture initial = GaussianMixture::symmetric({1.4}, 1.0);
    const double t = 0.3, shift = 1.4 * std::exp(-t), origin = reversePotential(initial, t, {0.0});
    for (const double x : {-2.0, 0.5, 3.0})
        EXPECT_NEAR(reversePotential(initial, t, {x}) - origin, 0.5 * x * x - 2 * std::log(std::cosh(x * shift)),
                    1e-12);
}

TEST(Speciation, ClonesAgreeLateInGenerationOnly) {
    const GaussianMixture initial = GaussianMixture::symmetric({2.0, 2.0}, 0.3);
    EXPECT_NEAR(cloneAgreement(initial, 8.0), 0.5, 1e-4);
    EXPECT_NEAR(cloneAgreement(initial, 0.01), 1.0, 1e-4);
    // r = 1/(1 + exp(-2 x m/S)): r^2 + (1-r)^2 = 1 - 1/(2 cosh^2(x m/S)) averaged over p_t on a uniform grid.
    const double t = 0.9, m = std::sqrt(8.0) * std::exp(-t), s = 1 + (0.09 - 1) * std::exp(-2 * t), h = 0.001;
    double sum = 0.0;
    for (double x = -12; x <= 12; x += h) {
        const double p = 0.5 * (std::exp(-0.5 * (x - m) * (x - m) / s) + std::exp(-0.5 * (x + m) * (x + m) / s)) /
                         std::sqrt(2 * M_PI * s);
        sum += h * p * (1 - 0.5 / std::pow(std::cosh(x * m / s), 2));
    }
    EXPECT_NEAR(cloneAgreement(initial, t), sum, 1e-8);
}

TEST(Speciation, RefusesImpossibleArguments) {
    EXPECT_THROW(speciationTime(-1.0, 1.0), std::invalid_argument);
    EXPECT_THROW(speciationTime(1.0, 0.0), std::invalid_argument);
    EXPECT_THROW(speciationTime(0.0, 1.0), std::invalid_argument);
    EXPECT_THROW(reversePotential(GaussianMixture::symmetric({1.0}, 1.0), 0.1, {0.0, 0.0}), std::invalid_argument);
}
