// Schedules of learning rates against their formulas, names, and validation.

#include "openmmoscillators/learning/LearningOptions.h"
#include <cmath>
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;

TEST(StochasticOptions, SchedulesFollowTheirFormulas) {
    StochasticOptions options;
    options.steps = 101;
    options.learningRate = 0.5;
    options.finalShare = 0.04;
    options.schedule = RateSchedule::Constant;
    EXPECT_EQ(options.getLearningRate(0), 0.5);
    EXPECT_EQ(options.getLearningRate(100), 0.5);
    options.schedule = RateSchedule::Exponential;
    EXPECT_DOUBLE_EQ(options.getLearningRate(0), 0.5);
    EXPECT_DOUBLE_EQ(options.getLearningRate(50), 0.1); // the geometric mean of 0.5 and 0.02
    EXPECT_DOUBLE_EQ(options.getLearningRate(100), 0.02);
    options.schedule = RateSchedule::Cosine;
    EXPECT_DOUBLE_EQ(options.getLearningRate(0), 0.5);
    EXPECT_DOUBLE_EQ(options.getLearningRate(50), 0.26); // the arithmetic mean
    EXPECT_NEAR(options.getLearningRate(25), 0.26 + 0.24 * std::sqrt(0.5), 1e-12);
    EXPECT_DOUBLE_EQ(options.getLearningRate(100), 0.02);
    options.steps = 1;
    EXPECT_DOUBLE_EQ(options.getLearningRate(0), 0.5);
}

TEST(StochasticOptions, NamesGoBothWays) {
    for (const auto optimizer : {SliceOptimizer::Exact, SliceOptimizer::Adam, SliceOptimizer::Sgd})
        EXPECT_EQ(sliceOptimizerFromName(getSliceOptimizerName(optimizer)), optimizer);
    for (const auto schedule : {RateSchedule::Constant, RateSchedule::Cosine, RateSchedule::Exponential})
        EXPECT_EQ(rateScheduleFromName(getRateScheduleName(schedule)), schedule);
    EXPECT_THROW(sliceOptimizerFromName("newton"), std::invalid_argument);
    EXPECT_THROW(rateScheduleFromName(""), std::invalid_argument);
}

TEST(StochasticOptions, LearningOptionsSayWhichSettingIsWrong) {
    LearningOptions options;
    std::string why;
    EXPECT_TRUE(options.isValid(&why));
    options.stochastic.averagedShare = 1.5;
    EXPECT_FALSE(options.isValid(&why));
    EXPECT_EQ(why, "stochastic.averagedShare is 1.500000; it must be in [0, 1]");
    options.stochastic.averagedShare = 0.0;
    options.stochastic.momentum = 1.0;
    EXPECT_FALSE(options.isValid(&why));
    EXPECT_NE(why.find("momentum"), std::string::npos);
}
