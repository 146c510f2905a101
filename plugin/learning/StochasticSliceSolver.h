#pragma once

#include "openmmoscillators/learning/LearningOptions.h"
#include "openmmoscillators/learning/Optimizer.h"
#include "openmmoscillators/learning/SliceSolution.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <functional>
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/** What a stochastic solver may know of a slice: local averages over some blocks of its samples. */
struct SliceMeasurements {
    std::size_t numBlocks = 0, blockSize = 0;
    /** The diagonal of the Hessian of the rule's loss, c E[phi_a^2]: P values. */
    std::vector<double> diagonal;
    /** The gradient of the rule's loss at some theta, averaged over some of the blocks: P values. */
    std::function<std::vector<double>(const std::vector<std::size_t>& blocks, const NetworkParameters& theta)> gradient;
};

/** Where the stochastic solve of a slice stands; with it, it continues to the bit. */
struct StochasticState {
    NetworkParameters theta;
    OptimizerState optimizer; ///< its step is that of the slice
    std::vector<double> sum;  ///< of the iterates that are averaged
};

/**
 * Seeks the minimum of a rule's quadratic loss at one time, with ridge and with every k_6 >= minimumK6, by steps from
 * minibatches. Every step is local: a parameter sees its own gradient g_a, an average of local products, and its own
 * curvature h_a = c E[phi_a^2]. It moves in the variable psi_a = sqrt(h_a) theta_a, in which the Hessian has the
 * diagonal 1,
 *
 *   dL/dpsi_a = g_a / sqrt(h_a) + ridge psi_a
 *
 * by Adam, or by gradient descent with momentum, which in theta is preconditioned by 1 / h_a (Jacobi). k_6 is
 * projected onto its bound after every step.
 */
class StochasticSliceSolver {
public:
    StochasticSliceSolver(const OscillatorNetwork& network, const LearningOptions& learningOptions);

    /** The state before the first step. */
    StochasticState start(const NetworkParameters& theta) const;
    /**
     * Go on until a step is reached (options.stochastic.steps at most).
     * @throws std::runtime_error if theta is finite no more
     */
    void advance(const SliceMeasurements& slice, int lastStep, StochasticState& state) const;
    /** The end of a state that has advanced to it. @param theta  out: the average of the last iterates */
    SliceSolution finish(const SliceMeasurements& slice, const StochasticState& state, NetworkParameters& theta) const;

private:
    std::unique_ptr<Optimizer> makeOptimizer() const;
    int getFirstAveraged() const;
    void project(NetworkParameters& theta) const;
    NetworkParameters average(const StochasticState& state) const;
    SliceSolution judge(const SliceMeasurements& slice, const NetworkParameters& theta) const;

    LearningOptions options;
    ParameterLayout layout;
};

} // namespace OpenMMOscillators
