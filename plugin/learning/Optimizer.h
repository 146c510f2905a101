#pragma once

#include <vector>

namespace OpenMMOscillators {

/** What an optimizer remembers from step to step; with it, a run continues to the bit. */
struct OptimizerState {
    long step = 0;
    std::vector<std::vector<double>> averages; ///< of gradients and the like, each of one value a parameter
};

/**
 * Turns gradients into steps. The step of a parameter depends on that parameter's gradients alone: with a local
 * gradient, it is a local learning rule.
 */
class Optimizer {
public:
    virtual ~Optimizer() = default;

    /** One step: theta moves against the gradient; both hold one value a parameter. */
    virtual void step(const double* gradient, double* theta) = 0;
    /** Of the steps to come, for schedules. @throws std::invalid_argument unless finite and > 0 */
    virtual void setLearningRate(double learningRate) = 0;
    const OptimizerState& getState() const { return state; }
    /** @throws std::invalid_argument if the state is one of another optimizer or number of parameters */
    void setState(const OptimizerState& newState);

protected:
    /** @throws std::invalid_argument if there are no parameters */
    Optimizer(int numParameters, int numAverages);
    /** @throws std::invalid_argument unless finite and > 0 */
    static void checkLearningRate(double learningRate);

    OptimizerState state;
};

} // namespace OpenMMOscillators
