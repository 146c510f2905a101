#include "openmmoscillators/learning/AdamOptimizer.h"

#include <cmath>
#include <stdexcept>

namespace OpenMMOscillators {

bool AdamOptions::isValid(std::string* why) const {
    const auto fail = [why](const std::string& reason) {
        if (why != nullptr)
            *why = reason;
        return false;
    };
    if (!(std::isfinite(learningRate) && learningRate > 0.0))
        return fail("learningRate is " + std::to_string(learningRate) + "; it must be finite and > 0");
    if (!(beta1 >= 0.0 && beta1 < 1.0))
        return fail("beta1 is " + std::to_string(beta1) + "; it must be in [0, 1)");
    if (!(beta2 >= 0.0 && beta2 < 1.0))
        return fail("beta2 is " + std::to_string(beta2) + "; it must be in [0, 1)");
    if (!(std::isfinite(epsilon) && epsilon > 0.0))
        return fail("epsilon is " + std::to_string(epsilon) + "; it must be finite and > 0");
    return true;
}

AdamOptimizer::AdamOptimizer(int numParameters, const AdamOptions& adamOptions) {
    if (numParameters < 1)
        throw std::invalid_argument("AdamOptimizer: the number of parameters is " + std::to_string(numParameters) +
                                    "; it must be >= 1");
    setOptions(adamOptions);
    state.mean.assign(numParameters, 0.0);
    state.square.assign(numParameters, 0.0);
}

void AdamOptimizer::setOptions(const AdamOptions& newOptions) {
    std::string why;
    if (!newOptions.isValid(&why))
        throw std::invalid_argument("AdamOptimizer: " + why);
    options = newOptions;
}

void AdamOptimizer::setState(const AdamState& newState) {
    const std::size_t size = state.mean.size();
    if (newState.mean.size() != size || newState.square.size() != size || newState.step < 0)
        throw std::invalid_argument("AdamOptimizer::setState: the state is of " + std::to_string(newState.mean.size()) +
                                    " and " + std::to_string(newState.square.size()) + " parameters at step " +
                                    std::to_string(newState.step) + "; " + std::to_string(size) +
                                    " of both and a step >= 0 are needed");
    state = newState;
}

void AdamOptimizer::step(const double* gradient, double* theta) {
    ++state.step;
    const double meanScale = 1.0 / (1.0 - std::pow(options.beta1, state.step));
    const double squareScale = 1.0 / (1.0 - std::pow(options.beta2, state.step));
    for (std::size_t a = 0; a < state.mean.size(); ++a) {
        state.mean[a] = options.beta1 * state.mean[a] + (1.0 - options.beta1) * gradient[a];
        state.square[a] = options.beta2 * state.square[a] + (1.0 - options.beta2) * gradient[a] * gradient[a];
        theta[a] -= options.learningRate * state.mean[a] * meanScale /
                    (std::sqrt(state.square[a] * squareScale) + options.epsilon);
    }
}

} // namespace OpenMMOscillators
