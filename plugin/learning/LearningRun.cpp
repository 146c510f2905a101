#include "openmmoscillators/learning/LearningRun.h"

#include "openmmoscillators/learning/Confinement.h"
#include "openmmoscillators/learning/Device.h"
#include <chrono>
#include <limits>
#include <utility>

namespace OpenMMOscillators {

namespace {

/** Where the first slice starts from: the trap that holds the noise. */
NetworkParameters trap(const OscillatorNetwork& network, const LearningOptions& options) {
    NetworkParameters theta(network);
    theta.fillFamily(ParameterFamily::KLin, 1.0 / (options.sigma * options.sigma));
    for (int i = 0; i < network.getNumOscillators(); ++i)
        theta.set(ParameterFamily::K6, i, options.getMinimumK6(i));
    return theta;
}

// Local steps after which it is seen whether a checkpoint is due.
constexpr int stepsBetweenChecks = 50;

NetworkParameters difference(const NetworkParameters& a, const NetworkParameters& b) {
    NetworkParameters result = a;
    for (int k = 0; k < a.size(); ++k)
        result[k] -= b[k];
    return result;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

LearningRun::LearningRun(const OscillatorNetwork& learnedNetwork, const LearningOptions& learningOptions)
    : network(learnedNetwork), options(learningOptions), process(options.sigma, options.thermalEnergy),
      threads(options.numThreads), arithmetic(network), slice(arithmetic, threads), validation(arithmetic, threads),
      preconditioner(threads), exactSolver(network, options, preconditioner, threads),
      stochasticSolver(network, options) {
    state.matched = trap(network, options);
    if (options.closedLoop)
        closedLoop = std::make_unique<ClosedLoop>(network, options, preconditioner, arithmetic, threads);
}

void LearningRun::keepIn(LearningCheckpoint& checkpointFile) {
    checkpoint = &checkpointFile;
    std::optional<LearningState> saved = checkpoint->load(network);
    if (!saved)
        return;
    state = std::move(*saved);
    if (closedLoop && state.loop.time > 0.0)
        closedLoop->setState(state.loop);
    if (device == nullptr)
        return;
    device->setState(state.device);
    for (std::size_t k = 0; k < state.learned.size(); ++k)
        deviceLoop->addSlice(state.reports[k].time, state.learned[k]);
}

void LearningRun::learnOn(Device& measuredDevice) {
    device = &measuredDevice;
    deviceLoop.emplace(measuredDevice, options.sigma);
    if (closedLoop)
        closedLoop->runOn(*deviceLoop);
}

void LearningRun::save() {
    if (closedLoop)
        state.loop = closedLoop->getState();
    if (device != nullptr)
        state.device = device->getState();
    checkpoint->save(state);
}

SampleSlice LearningRun::measured(SampleSlice samples, const LocalRule& rule, const NetworkParameters& theta) const {
    samples.measure(*device, theta, rule);
    return samples;
}

SliceSolution LearningRun::solveExactly(const LocalRule& rule, const NoiseLevel& level,
                                        const NetworkParameters& reference) {
    std::vector<double> gradient = slice.gradient(rule, level);
    for (double& value : gradient)
        value /= rule.getCurvature(level);
    return exactSolver.solve(slice, reference, gradient, state.matched);
}

SliceSolution LearningRun::solveLocally(const LocalRule& rule, const NoiseLevel& level,
                                        const NetworkParameters& reference) {
    SliceMeasurements measurements{slice.getBlocks().size(), slice.getBlocks().front().count, slice.diagonal(), {}};
    for (double& value : measurements.diagonal)
        value *= rule.getCurvature(level);
    measurements.gradient = [&](const std::vector<std::size_t>& blocks, const NetworkParameters& theta) {
        if (device == nullptr)
            return slice.select(blocks).gradient(rule, level, difference(theta, reference).data());
        return measured(slice.select(blocks), rule, theta).gradient(rule, level);
    };
    if (!state.stochastic)
        state.stochastic = stochasticSolver.start(state.matched);
    while (state.stochastic->optimizer.step < options.stochastic.steps) {
        const auto step = static_cast<int>(state.stochastic->optimizer.step);
        stochasticSolver.advance(measurements, step + stepsBetweenChecks, *state.stochastic);
        if (checkpoint != nullptr && checkpoint->isDue())
            save();
    }
    const SliceSolution solution = stochasticSolver.finish(measurements, *state.stochastic, state.matched);
    state.stochastic.reset();
    return solution;
}

void LearningRun::learnSlice(const LocalRule& rule, const SampleSource& source, const SampleSource* heldOut,
                             int timeIndex) {
    const auto start = std::chrono::steady_clock::now();
    SliceReport entry;
    entry.time = source.getTimes()[timeIndex];
    const NoiseLevel level = process.getLevel(entry.time);
    const NetworkParameters reference = source.getProtocol().evaluate(entry.time);
    slice.load(source, timeIndex);
    const SliceSolution solution = options.optimizer == SliceOptimizer::Exact ? solveExactly(rule, level, reference)
                                                                              : solveLocally(rule, level, reference);
    entry.iterations = solution.iterations;
    entry.residual = solution.residual;
    entry.converged = solution.converged;
    entry.numAtBound = solution.numAtBound;
    NetworkParameters theta = state.matched;
    if (closedLoop)
        correct(rule, level, entry, theta);
    if (device == nullptr)
        slice.changeParameters(difference(theta, reference).data());
    else
        slice.measure(*device, theta, rule);
    entry.trainingLoss = slice.loss(rule, level, theta.data());
    entry.heldOutLoss =
        heldOut != nullptr ? validate(rule, *heldOut, timeIndex, theta) : std::numeric_limits<double>::quiet_NaN();
    entry.confinementRadius =
        Confinement::radius(network, DrivingProtocol(theta).forGeneration(options.sigma).getSlice(0));
    entry.seconds = secondsSince(start);
    state.learned.push_back(theta);
    state.reports.push_back(entry);
    state.seconds += entry.seconds;
    if (device != nullptr)
        deviceLoop->addSlice(entry.time, theta);
    if (checkpoint != nullptr)
        save();
}

void LearningRun::correct(const LocalRule& rule, const NoiseLevel& level, SliceReport& entry,
                          NetworkParameters& theta) {
    const SampleSlice& data = device == nullptr ? slice : deviceLoop->readData(slice, rule, level, theta);
    entry.feedback = closedLoop->correct(data, exactSolver.getMoments(), entry.time, theta);
}

double LearningRun::validate(const LocalRule& rule, const SampleSource& heldOut, int timeIndex,
                             const NetworkParameters& theta) {
    const double time = heldOut.getTimes()[timeIndex];
    validation.load(heldOut, timeIndex);
    validation.changeParameters(difference(theta, heldOut.getProtocol().evaluate(time)).data());
    return validation.loss(rule, process.getLevel(time), theta.data());
}

} // namespace OpenMMOscillators
