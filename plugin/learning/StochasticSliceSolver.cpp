#include "openmmoscillators/learning/StochasticSliceSolver.h"

#include "openmmoscillators/learning/AdamOptimizer.h"
#include "openmmoscillators/learning/Minibatches.h"
#include "openmmoscillators/learning/SgdOptimizer.h"
#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

/** sqrt(h_a), the unit of psi_a; of a parameter that nothing depends on, a number that leaves it where it is. */
std::vector<double> scales(const std::vector<double>& diagonal) {
    std::vector<double> result(diagonal.size());
    for (std::size_t a = 0; a < result.size(); ++a)
        result[a] = std::sqrt(std::max(diagonal[a], std::numeric_limits<double>::min()));
    return result;
}

} // namespace

StochasticSliceSolver::StochasticSliceSolver(const OscillatorNetwork& network, const LearningOptions& learningOptions)
    : options(learningOptions), layout(network) {}

std::unique_ptr<Optimizer> StochasticSliceSolver::makeOptimizer() const {
    const StochasticOptions& settings = options.stochastic;
    if (options.optimizer == SliceOptimizer::Sgd)
        return std::make_unique<SgdOptimizer>(layout.getNumParameters(), settings.learningRate, settings.momentum);
    AdamOptions adam;
    adam.learningRate = settings.learningRate;
    return std::make_unique<AdamOptimizer>(layout.getNumParameters(), adam);
}

int StochasticSliceSolver::getFirstAveraged() const {
    const int steps = options.stochastic.steps;
    return std::min(steps - 1, static_cast<int>(std::lround((1.0 - options.stochastic.averagedShare) * steps)));
}

void StochasticSliceSolver::project(NetworkParameters& theta) const {
    for (int i = 0; i < layout.getSize(ParameterFamily::K6); ++i) {
        double& k6 = theta.family(ParameterFamily::K6)[i];
        k6 = std::max(k6, options.getMinimumK6(i));
    }
}

StochasticState StochasticSliceSolver::start(const NetworkParameters& theta) const {
    return {theta, makeOptimizer()->getState(), std::vector<double>(theta.size(), 0.0)};
}

void StochasticSliceSolver::advance(const SliceMeasurements& slice, int lastStep, StochasticState& state) const {
    const StochasticOptions& settings = options.stochastic;
    const std::unique_ptr<Optimizer> optimizer = makeOptimizer();
    optimizer->setState(state.optimizer);
    if (state.theta.size() != layout.getNumParameters() || state.sum.size() != slice.diagonal.size())
        throw std::invalid_argument("StochasticSliceSolver: the state is of " + std::to_string(state.theta.size()) +
                                    " parameters; the network has " + std::to_string(layout.getNumParameters()));
    Minibatches batches(slice.numBlocks, (settings.batchSize + slice.blockSize - 1) / slice.blockSize, settings.seed);
    const std::vector<double> scale = scales(slice.diagonal);
    const int parameters = layout.getNumParameters();
    std::vector<double> psi(parameters);
    for (int step = static_cast<int>(state.optimizer.step); step < std::min(lastStep, settings.steps); ++step) {
        std::vector<double> gradient = slice.gradient(batches.get(step), state.theta);
        for (int a = 0; a < parameters; ++a) {
            psi[a] = scale[a] * state.theta[a];
            gradient[a] = gradient[a] / scale[a] + options.ridge * psi[a];
        }
        optimizer->setLearningRate(settings.getLearningRate(step));
        optimizer->step(gradient.data(), psi.data());
        for (int a = 0; a < parameters; ++a)
            state.theta[a] = psi[a] / scale[a];
        const std::vector<double>& values = state.theta.getValues();
        if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
            throw std::runtime_error("StochasticSliceSolver: at step " + std::to_string(step) +
                                     " parameters are finite no more: a learning rate of " +
                                     show(settings.learningRate) + " is too large, or what was measured has run away");
        project(state.theta);
        if (step >= getFirstAveraged())
            for (int a = 0; a < parameters; ++a)
                state.sum[a] += state.theta[a];
    }
    state.optimizer = optimizer->getState();
}

NetworkParameters StochasticSliceSolver::average(const StochasticState& state) const {
    NetworkParameters mean = state.theta;
    const int count = options.stochastic.steps - getFirstAveraged();
    for (int a = 0; a < mean.size(); ++a)
        mean[a] = state.sum[a] / count;
    project(mean); // a mean of equal numbers may round below them
    return mean;
}

SliceSolution StochasticSliceSolver::judge(const SliceMeasurements& slice, const NetworkParameters& theta) const {
    std::vector<std::size_t> all(slice.numBlocks);
    std::iota(all.begin(), all.end(), std::size_t{0});
    // The right-hand side of the exact solve is the negative gradient at theta = 0: all forces off.
    const NetworkParameters none(layout, std::vector<double>(theta.size(), 0.0));
    const std::vector<double> right = slice.gradient(all, none), gradient = slice.gradient(all, theta);
    const std::vector<double> scale = scales(slice.diagonal);
    const int k6 = layout.getOffset(ParameterFamily::K6);
    SliceSolution solution;
    double residual = 0.0, norm = 0.0;
    for (int a = 0; a < theta.size(); ++a) {
        const double slope = gradient[a] / scale[a] + options.ridge * scale[a] * theta[a];
        const bool isK6 = a >= k6 && a < k6 + layout.getSize(ParameterFamily::K6);
        const bool atBound = isK6 && theta[a] <= options.getMinimumK6(a - k6);
        solution.numAtBound += atBound ? 1 : 0;
        if (!atBound || slope < 0.0) // at its bound, a k_6 may be pulled outwards
            residual += slope * slope;
        norm += right[a] * right[a] / (scale[a] * scale[a]);
    }
    solution.iterations = options.stochastic.steps;
    solution.residual = norm > 0.0 ? std::sqrt(residual / norm) : 0.0;
    solution.converged = solution.residual <= options.tolerance;
    return solution;
}

SliceSolution StochasticSliceSolver::finish(const SliceMeasurements& slice, const StochasticState& state,
                                            NetworkParameters& theta) const {
    theta = average(state);
    return judge(slice, theta);
}

} // namespace OpenMMOscillators
