#include "openmmoscillators/learning/AdamOptimizer.h"

#include "openmmoscillators/network/Show.h"
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
        return fail("learningRate is " + show(learningRate) + "; it must be finite and > 0");
    if (!(beta1 >= 0.0 && beta1 < 1.0))
        return fail("beta1 is " + show(beta1) + "; it must be in [0, 1)");
    if (!(beta2 >= 0.0 && beta2 < 1.0))
        return fail("beta2 is " + show(beta2) + "; it must be in [0, 1)");
    if (!(std::isfinite(epsilon) && epsilon > 0.0))
        return fail("epsilon is " + std::to_string(epsilon) + "; it must be finite and > 0");
    return true;
}

AdamOptimizer::AdamOptimizer(int numParameters, const AdamOptions& adamOptions)
    : Optimizer(numParameters, 2), options(adamOptions) {
    std::string why;
    if (!options.isValid(&why))
        throw std::invalid_argument("AdamOptimizer: " + why);
}

void AdamOptimizer::setLearningRate(double learningRate) {
    checkLearningRate(learningRate);
    options.learningRate = learningRate;
}

void AdamOptimizer::step(const double* gradient, double* theta) {
    ++state.step;
    const double meanScale = 1.0 / (1.0 - std::pow(options.beta1, state.step));
    const double squareScale = 1.0 / (1.0 - std::pow(options.beta2, state.step));
    std::vector<double>& mean = state.averages[0];
    std::vector<double>& square = state.averages[1];
    for (std::size_t a = 0; a < mean.size(); ++a) {
        mean[a] = options.beta1 * mean[a] + (1.0 - options.beta1) * gradient[a];
        square[a] = options.beta2 * square[a] + (1.0 - options.beta2) * gradient[a] * gradient[a];
        theta[a] -= options.learningRate * mean[a] * meanScale / (std::sqrt(square[a] * squareScale) + options.epsilon);
    }
}

} // namespace OpenMMOscillators
