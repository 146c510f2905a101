#include "openmmoscillators/learning/Optimizer.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

Optimizer::Optimizer(int numParameters, int numAverages) {
    if (numParameters < 1)
        throw std::invalid_argument("Optimizer: the number of parameters is " + std::to_string(numParameters) +
                                    "; it must be >= 1");
    state.averages.assign(numAverages, std::vector<double>(numParameters, 0.0));
}

void Optimizer::checkLearningRate(double learningRate) {
    if (!(std::isfinite(learningRate) && learningRate > 0.0))
        throw std::invalid_argument("Optimizer: the learning rate is " + std::to_string(learningRate) +
                                    "; it must be finite and > 0");
}

void Optimizer::setState(const OptimizerState& newState) {
    if (newState.step < 0 || newState.averages.size() != state.averages.size())
        throw std::invalid_argument("Optimizer::setState: the state has " + std::to_string(newState.averages.size()) +
                                    " averages at step " + std::to_string(newState.step) + "; " +
                                    std::to_string(state.averages.size()) + " and a step >= 0 are needed");
    for (const std::vector<double>& average : newState.averages)
        if (average.size() != state.averages.front().size())
            throw std::invalid_argument("Optimizer::setState: an average is of " + std::to_string(average.size()) +
                                        " parameters; it must be of " + std::to_string(state.averages.front().size()));
    state = newState;
}

} // namespace OpenMMOscillators
