#pragma once

#include "openmmoscillators/learning/StochasticOptions.h"
#include <cstddef>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** Settings of the closed loop, see ClosedLoop. */
struct FeedbackOptions {
    /** Samples in the generated population. */
    std::size_t populationSize = 32768;
    /** Euler-Maruyama steps of the population from a slice to the next. */
    int stepsPerSlice = 10;
    /** How much of a mismatch a slice corrects; less on coarse grids, see ClosedLoop. */
    double gain = 1.0;
    /** How much of a slice's correction the next one keeps. */
    double carryOver = 0.8;
    /** Times the diagonal of the metric is added to it. */
    double ridge = 1e-2;
    /** Iterations of conjugate gradients for the direction of the correction, or local steps. */
    int iterations = 20;
    /** Learning rate of these local steps, in units in which the metric has the diagonal 1. */
    double localRate = 0.02;
    /** Of the population's noise. */
    int seed = 0;
    /**
     * Oscillators that are given rather than generated: in the population they follow the exact noised paths of the
     * data (sample s those of datum s), so that the others are learned as they will be generated under such a
     * condition. The source must provide initial positions.
     */
    std::vector<int> clamped;
};

/** Settings of ProtocolLearner. */
struct LearningOptions {
    /** sigma of the noising process, in nm (kJ/mol)^(-1/2). */
    double sigma = 1.0;
    /** kT of the noising process, in kJ/mol. */
    double thermalEnergy = 0.1;
    /** Tikhonov regularisation: c/2 ridge sum_a A_aa theta_a^2 is added to the loss of Hessian c A. */
    double ridge = 1e-2;
    /** The least k_6, in kJ/(mol nm^6), > 0: with it the energy confines. */
    double minimumK6 = 0.01;
    /** Where not empty: the least k_6 of every oscillator, instead of minimumK6. */
    std::vector<double> minimumK6OfOscillators;
    /** How the minimum of each slice is sought. With Adam and Sgd, every update of theta is local. */
    SliceOptimizer optimizer = SliceOptimizer::Exact;
    StochasticOptions stochastic;
    /** The exact solve ends when |residual| <= tolerance |right-hand side|, both scaled by the inverse diagonal. */
    double tolerance = 1e-3;
    /** Most products with the normal matrix that the conjugate gradients of a slice may take. */
    int maxIterations = 200;
    /** Networks of at most this many parameters are solved by a dense Cholesky factorisation. */
    int denseLimit = 600;
    /** Samples that the preconditioner's moments are taken from. */
    std::size_t preconditionerSamples = 1024;
    /** Whether the closed loop corrects what matching has learned. */
    bool closedLoop = false;
    FeedbackOptions feedback;
    /** 0: as many as the machine runs at once. Results do not depend on it. */
    int numThreads = 0;

    double getMinimumK6(int oscillator) const {
        return minimumK6OfOscillators.empty() ? minimumK6 : minimumK6OfOscillators[oscillator];
    }
    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

} // namespace OpenMMOscillators
