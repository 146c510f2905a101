// Gradient descent with momentum: by hand, resuming, and validation.

#include "openmmoscillators/learning/AdamOptimizer.h"
#include "openmmoscillators/learning/SgdOptimizer.h"
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

TEST(SgdOptimizer, FollowsTheHeavyBall) {
    SgdOptimizer sgd(1, 0.1, 0.5);
    double theta = 1.0;
    const double first = 4.0, second = -1.0;
    sgd.step(&first, &theta);
    EXPECT_DOUBLE_EQ(theta, 0.6);
    sgd.setLearningRate(0.2);
    sgd.step(&second, &theta); // velocity 0.5 * 4 - 1
    EXPECT_DOUBLE_EQ(theta, 0.4);
}

TEST(SgdOptimizer, ResumesToTheBit) {
    const double gradient[2] = {0.3, -0.7};
    SgdOptimizer whole(2, 0.1), resumed(2, 0.1);
    double a[2] = {1, 2}, b[2] = {1, 2};
    for (int k = 0; k < 3; ++k)
        whole.step(gradient, a);
    const OptimizerState state = whole.getState();
    b[0] = a[0], b[1] = a[1];
    whole.step(gradient, a);
    resumed.setState(state);
    resumed.step(gradient, b);
    EXPECT_EQ(a[0], b[0]);
    EXPECT_EQ(a[1], b[1]);
    EXPECT_EQ(resumed.getState().step, 4);
}

TEST(SgdOptimizer, RefusesBadSettingsAndForeignStates) {
    EXPECT_THROW(SgdOptimizer(2, 0.0), std::invalid_argument);
    EXPECT_THROW(SgdOptimizer(2, 0.1, 1.0), std::invalid_argument);
    SgdOptimizer sgd(2, 0.1);
    EXPECT_THROW(sgd.setLearningRate(-1.0), std::invalid_argument);
    EXPECT_THROW(sgd.setState(AdamOptimizer(2).getState()), std::invalid_argument);
    EXPECT_THROW(sgd.setState(SgdOptimizer(3, 0.1).getState()), std::invalid_argument);
}
