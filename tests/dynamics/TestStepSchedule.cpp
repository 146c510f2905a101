#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/StepSchedule.h"
#include "support/Expect.h"
#include <cmath>

using OpenMM::OpenMMException;
using OpenMMOscillators::StepSchedule;

TEST(StepSchedule, HitsEveryBoundaryAfterExactlyItsSteps) {
    const std::vector<double> boundaries = {0.0, 0.1, 0.3, 1.0 / 3.0, 1.7, 5.0};
    const std::vector<int> counts = {7, 3, 1, 1000, 13};
    const StepSchedule schedule(boundaries, counts);
    EXPECT_EQ(schedule.getTotalSteps(), 1024);
    double time = boundaries.front();
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const double size = (boundaries[k + 1] - boundaries[k]) / counts[k];
        for (int n = 0; n < counts[k]; ++n) {
            const StepSchedule::Step step = schedule.getStep(time, 99.0);
            EXPECT_EQ(step.size, size);
            EXPECT_NEAR(step.endTime, time + size, 1e-14);
            time = step.endTime;
        }
        EXPECT_EQ(time, boundaries[k + 1]);
    }
    EXPECT_EQ(schedule.getStep(time, 0.25).endTime, 5.25);
}

TEST(StepSchedule, IsRobustToRoundingOfTheTime) {
    // A time that is off by a few units in the last place, as from a file or from sums of steps, takes the same step.
    const StepSchedule schedule = StepSchedule::uniform({1.0, 1.1, 2.0, 7.0}, 10);
    double time = 1.0;
    for (int n = 0; n < 30; ++n) {
        const StepSchedule::Step step = schedule.getStep(time, 99.0);
        for (double error : {-4e-16, 4e-16}) {
            const StepSchedule::Step other = schedule.getStep(time * (1.0 + error), 99.0);
            EXPECT_EQ(other.size, step.size) << "step " << n;
            EXPECT_EQ(other.endTime, step.endTime) << "step " << n;
        }
        time = step.endTime;
    }
    EXPECT_EQ(time, 7.0);
}

TEST(StepSchedule, ReturnsToItsPointsFromATimeBetweenThem) {
    const StepSchedule schedule({0.0, 1.0}, {4});
    const StepSchedule::Step step = schedule.getStep(0.3, 99.0);
    EXPECT_EQ(step.endTime, 0.5);
    EXPECT_NEAR(step.size, 0.2, 1e-15);
}

TEST(StepSchedule, OutsideTheStepSizeHoldsButTheFirstBoundaryIsNotMissed) {
    const StepSchedule schedule({1.0, 2.0}, {5});
    EXPECT_EQ(schedule.getStep(0.0, 0.3).endTime, 0.3);
    EXPECT_EQ(schedule.getStep(0.9, 0.3).endTime, 1.0);
    EXPECT_NEAR(schedule.getStep(0.9, 0.3).size, 0.1, 1e-15);
    EXPECT_EQ(schedule.getStep(2.0, 0.3).size, 0.3);
    EXPECT_EQ(StepSchedule().getStep(2.0, 0.3).endTime, 2.3);
    EXPECT_TRUE(StepSchedule().isEmpty());
}

TEST(StepSchedule, MaximumStepGivesTheFewestSteps) {
    const StepSchedule schedule = StepSchedule::withMaximumStep({0.0, 0.3, 1.0, 1.05}, 0.1);
    EXPECT_EQ(schedule.getStepCounts(), (std::vector<int>{3, 7, 1}));
    EXPECT_EQ(StepSchedule::withMaximumStep({0.0, 1.0}, 0.3).getStepCounts(), (std::vector<int>{4}));
}

TEST(StepSchedule, RefusesWhatIsNotASchedule) {
    EXPECT_ERROR(StepSchedule({1.0}, {}), OpenMMException, "found 1 boundaries, expected at least two");
    EXPECT_ERROR(StepSchedule({1.0, 1.0}, {3}), OpenMMException, "boundary 1 (1 ps) follows 1 ps");
    EXPECT_ERROR(StepSchedule({0.0, NAN}, {3}), OpenMMException, "boundary 1 is nan");
    EXPECT_ERROR(StepSchedule({0.0, 1.0}, {3, 4}), OpenMMException,
                 "found 2 step counts, expected one for each of the 1 intervals");
    EXPECT_ERROR(StepSchedule({0.0, 1.0, 2.0}, {3, 0}), OpenMMException, "interval 1 has 0 steps");
    EXPECT_ERROR(StepSchedule({1e6, 1e6 + 1e-5}, {10}), OpenMMException, "double precision does not resolve");
    EXPECT_ERROR(StepSchedule::uniform({}, 10), OpenMMException, "found 0 boundaries");
    EXPECT_ERROR(StepSchedule::withMaximumStep({0.0, 1.0}, 0.0), OpenMMException, "maximum step is 0 ps");
    EXPECT_ERROR(StepSchedule::withMaximumStep({0.0, 1.0}, 1e-12), OpenMMException, "steps of 1e-12 ps");
}

TEST(StepSchedule, HasNoStepAtATimeThatIsNone) {
    const StepSchedule schedule = StepSchedule::uniform({0.0, 1.0, 2.0}, 10);
    EXPECT_ERROR(schedule.getStep(NAN, 0.1), OpenMMException, "time is nan ps, expected a finite number");
    EXPECT_ERROR(schedule.getStep(-HUGE_VAL, 0.1), OpenMMException, "time is -inf ps");
}
