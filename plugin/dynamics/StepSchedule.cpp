#include "openmmoscillators/dynamics/StepSchedule.h"

#include "openmmoscillators/dynamics/Errors.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

using OpenMM::OpenMMException;

namespace OpenMMOscillators {

namespace {

// Smallest step relative to the time; a time of double precision then lies within snapTolerance of its point.
constexpr double smallestStep = 1e-10;
constexpr double snapTolerance = 1e-5;

void checkBoundaries(const std::vector<double>& boundaries) {
    if (boundaries.size() < 2)
        throw OpenMMException("StepSchedule: found " + std::to_string(boundaries.size()) +
                              " boundaries, expected at least two");
    for (std::size_t k = 0; k < boundaries.size(); ++k) {
        if (!std::isfinite(boundaries[k]))
            throw OpenMMException("StepSchedule: boundary " + std::to_string(k) + " is " + show(boundaries[k]) +
                                  ", expected a finite number");
        if (k > 0 && boundaries[k] <= boundaries[k - 1])
            throw OpenMMException("StepSchedule: boundaries must increase strictly, but boundary " + std::to_string(k) +
                                  " (" + show(boundaries[k]) + " ps) follows " + show(boundaries[k - 1]) + " ps");
    }
}

} // namespace

StepSchedule::StepSchedule(std::vector<double> boundaryTimes, std::vector<int> newStepCounts)
    : boundaries(std::move(boundaryTimes)), stepCounts(std::move(newStepCounts)) {
    checkBoundaries(boundaries);
    if (stepCounts.size() != boundaries.size() - 1)
        throw OpenMMException("StepSchedule: found " + std::to_string(stepCounts.size()) +
                              " step counts, expected one for each of the " + std::to_string(boundaries.size() - 1) +
                              " intervals");
    for (std::size_t k = 0; k < stepCounts.size(); ++k) {
        if (stepCounts[k] < 1)
            throw OpenMMException("StepSchedule: interval " + std::to_string(k) + " has " +
                                  std::to_string(stepCounts[k]) + " steps, expected at least 1");
        const double step = (boundaries[k + 1] - boundaries[k]) / stepCounts[k];
        if (step < smallestStep * std::max(std::abs(boundaries[k]), std::abs(boundaries[k + 1])))
            throw OpenMMException("StepSchedule: interval " + std::to_string(k) + " has steps of " + show(step) +
                                  " ps at time " + show(boundaries[k]) +
                                  " ps, which double precision does not resolve");
    }
}

StepSchedule StepSchedule::uniform(const std::vector<double>& boundaries, int stepsPerInterval) {
    checkBoundaries(boundaries);
    return {boundaries, std::vector<int>(boundaries.size() - 1, stepsPerInterval)};
}

StepSchedule StepSchedule::withMaximumStep(const std::vector<double>& boundaries, double maximumStep) {
    checkBoundaries(boundaries);
    if (!(maximumStep > 0.0) || !std::isfinite(maximumStep))
        throw OpenMMException("StepSchedule::withMaximumStep: maximum step is " + show(maximumStep) +
                              " ps, expected a positive number");
    std::vector<int> counts;
    for (std::size_t k = 0; k + 1 < boundaries.size(); ++k) {
        // The subtracted part keeps 0.3 / 0.1 at 3 steps in spite of rounding.
        const double steps = std::ceil((boundaries[k + 1] - boundaries[k]) / maximumStep * (1.0 - 1e-12));
        if (steps > 2147483647.0)
            throw OpenMMException("StepSchedule::withMaximumStep: interval " + std::to_string(k) + " would need " +
                                  show(steps) + " steps of " + show(maximumStep) + " ps");
        counts.push_back(std::max(1, static_cast<int>(steps)));
    }
    return {boundaries, std::move(counts)};
}

long long StepSchedule::getTotalSteps() const {
    return std::accumulate(stepCounts.begin(), stepCounts.end(), 0LL);
}

double StepSchedule::pointTime(std::size_t interval, int point) const {
    if (point == stepCounts[interval])
        return boundaries[interval + 1];
    return boundaries[interval] + (boundaries[interval + 1] - boundaries[interval]) / stepCounts[interval] * point;
}

StepSchedule::Step StepSchedule::getStep(double time, double outsideStepSize) const {
    if (!std::isfinite(time))
        throw OpenMMException("StepSchedule::getStep: time is " + show(time) + " ps, expected a finite number");
    const Step outside = {outsideStepSize, time + outsideStepSize};
    if (isEmpty() || time >= boundaries.back())
        return outside;
    if (time < boundaries.front()) {
        const double remaining = boundaries.front() - time;
        if (remaining > snapTolerance * (boundaries[1] - boundaries[0]) / stepCounts[0])
            return remaining <= outsideStepSize * (1.0 + snapTolerance) ? Step{remaining, boundaries.front()} : outside;
        time = boundaries.front();
    }
    const std::size_t interval = std::upper_bound(boundaries.begin(), boundaries.end(), time) - boundaries.begin() - 1;
    const double step = (boundaries[interval + 1] - boundaries[interval]) / stepCounts[interval];
    const double steps = (time - boundaries[interval]) / step; // taken since the boundary
    const double nearest = std::round(steps);
    const bool onPoint = std::abs(steps - nearest) <= snapTolerance;
    const int point = static_cast<int>(onPoint ? nearest : std::floor(steps));
    if (point >= stepCounts[interval]) // just below the boundary by rounding: the step starts there
        return getStep(boundaries[interval + 1], outsideStepSize);
    const double end = pointTime(interval, point + 1);
    return {onPoint ? step : end - time, end};
}

} // namespace OpenMMOscillators
