#include "openmmoscillators/network/ClampedPaths.h"

#include "support/Expect.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace OpenMMOscillators;

TEST(ClampedPaths, AreLinearBetweenTimesAndHeldOutside) {
    ClampedPaths paths({-1.0, 0.0, 2.0});
    EXPECT_TRUE(paths.isEmpty());
    EXPECT_EQ(paths.add(3, 1, {5.0, 1.0, 2.0}), 0);
    EXPECT_EQ(paths.add(3, 0, {0.0, 0.0, 0.0}), 1);
    EXPECT_FALSE(paths.isEmpty());
    const std::vector<double>& values = paths.getPath(0).values;
    const auto at = [&](double time) { return ClampedPaths::evaluate(values.data(), paths.locate(time)); };
    EXPECT_EQ(at(-7.0), 5.0);
    EXPECT_EQ(at(-1.0), 5.0);
    EXPECT_EQ(at(-0.25), 2.0);
    EXPECT_EQ(at(0.0), 1.0);
    EXPECT_EQ(at(0.5), 1.25);
    EXPECT_EQ(at(2.0), 2.0);
    EXPECT_EQ(at(9.0), 2.0);
}

TEST(ClampedPaths, RefuseWhatIsNoPath) {
    EXPECT_ERROR(ClampedPaths(std::vector<double>{}), std::invalid_argument, "there are no times");
    EXPECT_ERROR(ClampedPaths({0.0, 0.0}), std::invalid_argument, "time 1 is 0 ps");
    EXPECT_ERROR(ClampedPaths({NAN}), std::invalid_argument, "time 0 is nan ps");
    ClampedPaths paths({0.0, 1.0});
    paths.add(0, 2, {1.0, 2.0});
    EXPECT_ERROR(paths.add(0, 2, {1.0, 2.0}), std::invalid_argument, "oscillator 2 of replica 0 is clamped already");
    EXPECT_ERROR(paths.add(-1, 2, {1.0, 2.0}), std::out_of_range, "replica -1");
    EXPECT_ERROR(paths.add(1, 2, {1.0}), std::invalid_argument, "1 values, expected one for each of the 2 times");
    EXPECT_ERROR(paths.add(1, 2, {1.0, INFINITY}), std::invalid_argument, "value 1 is inf");
    EXPECT_ERROR(paths.getPath(1), std::out_of_range, "path 1 does not exist: there are 1");
    EXPECT_EQ(paths.getNumPaths(), 1);
}
