#include "openmmoscillators/learning/StochasticOptions.h"

#include <array>
#include <cmath>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

using Names = std::array<std::string, 3>;

const Names optimizerNames = {"exact", "adam", "sgd"};
const Names scheduleNames = {"constant", "cosine", "exponential"};

std::size_t indexOf(const Names& names, const std::string& name, const char* what) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name)
            return i;
    throw std::invalid_argument(std::string("there is no ") + what + " '" + name + "': expected " + names[0] + ", " +
                                names[1] + " or " + names[2]);
}

} // namespace

const std::string& getSliceOptimizerName(SliceOptimizer optimizer) {
    return optimizerNames.at(static_cast<std::size_t>(optimizer));
}

SliceOptimizer sliceOptimizerFromName(const std::string& name) {
    return static_cast<SliceOptimizer>(indexOf(optimizerNames, name, "optimizer"));
}

const std::string& getRateScheduleName(RateSchedule schedule) {
    return scheduleNames.at(static_cast<std::size_t>(schedule));
}

RateSchedule rateScheduleFromName(const std::string& name) {
    return static_cast<RateSchedule>(indexOf(scheduleNames, name, "schedule of learning rates"));
}

double StochasticOptions::getLearningRate(int step) const {
    const double progress = steps > 1 ? static_cast<double>(step) / (steps - 1) : 0.0;
    switch (schedule) {
    case RateSchedule::Cosine:
        return learningRate * (finalShare + 0.5 * (1.0 - finalShare) * (1.0 + std::cos(std::acos(-1.0) * progress)));
    case RateSchedule::Exponential:
        return learningRate * std::pow(finalShare, progress);
    case RateSchedule::Constant:
        break;
    }
    return learningRate;
}

bool StochasticOptions::isValid(std::string* why) const {
    const auto fail = [why](const char* name, const std::string& found, const char* needed) {
        if (why != nullptr)
            *why = std::string(name) + " is " + found + "; it must be " + needed;
        return false;
    };
    if (steps < 1)
        return fail("steps", std::to_string(steps), ">= 1");
    if (batchSize < 1)
        return fail("batchSize", std::to_string(batchSize), ">= 1");
    if (!(std::isfinite(learningRate) && learningRate > 0.0))
        return fail("learningRate", std::to_string(learningRate), "finite and > 0");
    if (!(finalShare > 0.0 && finalShare <= 1.0))
        return fail("finalShare", std::to_string(finalShare), "in (0, 1]");
    if (!(momentum >= 0.0 && momentum < 1.0))
        return fail("momentum", std::to_string(momentum), "in [0, 1)");
    if (!(averagedShare >= 0.0 && averagedShare <= 1.0))
        return fail("averagedShare", std::to_string(averagedShare), "in [0, 1]");
    return true;
}

} // namespace OpenMMOscillators
