#include "openmmoscillators/learning/ClosedLoop.h"

#include "openmmoscillators/learning/ConjugateGradient.h"
#include "openmmoscillators/learning/InPlaceLoop.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/learning/SgdOptimizer.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

// Shares of the correction that are tried, in this order, before it is given up. They reach far down, so that a gain
// that is hundreds of times too large does no harm.
constexpr double triedShares[] = {1.0, 1.0 / 4, 1.0 / 16, 1.0 / 64, 1.0 / 256};
// The farthest that times lie apart, in log noise, for the gain to be used in full with an exact solve. A correction
// acts until the next time: it removes, to first order, the gain times this distance of a mismatch, and what is carried
// over as much again a few times. On coarser grids the same gain overshoots, but not with local steps, which end early.
constexpr double farthestTimes = 0.5;
// A sample has left the region of the data where an |x_i| is larger than the data's largest by this factor.
constexpr double leavingFactor = 1.5;

/**
 * How far from 0 the region of the data reaches along every oscillator. Visible oscillators share one radius, as some
 * hardly move; latent ones have their own, as each carries a code of its own scale.
 */
std::vector<double> regionOf(const SampleSlice& slice, const OscillatorNetwork& network) {
    std::vector<double> radii(network.getNumOscillators(), 0.0);
    double visible = 0.0;
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        double& radius = network.getOscillatorRole(i) == OscillatorRole::Visible ? visible : radii[i];
        for (const SampleBlock& block : slice.getBlocks())
            for (std::size_t s = 0; s < block.count; ++s)
                radius = std::max(radius, leavingFactor * std::abs(block.position[i * block.stride + s]));
    }
    for (int i = 0; i < network.getNumOscillators(); ++i)
        if (network.getOscillatorRole(i) == OscillatorRole::Visible)
            radii[i] = visible;
    return radii;
}

} // namespace

/** The data at one time, and what the loop compares the population with. */
struct ClosedLoop::Target {
    const SampleSlice& data;
    double time;
    NetworkParameters matched;
    std::vector<double> energyTerms, diagonal;
    std::vector<double> radii; // beyond which a sample has left the region of the data, in nm
};

/** The population at the target's time under some theta, and how it differs from the data. */
struct ClosedLoop::Trial {
    NetworkParameters theta;
    GeneratedPopulation::State state;
    std::vector<double> error;
    double share = 0.0, mismatch = 0.0, escapedShare = 0.0;
};

ClosedLoop::ClosedLoop(const OscillatorNetwork& generatedNetwork, const LearningOptions& learningOptions,
                       SchwarzPreconditioner& blockPreconditioner, const BatchArithmetic<float>& batchArithmetic,
                       ThreadPool& threadPool)
    : network(generatedNetwork), options(learningOptions), preconditioner(blockPreconditioner),
      arithmetic(batchArithmetic), threads(threadPool), process(options.sigma, options.thermalEnergy),
      population(generatedNetwork, process, options.feedback.populationSize,
                 static_cast<std::uint64_t>(options.feedback.seed), threadPool) {
    last.correction.assign(generatedNetwork.getNumParameters(), 0.0);
    last.direction = last.correction;
}

void ClosedLoop::setState(State state) {
    population.check(state.population);
    if (state.correction.size() != last.correction.size() || state.direction.size() != last.direction.size() ||
        state.theta.size() != static_cast<int>(last.direction.size()))
        throw std::invalid_argument("ClosedLoop::setState: the state is of " + std::to_string(state.theta.size()) +
                                    " parameters; the network has " + std::to_string(last.direction.size()));
    last = std::move(state);
}

double ClosedLoop::logNoise(double time) const {
    const double exponent = 2.0 * time / (process.getSigma() * process.getSigma());
    return exponent + std::log1p(-std::exp(-exponent)); // which overflows at no time
}

NetworkParameters ClosedLoop::corrected(const NetworkParameters& matched, double time, double share) const {
    const double noise = process.getVariance(time) / process.getStationaryVariance();
    const double lastNoise = process.getVariance(last.time) / process.getStationaryVariance();
    const double distance = logNoise(last.time) - logNoise(time);
    const double gain = options.feedback.gain * (isLocal() ? 1.0 : std::min(1.0, farthestTimes / distance));
    NetworkParameters theta = matched;
    for (int a = 0; a < theta.size(); ++a)
        theta[a] +=
            share / noise * (gain * last.direction[a] + options.feedback.carryOver * lastNoise * last.correction[a]);
    for (int i = 0; i < theta.getLayout().getSize(ParameterFamily::K6); ++i) {
        double& k6 = theta.family(ParameterFamily::K6)[i];
        k6 = std::max(k6, options.getMinimumK6(i));
    }
    return theta;
}

