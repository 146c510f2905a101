#pragma once

#include "openmmoscillators/learning/ConjugateGradient.h"
#include "openmmoscillators/learning/LearningOptions.h"
#include "openmmoscillators/learning/LocalMoments.h"
#include "openmmoscillators/learning/SliceSolution.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <vector>

namespace OpenMMOscillators {

class SampleSlice;
class SchwarzPreconditioner;
class ThreadPool;

/**
 * The minimum of a rule's quadratic loss at one time, with ridge and with every k_6 >= minimumK6. With A = E[Phi^T
 * Phi], D its diagonal, and g / c the gradient at theta_0 over the curvature of the rule,
 *
 *   (A + ridge D) theta = A theta_0 - g / c
 *
 * on the parameters that are not at their bound; there, theta = minimumK6 and the gradient points out of the bound
 * (Karush-Kuhn-Tucker). The set of those at the bound is found by clamping and solving again, and letting go of those
 * that are pulled inwards. Small networks are solved by a Cholesky factorisation, others by preconditioned conjugate
 * gradients.
 *
 * The solve is not local: it is what the local averages lead to if they are run to the end.
 */
class ExactSliceSolver {
public:
    /** The preconditioner, which the solver factorises for its own use, and the threads must outlive it. */
    ExactSliceSolver(const OscillatorNetwork& network, const LearningOptions& learningOptions,
                     SchwarzPreconditioner& blockPreconditioner, ThreadPool& threadPool);

    /**
     * @param slice      the samples
     * @param reference  theta_0, under which the forces were measured
     * @param gradient   g / c, P values
     * @param theta      in: where to start from; out: the minimum
     */
    SliceSolution solve(const SampleSlice& slice, const NetworkParameters& reference,
                        const std::vector<double>& gradient, NetworkParameters& theta);

    /** The local moments of the slice that was solved last. */
    const LocalMoments& getMoments() const { return moments; }

private:
    struct Problem;
    void findResidual(const Problem& problem, LinearState& state) const;
    int solveFree(Problem& problem, LinearState& state, double target, int maxIterations);
    void factorise(Problem& problem);
    bool updateBounds(Problem& problem, LinearState& state, double slack, bool mayRelease) const;

    LearningOptions options;
    SchwarzPreconditioner& preconditioner;
    ThreadPool& threads;
    ParameterLayout layout;
    LocalMoments moments;
};

} // namespace OpenMMOscillators
