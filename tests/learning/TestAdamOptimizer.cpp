// Adam: the first steps by hand, resuming to the bit, and validation.

#include "openmmoscillators/learning/AdamOptimizer.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

TEST(AdamOptimizer, FirstTwoStepsAreThoseOfThePaper) {
    AdamOptions options;
    options.learningRate = 0.1;
    AdamOptimizer adam(2, options);
    double theta[2] = {1.0, -2.0};
    const double first[2] = {4.0, -0.5}, second[2] = {-1.0, -0.5};
    adam.step(first, theta); // both averages are corrected to the gradient itself: a step of the learning rate
    EXPECT_NEAR(theta[0], 0.9, 1e-8);
    EXPECT_NEAR(theta[1], -1.9, 1e-8);
    adam.step(second, theta);
    const double mean = (0.9 * 0.1 * 4.0 + 0.1 * -1.0) / (1 - 0.81);
    const double square = (0.999 * 0.001 * 16.0 + 0.001 * 1.0) / (1 - 0.999 * 0.999);
    EXPECT_NEAR(theta[0], 0.9 - 0.1 * mean / std::sqrt(square), 1e-7);
    EXPECT_NEAR(theta[1], -1.8, 1e-7);
}

TEST(AdamOptimizer, ResumesToTheBit) {
    AdamOptimizer whole(3), begun(3), resumed(3);
    double a[3] = {1, 2, 3}, b[3] = {1, 2, 3};
    const auto run = [](AdamOptimizer& adam, double* theta, int steps) {
        for (int k = 0; k < steps; ++k) {
            const double gradient[3] = {theta[0], 3.0 * theta[1] - 1.0, std::sin(theta[2])};
            adam.step(gradient, theta);
        }
    };
    run(whole, a, 50);
    run(begun, b, 20);
    resumed.setState(begun.getState());
    run(resumed, b, 30);
    for (int k = 0; k < 3; ++k)
        EXPECT_EQ(a[k], b[k]);
    EXPECT_EQ(resumed.getState().step, 50);
}

TEST(AdamOptimizer, RefusesBadOptionsAndStates) {
    AdamOptions options;
    options.beta2 = 1.0;
    std::string why;
    EXPECT_FALSE(options.isValid(&why));
    EXPECT_NE(why.find("beta2"), std::string::npos);
    EXPECT_THROW(AdamOptimizer(3, options), std::invalid_argument);
    EXPECT_THROW(AdamOptimizer(0), std::invalid_argument);
    AdamOptimizer adam(3);
    EXPECT_THROW(adam.setState(AdamOptimizer(2).getState()), std::invalid_argument);
}
