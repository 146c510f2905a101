#pragma once

#include <cstddef>
#include <string>

namespace OpenMMOscillators {

/** How the minimum of a slice's loss is sought. */
enum class SliceOptimizer {
    Exact, ///< found by a linear solve; not local
    Adam,  ///< local steps from minibatches, see AdamOptimizer
    Sgd,   ///< local steps from minibatches, see SgdOptimizer
};
/** "exact", "adam", "sgd" */
const std::string& getSliceOptimizerName(SliceOptimizer optimizer);
/** @throws std::invalid_argument if there is none of that name */
SliceOptimizer sliceOptimizerFromName(const std::string& name);

/** How the learning rate falls from the first step of a slice to the last. */
enum class RateSchedule {
    Constant,
    Cosine,      ///< as half a cosine
    Exponential, ///< by the same factor every step
};
/** "constant", "cosine", "exponential" */
const std::string& getRateScheduleName(RateSchedule schedule);
/** @throws std::invalid_argument if there is none of that name */
RateSchedule rateScheduleFromName(const std::string& name);

/** Settings of the stochastic optimizers, see StochasticSliceSolver. */
struct StochasticOptions {
    /** Steps at each slice. */
    int steps = 2000;
    /** Samples that a step averages over, rounded up to whole blocks of the batch arithmetic. */
    std::size_t batchSize = 512;
    /** Of the first step, in units in which the Hessian of the loss has the diagonal 1. */
    double learningRate = 0.01;
    RateSchedule schedule = RateSchedule::Cosine;
    /** The last step's learning rate, as a share of the first's. */
    double finalShare = 0.01;
    /** Share of the velocity that a step of Sgd keeps. */
    double momentum = 0.9;
    /** The result is the average over this last share of the steps (Polyak & Ruppert); 0: it is the last step's. */
    double averagedShare = 0.25;
    /** Of the order of the minibatches. */
    int seed = 0;

    /** The learning rate of a step, 0 <= step < steps. */
    double getLearningRate(int step) const;
    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

} // namespace OpenMMOscillators
