#include "openmmoscillators/thermodynamics/GaussianMixture.h"

#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

namespace {

GaussianMixture threeDimensional() {
    GaussianMixture mixture(3);
    mixture.addComponent(1.0, {0.5, -1.0, 0.2}, {1.0, 0.3, 0.1, 0.3, 0.8, -0.2, 0.1, -0.2, 0.5});
    mixture.addIsotropicComponent(3.0, {-0.7, 0.4, 1.1}, 0.6);
    return mixture;
}

} // namespace

TEST(GaussianMixture, ScoreIsTheGradientOfTheLogDensity) {
    const GaussianMixture mixture = threeDimensional();
    const std::vector<double> x = {0.3, 0.1, -0.4};
    std::vector<double> score(3);
    mixture.score(x.data(), score.data());
    const double h = 1e-5;
    for (int i = 0; i < 3; ++i) {
        std::vector<double> above(x), below(x);
        above[i] += h;
        below[i] -= h;
        const double slope = (mixture.logDensity(above.data()) - mixture.logDensity(below.data())) / (2 * h);
        EXPECT_NEAR(score[i], slope, 1e-8);
    }
}

TEST(GaussianMixture, HessianIsTheDerivativeOfTheScore) {
    const GaussianMixture mixture = threeDimensional();
    const std::vector<double> x = {0.3, 0.1, -0.4};
    const std::vector<double> hessian = mixture.logDensityHessian(x);
    const double h = 1e-5;
    for (int i = 0; i < 3; ++i) {
        std::vector<double> above(x), below(x), scoreAbove(3), scoreBelow(3);
        above[i] += h;
        below[i] -= h;
        mixture.score(above.data(), scoreAbove.data());
        mixture.score(below.data(), scoreBelow.data());
        for (int j = 0; j < 3; ++j)
            EXPECT_NEAR(hessian[i * 3 + j], (scoreAbove[j] - scoreBelow[j]) / (2 * h), 1e-8);
    }
}

TEST(GaussianMixture, NoisedDensityIsTheConvolutionWithTheTransitionDensity) {
    GaussianMixture mixture(1);
    mixture.addComponent(0.3, {1.2}, {0.25});
    mixture.addComponent(0.7, {-0.8}, {0.5});
    const double t = 0.4, a = std::exp(-t), v = 1 - a * a;
    for (const double x : {-1.5, 0.0, 0.9}) {
        double density = 0.0;
        const double h = 0.01;
        for (double y = -8.0; y <= 8.0; y += h) {
            const double kernel = std::exp(-0.5 * (x - a * y) * (x - a * y) / v) / std::sqrt(2 * M_PI * v);
            density += h * std::exp(mixture.logDensity(&y)) * kernel;
        }
        EXPECT_NEAR(mixture.noised(t).logDensity(&x), std::log(density), 1e-10);
    }
}

TEST(GaussianMixture, NoisingIsASemigroup) {
    const GaussianMixture once = threeDimensional().noised(0.7), twice = threeDimensional().noised(0.5).noised(0.2);
    const std::vector<double> x = {0.1, 0.2, 0.3};
    EXPECT_NEAR(once.logDensity(x.data()), twice.logDensity(x.data()), 1e-12);
    EXPECT_NEAR(once.getSecondMoment(), twice.getSecondMoment(), 1e-12);
}

TEST(GaussianMixture, BatchAgreesWithSingleStates) {
    const GaussianMixture mixture = threeDimensional();
    const std::size_t count = 5, stride = 16;
    std::vector<double> x(3 * stride, 0.0), logs(stride), scores(3 * stride), score(3);
    const std::vector<double> states = mixture.sample(3, count);
    for (std::size_t s = 0; s < count; ++s)
        for (int i = 0; i < 3; ++i)
            x[i * stride + s] = states[s * 3 + i];
    mixture.evaluateBatch(x.data(), logs.data(), scores.data(), count, stride);
    for (std::size_t s = 0; s < count; ++s) {
        mixture.score(&states[s * 3], score.data());
        EXPECT_DOUBLE_EQ(logs[s], mixture.logDensity(&states[s * 3]));
        for (int i = 0; i < 3; ++i)
            EXPECT_DOUBLE_EQ(scores[i * stride + s], score[i]);
    }
}

// 200 000 samples: each of the six moments is within 5 standard errors (together: false alarm below 1e-5).
TEST(GaussianMixture, SamplesHaveTheMomentsOfTheMixture) {
    const GaussianMixture mixture = threeDimensional();
    const int count = 200000;
    const std::vector<double> states = mixture.sample(17, count), mean = mixture.getOverallMean();
    double secondMoment = 0.0, fourth = 0.0;
    for (int i = 0; i < 3; ++i) {
        double sum = 0.0, squares = 0.0;
        for (int n = 0; n < count; ++n) {
            sum += states[n * 3 + i];
            squares += states[n * 3 + i] * states[n * 3 + i];
        }
        const double variance = squares / count - sum / count * sum / count;
        EXPECT_NEAR(sum / count, mean[i], 5 * std::sqrt(variance / count));
    }
    for (int n = 0; n < count; ++n) {
        double square = 0.0;
        for (int i = 0; i < 3; ++i)
            square += states[n * 3 + i] * states[n * 3 + i];
        secondMoment += square / count;
        fourth += square * square / count;
    }
    EXPECT_NEAR(secondMoment, mixture.getSecondMoment(), 5 * std::sqrt((fourth - secondMoment * secondMoment) / count));
    EXPECT_EQ(mixture.sample(17, 10), std::vector<double>(states.begin(), states.begin() + 30));
}

TEST(GaussianMixture, RefusesWhatIsNoMixture) {
    EXPECT_THROW(GaussianMixture(0), std::invalid_argument);
    EXPECT_THROW(GaussianMixture::symmetric({1.0}, 0.0), std::invalid_argument);
    GaussianMixture mixture(2);
    const double origin[2] = {0.0, 0.0};
    EXPECT_THROW(mixture.logDensity(origin), std::invalid_argument);
    EXPECT_THROW(mixture.addIsotropicComponent(1.0, {0.0}, 1.0), std::invalid_argument);
    EXPECT_THROW(mixture.addIsotropicComponent(-1.0, {0.0, 0.0}, 1.0), std::invalid_argument);
    EXPECT_THROW(mixture.addIsotropicComponent(1.0, {0.0, NAN}, 1.0), std::invalid_argument);
    EXPECT_THROW(mixture.addComponent(1.0, {0.0, 0.0}, {1.0, 0.0, 0.5, 1.0}), std::invalid_argument);
    EXPECT_THROW(mixture.addComponent(1.0, {0.0, 0.0}, {1.0, 2.0, 2.0, 1.0}), std::invalid_argument);
    EXPECT_THROW(mixture.getWeight(0), std::out_of_range);
    mixture.addComponent(1.0, {0.0, 0.0}, {1.0, 0.5, 0.5, 1.0});
    EXPECT_THROW(mixture.getVariance(0), std::invalid_argument);
    EXPECT_THROW(mixture.noised(-0.1), std::invalid_argument);
}
