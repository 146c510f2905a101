#include "openmmoscillators/thermodynamics/EmpiricalDataSet.h"

#include "openmmoscillators/thermodynamics/Speciation.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

TEST(EmpiricalDataSet, PosteriorIsBayesRule) {
    const EmpiricalDataSet data({1.0, 0.0, -1.0, 2.0, 0.5, 0.5}, 2);
    const double t = 0.4, a = std::exp(-t), v = 1 - a * a, x[2] = {0.3, 0.6};
    const std::vector<double> posterior = data.posterior(t, {0.0, 0.0, x[0], x[1]});
    ASSERT_EQ(posterior.size(), 6u);
    const double y[3][2] = {{1.0, 0.0}, {-1.0, 2.0}, {0.5, 0.5}};
    double weights[3], sum = 0.0;
    for (int i = 0; i < 3; ++i)
        sum += weights[i] = std::exp(-(std::pow(x[0] - a * y[i][0], 2) + std::pow(x[1] - a * y[i][1], 2)) / (2 * v));
    for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(posterior[3 + i], weights[i] / sum, 1e-14);
}

// Two data are a mixture of two point-like components: <own weight> = <sum r^2>. 4 standard errors: false alarm 6e-5.
TEST(EmpiricalDataSet, TwoDataAgreeWithTheMixture) {
    const EmpiricalDataSet data({1.0, -1.0}, 1);
    const Recall recall = data.evaluate(0.6, 40000, 5);
    const double exact = Speciation::cloneAgreement(GaussianMixture::symmetric({1.0}, 1e-6), 0.6);
    EXPECT_NEAR(recall.ownWeight.value, exact, 4 * recall.ownWeight.error);
    EXPECT_LT(recall.ownWeight.error, 0.01);
    const Recall late = data.evaluate(12.0, 1000, 5), early = data.evaluate(1e-3, 1000, 5);
    EXPECT_NEAR(late.ownWeight.value, 0.5, 1e-4);
    EXPECT_NEAR(late.posteriorEntropy.value, std::log(2.0), 1e-4);
    EXPECT_NEAR(early.ownWeight.value, 1.0, 1e-12);
    EXPECT_NEAR(early.posteriorEntropy.value, 0.0, 1e-9);
}

TEST(CollapseTheory, InformationRootAgreesWithTheClosedForm) {
    GaussianMixture population(30);
    population.addIsotropicComponent(1.0, std::vector<double>(30, 0.5), 0.7);
    for (const double n : {10.0, 1e4, 1e9})
        EXPECT_NEAR(CollapseTheory::collapseTime(population, n), CollapseTheory::gaussianCollapseTime(0.7, 30, n),
                    1e-9);
    EXPECT_THROW(CollapseTheory::collapseTime(population, 1.0), std::invalid_argument);
    EXPECT_THROW(CollapseTheory::gaussianCollapseTime(0.7, 0, 10), std::invalid_argument);
}

// More data collapse later in generation, as ln n / D: theory is asymptotic in D; at D = 50 it holds within 12 %.
TEST(CollapseTheory, DrawsFromAGaussianCollapseWhereTheorySays) {
    GaussianMixture population(50);
    population.addIsotropicComponent(1.0, std::vector<double>(50, 0.0), 1.0);
    double previous = 100.0;
    for (const int n : {50, 400}) {
        const double theory = CollapseTheory::gaussianCollapseTime(1.0, 50, n);
        const double measured = EmpiricalDataSet(population.sample(7, n), 50).collapseTime(0.5, 400, 11);
        EXPECT_NEAR(measured, theory, 0.12 * theory) << n << " data";
        EXPECT_LT(measured, previous);
        previous = measured;
    }
}

TEST(EmpiricalDataSet, RefusesImpossibleArguments) {
    EXPECT_THROW(EmpiricalDataSet({}, 1), std::invalid_argument);
    EXPECT_THROW(EmpiricalDataSet({1.0, 2.0, 3.0}, 2), std::invalid_argument);
    EXPECT_THROW(EmpiricalDataSet({1.0, NAN}, 2), std::invalid_argument);
    const EmpiricalDataSet data({1.0, -1.0}, 1);
    EXPECT_THROW(data.posterior(0.0, {1.0}), std::invalid_argument);
    EXPECT_THROW(data.collapseTime(0.5, 100, 1), std::invalid_argument);
    EXPECT_THROW(data.evaluate(0.1, 1, 1), std::invalid_argument);
    EXPECT_THROW(EmpiricalDataSet({1.0, 1.0}, 1).collapseTime(0.7, 100, 1), std::invalid_argument);
}
