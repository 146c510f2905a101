#pragma once

#include "openmmoscillators/learning/Optimizer.h"

namespace OpenMMOscillators {

/** Stochastic gradient descent with momentum (heavy ball): velocity <- momentum velocity + gradient, theta <- theta -
 * rate velocity. Its only average is the velocity. */
class SgdOptimizer : public Optimizer {
public:
    /**
     * @param learningRate  of a step, > 0
     * @param momentumShare of the velocity that a step keeps, in [0, 1)
     * @throws std::invalid_argument naming the offending value
     */
    SgdOptimizer(int numParameters, double learningRate, double momentumShare = 0.9);

    void setLearningRate(double learningRate) override;
    void step(const double* gradient, double* theta) override;

private:
    double rate, momentum;
};

} // namespace OpenMMOscillators
