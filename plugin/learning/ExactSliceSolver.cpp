#include "openmmoscillators/learning/ExactSliceSolver.h"

#include "openmmoscillators/learning/DenseNormalMatrix.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <cmath>

namespace OpenMMOscillators {

namespace {

// Rounds of clamping and solving again. Parameters at the bound are let go in the first rounds only, so that the last
// ones end with all bounds kept.
constexpr int mostRounds = 12;
constexpr int roundsThatRelease = 8;
// The set at the bound is found from rough solutions first.
constexpr double roughest = 0.03;
// Edges of a patch of the preconditioner. Blocks of whole oscillators take no fewer iterations, but more time and
// memory.
constexpr int largestPatch = 48;

int mostEdgesOfPatches(const OscillatorNetwork& network, const LearningOptions& options) {
    const bool isDense = network.getNumParameters() <= options.denseLimit; // and needs whole blocks
    return isDense ? std::max(1, network.getNumEdges()) : largestPatch;
}

} // namespace

struct ExactSliceSolver::Problem {
    const SampleSlice& slice;
    std::vector<double> diagonal, right;
    std::vector<char> isFree;
    Eigen::MatrixXd dense;
    bool isDense = false;
};

ExactSliceSolver::ExactSliceSolver(const OscillatorNetwork& network, const LearningOptions& learningOptions,
                                   SchwarzPreconditioner& blockPreconditioner, ThreadPool& threadPool)
    : options(learningOptions), preconditioner(blockPreconditioner), threads(threadPool), layout(network),
      moments(network, mostEdgesOfPatches(network, options)) {}

void ExactSliceSolver::findResidual(const Problem& problem, LinearState& state) const {
    state.residual.resize(state.theta.size());
    problem.slice.multiply(state.theta.data(), state.residual.data());
    for (std::size_t a = 0; a < state.theta.size(); ++a)
        state.residual[a] = problem.right[a] - state.residual[a] - options.ridge * problem.diagonal[a] * state.theta[a];
}

void ExactSliceSolver::factorise(Problem& problem) {
    if (problem.isDense)
        return;
    preconditioner.factorise(moments, problem.isFree, options.ridge);
}

int ExactSliceSolver::solveFree(Problem& problem, LinearState& state, double target, int maxIterations) {
    if (problem.isDense) {
        solveDense(problem.dense, problem.isFree, state.residual, state.theta);
        findResidual(problem, state);
        return 0;
    }
    factorise(problem);
    const ConjugateGradient solver(
        [&](const double* in, double* out) {
            problem.slice.multiply(in, out);
            for (std::size_t a = 0; a < problem.diagonal.size(); ++a)
                out[a] += options.ridge * problem.diagonal[a] * in[a];
        },
        [&](const double* in, double* out) { preconditioner.apply(in, out); }, problem.diagonal);
    return solver.solve(state, problem.isFree, target, maxIterations);
}

bool ExactSliceSolver::updateBounds(Problem& problem, LinearState& state, double slack, bool mayRelease) const {
    bool changed = false;
    const int first = layout.getOffset(ParameterFamily::K6);
    for (int i = 0; i < layout.getSize(ParameterFamily::K6); ++i) {
        const int a = first + i;
        const bool outside = problem.isFree[a] && state.theta[a] < options.getMinimumK6(i);
        const bool inwards =
            !problem.isFree[a] && mayRelease && state.residual[a] > slack * std::sqrt(problem.diagonal[a]);
        if (outside) {
            state.theta[a] = options.getMinimumK6(i);
            problem.isFree[a] = 0;
        } else if (inwards) {
            problem.isFree[a] = 1;
        }
        changed = changed || outside || inwards;
    }
    return changed;
}

SliceSolution ExactSliceSolver::solve(const SampleSlice& slice, const NetworkParameters& reference,
                                      const std::vector<double>& gradient, NetworkParameters& theta) {
    const int parameters = layout.getNumParameters();
    Problem problem{slice, slice.diagonal(), std::vector<double>(parameters), std::vector<char>(parameters, 1), {}};
    problem.isDense = parameters <= options.denseLimit;
    moments.measure(slice, problem.isDense ? slice.getNumSamples() : options.preconditionerSamples, threads);
    if (problem.isDense)
        problem.dense = assembleNormalMatrix(moments, options.ridge);
    slice.multiply(reference.data(), problem.right.data());
    for (int a = 0; a < parameters; ++a)
        problem.right[a] -= gradient[a];

    LinearState state{theta.getValues(), {}};
    for (int i = 0; i < layout.getSize(ParameterFamily::K6); ++i) {
        const int a = layout.getOffset(ParameterFamily::K6) + i;
        problem.isFree[a] = state.theta[a] > options.getMinimumK6(i);
        state.theta[a] = std::max(state.theta[a], options.getMinimumK6(i));
    }
    findResidual(problem, state);

    // The norm only, of the right-hand side: all components count.
    const ConjugateGradient norms({}, {}, problem.diagonal);
    const std::vector<char> all(parameters, 1);
    const double scale = norms.norm(problem.right, all);
    SliceSolution solution;
    double roughness = std::max(roughest, options.tolerance);
    bool settled = false;
    for (int round = 0; round < mostRounds && !settled; ++round) {
        solution.iterations +=
            solveFree(problem, state, roughness * scale, std::max(1, options.maxIterations - solution.iterations));
        const bool changed = updateBounds(problem, state, roughness * scale, round < roundsThatRelease);
        settled = !changed && roughness <= options.tolerance;
        roughness = std::max(options.tolerance, 0.1 * roughness);
        if (changed)
            findResidual(problem, state);
    }
    std::copy(state.theta.begin(), state.theta.end(), theta.data());
    solution.residual = scale > 0.0 ? norms.norm(state.residual, problem.isFree) / scale : 0.0;
    solution.converged = settled && solution.residual <= options.tolerance;
    solution.numAtBound = static_cast<int>(std::count(problem.isFree.begin(), problem.isFree.end(), 0));
    return solution;
}

} // namespace OpenMMOscillators
