#pragma once

#include <vector>

namespace OpenMMOscillators {

/**
 * Step sizes as a function of time: between the boundaries t_k and t_(k+1) an integrator takes steps of
 * (t_(k+1) - t_k) / n_k and arrives at every boundary exactly, so that a protocol's grid times are never missed by
 * rounding. Before the first and after the last boundary the integrator's own step size holds; a step that would jump
 * over the first boundary ends there.
 *
 * The step is a function of the time alone, not of a position kept between steps: setTime() and checkpoints need
 * nothing more. From a time between two points of the schedule the next step goes to the next point.
 *
 * The default-constructed schedule is empty: the integrator's step size holds always.
 */
class StepSchedule {
public:
    StepSchedule() = default;
    /**
     * @param boundaries   t_0 < ... < t_K in ps, at least two
     * @param stepCounts   n_0 ... n_(K-1): the number of steps in each interval, at least 1
     * @throws OpenMM::OpenMMException naming the offending entry; also if a step is too small to be resolved in double
     *         precision (less than 1e-10 of the time)
     */
    StepSchedule(std::vector<double> boundaries, std::vector<int> stepCounts);
    /** The same number of steps in every interval, for example between the grid times of a DrivingProtocol. */
    static StepSchedule uniform(const std::vector<double>& boundaries, int stepsPerInterval);
    /**
     * In every interval the smallest number of equal steps that are not longer than a maximum.
     * @param maximumStep  in ps, > 0
     */
    static StepSchedule withMaximumStep(const std::vector<double>& boundaries, double maximumStep);

    bool isEmpty() const { return boundaries.empty(); }
    /** t_0 ... t_K in ps. */
    const std::vector<double>& getBoundaries() const { return boundaries; }
    /** n_0 ... n_(K-1). */
    const std::vector<int>& getStepCounts() const { return stepCounts; }
    /** Number of steps from the first boundary to the last; 0 if empty. */
    long long getTotalSteps() const;

    /** One step: its size, and the time at its end (which is exact at boundaries; time + size may be off by rounding).
     */
    struct Step {
        double size, endTime;
    };
    /**
     * The step that starts at a time.
     * @param time             in ps
     * @param outsideStepSize  the step size, in ps, where the schedule says nothing
     * @throws OpenMMException if the time is not finite
     */
    Step getStep(double time, double outsideStepSize) const;

    bool operator==(const StepSchedule& other) const {
        return boundaries == other.boundaries && stepCounts == other.stepCounts;
    }
    bool operator!=(const StepSchedule& other) const { return !(*this == other); }

private:
    double pointTime(std::size_t interval, int point) const;

    std::vector<double> boundaries;
    std::vector<int> stepCounts;
};

} // namespace OpenMMOscillators