ClosedLoop::Trial ClosedLoop::measure(const Target& target, GeneratedPopulation::State state) const {
    Trial trial;
    const std::size_t escaped = population.putBack(last.population, target.radii, state);
    trial.escapedShare = static_cast<double>(escaped) / static_cast<double>(population.getNumSamples());
    SampleSlice generated(arithmetic, threads);
    generated.assign(population.getBlocks(state, arithmetic.getBlockSize()));
    trial.state = std::move(state);
    trial.error = generated.energyTerms();
    for (std::size_t a = 0; a < trial.error.size(); ++a)
        trial.error[a] -= target.energyTerms[a];
    const std::vector<double> removed = approximateSolution(target, trial.error);
    const double largestRadius = *std::max_element(target.radii.begin(), target.radii.end());
    trial.mismatch = std::inner_product(removed.begin(), removed.end(), trial.error.begin(), 0.0) +
                     trial.escapedShare * largestRadius * largestRadius;
    return trial;
}

GeneratedPopulation::State ClosedLoop::generate(double time, const NetworkParameters& theta) const {
    if (onDevice != nullptr)
        return onDevice->generate(population, arithmetic.getBlockSize(), time, theta);
    if (last.time == 0.0)
        return population.start();
    return population.carry(last.population, {last.time, time, last.theta, theta}, options.feedback.stepsPerSlice);
}

ClosedLoop::Trial ClosedLoop::attempt(const Target& target, double share) const {
    const NetworkParameters theta = corrected(target.matched, target.time, share);
    Trial trial = measure(target, generate(target.time, theta));
    trial.theta = theta;
    trial.share = share;
    return trial;
}

std::vector<double> ClosedLoop::approximateSolution(const Target& target, const std::vector<double>& error) const {
    std::vector<double> solution(error.size());
    if (isLocal())
        std::transform(error.begin(), error.end(), target.diagonal.begin(), solution.begin(), std::divides<>());
    else
        preconditioner.apply(error.data(), solution.data());
    return solution;
}

void ClosedLoop::applyMetric(const Target& target, const double* delta, double* product) const {
    if (onDevice != nullptr)
        onDevice->multiply(delta, product);
    else
        target.data.multiply(delta, product);
    for (std::size_t a = 0; a < target.diagonal.size(); ++a)
        product[a] += options.feedback.ridge * target.diagonal[a] * delta[a];
}

std::vector<double> ClosedLoop::findDirectionLocally(const Target& target, const std::vector<double>& error) const {
    SgdOptimizer optimizer(static_cast<int>(error.size()), options.feedback.localRate, options.stochastic.momentum);
    std::vector<double> delta(error.size(), 0.0), gradient(error.size());
    for (int k = 0; k < options.feedback.iterations; ++k) {
        applyMetric(target, delta.data(), gradient.data());
        for (std::size_t a = 0; a < error.size(); ++a)
            gradient[a] = (gradient[a] - error[a]) / target.diagonal[a];
        optimizer.step(gradient.data(), delta.data());
    }
    return delta;
}

std::vector<double> ClosedLoop::findDirection(const Target& target, const std::vector<double>& error) const {
    if (isLocal())
        return findDirectionLocally(target, error);
    const ConjugateGradient solver([&](const double* in, double* out) { applyMetric(target, in, out); },
                                   [&](const double* in, double* out) { preconditioner.apply(in, out); },
                                   target.diagonal);
    LinearState state{std::vector<double>(error.size(), 0.0), error};
    const std::vector<char> isFree(error.size(), 1);
    solver.solve(state, isFree, 0.0, options.feedback.iterations);
    return state.theta;
}

FeedbackReport ClosedLoop::correct(const SampleSlice& data, const LocalMoments& moments, double time,
                                   NetworkParameters& theta) {
    const Target target{data, time, theta, data.energyTerms(), data.diagonal(), regionOf(data, network)};
    if (!isLocal())
        preconditioner.factorise(moments, std::vector<char>(theta.size(), 1), options.feedback.ridge);
    if (!options.feedback.clamped.empty() && !population.isClamped())
        population.clamp(options.feedback.clamped, data.getBlocks(), time);
    FeedbackReport report;
    Trial kept;
    if (last.time == 0.0) {
        last.population = generate(time, theta);
        kept = measure(target, last.population);
        kept.theta = theta;
        report.uncorrectedMismatch = kept.mismatch;
    } else {
        kept = attempt(target, 0.0);
        report.uncorrectedMismatch = kept.mismatch;
        for (const double share : triedShares) {
            Trial trial = attempt(target, share);
            if (trial.mismatch < kept.mismatch) {
                kept = std::move(trial);
                break;
            }
        }
    }
    for (int a = 0; a < theta.size(); ++a)
        last.correction[a] = kept.theta[a] - theta[a];
    last.direction = findDirection(target, kept.error);
    report.share = kept.share;
    report.mismatch = kept.mismatch;
    report.escapedShare = kept.escapedShare;
    theta = last.theta = kept.theta;
    last.population = std::move(kept.state);
    last.time = time;
    return report;
}

} // namespace OpenMMOscillators
