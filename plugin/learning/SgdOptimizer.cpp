#include "openmmoscillators/learning/SgdOptimizer.h"

#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

SgdOptimizer::SgdOptimizer(int numParameters, double learningRate, double momentumShare)
    : Optimizer(numParameters, 1), rate(learningRate), momentum(momentumShare) {
    checkLearningRate(rate);
    if (!(momentum >= 0.0 && momentum < 1.0))
        throw std::invalid_argument("SgdOptimizer: the momentum is " + std::to_string(momentum) +
                                    "; it must be in [0, 1)");
}

void SgdOptimizer::setLearningRate(double learningRate) {
    checkLearningRate(learningRate);
    rate = learningRate;
}

void SgdOptimizer::step(const double* gradient, double* theta) {
    ++state.step;
    std::vector<double>& velocity = state.averages[0];
    for (std::size_t a = 0; a < velocity.size(); ++a) {
        velocity[a] = momentum * velocity[a] + gradient[a];
        theta[a] -= rate * velocity[a];
    }
}

} // namespace OpenMMOscillators
