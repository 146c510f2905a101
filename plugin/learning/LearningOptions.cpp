#include "openmmoscillators/learning/LearningOptions.h"

#include "openmmoscillators/network/Show.h"
#include <cmath>

namespace OpenMMOscillators {

namespace {

bool isPositive(double value) {
    return std::isfinite(value) && value > 0.0;
}

} // namespace

bool LearningOptions::isValid(std::string* why) const {
    const auto fail = [why](const char* name, const std::string& found, const char* needed) {
        if (why != nullptr)
            *why = std::string(name) + " is " + found + "; it must be " + needed;
        return false;
    };
    if (!isPositive(sigma))
        return fail("sigma", show(sigma), "finite and > 0");
    if (!isPositive(thermalEnergy))
        return fail("thermalEnergy", show(thermalEnergy), "finite and > 0");
    if (!(std::isfinite(ridge) && ridge >= 0.0))
        return fail("ridge", show(ridge), "finite and >= 0");
    if (!isPositive(minimumK6))
        return fail("minimumK6", show(minimumK6), "finite and > 0");
    for (std::size_t i = 0; i < minimumK6OfOscillators.size(); ++i)
        if (!isPositive(minimumK6OfOscillators[i]))
            return fail(("minimumK6OfOscillators[" + std::to_string(i) + "]").c_str(), show(minimumK6OfOscillators[i]),
                        "finite and > 0");
    std::string reason;
    if (!stochastic.isValid(&reason)) {
        if (why != nullptr)
            *why = "stochastic." + reason;
        return false;
    }
    if (!(tolerance > 0.0 && tolerance < 1.0))
        return fail("tolerance", show(tolerance), "in (0, 1)");
    if (maxIterations < 1)
        return fail("maxIterations", std::to_string(maxIterations), ">= 1");
    if (denseLimit < 0)
        return fail("denseLimit", std::to_string(denseLimit), ">= 0");
    if (preconditionerSamples < 1)
        return fail("preconditionerSamples", std::to_string(preconditionerSamples), ">= 1");
    if (feedback.populationSize < 1)
        return fail("feedback.populationSize", std::to_string(feedback.populationSize), ">= 1");
    if (feedback.stepsPerSlice < 1)
        return fail("feedback.stepsPerSlice", std::to_string(feedback.stepsPerSlice), ">= 1");
    if (!isPositive(feedback.gain))
        return fail("feedback.gain", show(feedback.gain), "finite and > 0");
    if (!(feedback.carryOver >= 0.0 && feedback.carryOver <= 1.0))
        return fail("feedback.carryOver", show(feedback.carryOver), "in [0, 1]");
    if (!isPositive(feedback.ridge))
        return fail("feedback.ridge", show(feedback.ridge), "finite and > 0");
    if (feedback.iterations < 1)
        return fail("feedback.iterations", std::to_string(feedback.iterations), ">= 1");
    if (!isPositive(feedback.localRate))
        return fail("feedback.localRate", show(feedback.localRate), "finite and > 0");
    if (numThreads < 0)
        return fail("numThreads", std::to_string(numThreads), ">= 0");
    return true;
}

} // namespace OpenMMOscillators
