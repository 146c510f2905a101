#include "openmmoscillators/learning/ProtocolLearner.h"

#include "openmmoscillators/learning/ClosedLoop.h"
#include "openmmoscillators/learning/Confinement.h"
#include "openmmoscillators/learning/ExactSliceSolver.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <chrono>
#include <limits>
#include <memory>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

const char* describe(Signal signal) {
    switch (signal) {
    case Signal::Position:
        return "positions";
    case Signal::Force:
        return "measured forces";
    case Signal::InitialPosition:
        return "initial positions (a first frame at t = 0)";
    case Signal::EvolvedPosition:
        return "positions after a free evolution";
    case Signal::PreviousPosition:
        return "positions before a step of the noising process";
    }
    return "";
}

/** Where the first slice starts from: the trap that holds the noise. */
NetworkParameters trap(const OscillatorNetwork& network, const LearningOptions& options) {
    NetworkParameters theta(network);
    theta.fillFamily(ParameterFamily::KLin, 1.0 / (options.sigma * options.sigma));
    for (int i = 0; i < network.getNumOscillators(); ++i)
        theta.set(ParameterFamily::K6, i, options.getMinimumK6(i));
    return theta;
}

NetworkParameters difference(const NetworkParameters& a, const NetworkParameters& b) {
    NetworkParameters result = a;
    for (int k = 0; k < a.size(); ++k)
        result[k] -= b[k];
    return result;
}

/** What learning a protocol needs beside rule and sources; slices are learned from the latest to the earliest. */
class LearningRun {
public:
    LearningRun(const OscillatorNetwork& learnedNetwork, const LearningOptions& learningOptions)
        : network(learnedNetwork), options(learningOptions), process(options.sigma, options.thermalEnergy),
          threads(options.numThreads), arithmetic(network), slice(arithmetic, threads), validation(arithmetic, threads),
          preconditioner(threads), solver(network, options, preconditioner, threads), matched(trap(network, options)) {
        if (options.closedLoop)
            closedLoop = std::make_unique<ClosedLoop>(network, options, preconditioner, arithmetic, threads);
    }

    NetworkParameters learnSlice(const LocalRule& rule, const SampleSource& source, const SampleSource* heldOut,
                                 int timeIndex, SliceReport& entry);

private:
    double validate(const LocalRule& rule, const SampleSource& heldOut, int timeIndex, const NetworkParameters& theta);

    const OscillatorNetwork& network;
    const LearningOptions& options;
    NoisingProcess process;
    ThreadPool threads;
    BatchArithmetic<float> arithmetic;
    SampleSlice slice, validation;
    SchwarzPreconditioner preconditioner; // one for solver and closed loop in turn: the largest thing in memory
    ExactSliceSolver solver;
    NetworkParameters matched; // of the slice before: where the next starts from
    std::unique_ptr<ClosedLoop> closedLoop;
};

NetworkParameters LearningRun::learnSlice(const LocalRule& rule, const SampleSource& source,
                                          const SampleSource* heldOut, int timeIndex, SliceReport& entry) {
    const auto start = std::chrono::steady_clock::now();
    entry.time = source.getTimes()[timeIndex];
    const NoiseLevel level = process.getLevel(entry.time);
    const NetworkParameters reference = source.getProtocol().evaluate(entry.time);
    slice.load(source, timeIndex);
    std::vector<double> gradient = slice.gradient(rule, level);
    for (double& value : gradient)
        value /= rule.getCurvature(level);
    const SliceSolution solution = solver.solve(slice, reference, gradient, matched);
    entry.iterations = solution.iterations;
    entry.residual = solution.residual;
    entry.converged = solution.converged;
    entry.numAtBound = solution.numAtBound;
    NetworkParameters theta = matched;
    if (closedLoop)
        entry.feedback = closedLoop->correct(slice, solver.getMoments(), entry.time, theta);
    slice.changeParameters(difference(theta, reference).data());
    entry.trainingLoss = slice.loss(rule, level, theta.data());
    entry.heldOutLoss =
        heldOut != nullptr ? validate(rule, *heldOut, timeIndex, theta) : std::numeric_limits<double>::quiet_NaN();
    entry.confinementRadius =
        Confinement::radius(network, DrivingProtocol(theta).forGeneration(options.sigma).getSlice(0));
    entry.seconds = secondsSince(start);
    return theta;
}

double LearningRun::validate(const LocalRule& rule, const SampleSource& heldOut, int timeIndex,
                             const NetworkParameters& theta) {
    const double time = heldOut.getTimes()[timeIndex];
    validation.load(heldOut, timeIndex);
    validation.changeParameters(difference(theta, heldOut.getProtocol().evaluate(time)).data());
    return validation.loss(rule, process.getLevel(time), theta.data());
}

} // namespace

ProtocolLearner::ProtocolLearner(const OscillatorNetwork& learnedNetwork, const LearningOptions& learningOptions)
    : network(learnedNetwork), options(learningOptions) {
    std::string why;
    if (!options.isValid(&why))
        throw std::invalid_argument("ProtocolLearner: " + why);
    if (network.getNumOscillators() == 0)
        throw std::invalid_argument("ProtocolLearner: the network has no oscillators");
    const std::size_t oscillators = network.getNumOscillators();
    if (!options.minimumK6OfOscillators.empty() && options.minimumK6OfOscillators.size() != oscillators)
        throw std::invalid_argument("ProtocolLearner: minimumK6OfOscillators holds " +
                                    std::to_string(options.minimumK6OfOscillators.size()) +
                                    " numbers; the network has " + std::to_string(oscillators) + " oscillators");
    for (const int clamped : options.feedback.clamped)
        if (clamped < 0 || clamped >= network.getNumOscillators())
            throw std::invalid_argument("ProtocolLearner: feedback.clamped names oscillator " +
                                        std::to_string(clamped) + "; the network has " + std::to_string(oscillators));
}

void ProtocolLearner::checkSource(const LocalRule& rule, const SampleSource& source) const {
    const ParameterLayout layout(network);
    if (source.getNumOscillators() != network.getNumOscillators())
        throw std::invalid_argument("ProtocolLearner: the samples are of " +
                                    std::to_string(source.getNumOscillators()) + " oscillators; the network has " +
                                    std::to_string(network.getNumOscillators()));
    if (!(source.getProtocol().getLayout() == layout))
        throw std::invalid_argument("ProtocolLearner: the forces were measured under a protocol of " +
                                    std::to_string(source.getProtocol().getNumParameters()) +
                                    " parameters; the network has " + std::to_string(layout.getNumParameters()));
    if (source.getNumSamples() == 0 || source.getTimes().empty())
        throw std::invalid_argument("ProtocolLearner: the source holds no samples");
    if (options.closedLoop && !options.feedback.clamped.empty() && !source.provides(Signal::InitialPosition))
        throw std::invalid_argument("ProtocolLearner: feedback.clamped needs the data of each sample, which the source "
                                    "does not provide");
    for (const Signal signal : rule.getSignals())
        if (!source.provides(signal))
            throw std::invalid_argument(
                "ProtocolLearner: the rule '" + rule.getName() + "' needs " + describe(signal) +
                ", which the source does not provide" +
                (signal == Signal::InitialPosition ? "; the rule 'implicit' learns without them" : ""));
}

DrivingProtocol ProtocolLearner::learn(const LocalRule& rule, const SampleSource& source, const SampleSource* heldOut,
                                       LearningMonitor* monitor) {
    checkSource(rule, source);
    if (heldOut != nullptr) {
        checkSource(rule, *heldOut);
        if (heldOut->getTimes() != source.getTimes())
            throw std::invalid_argument("ProtocolLearner: the held-out samples are at other times than the samples");
    }
    const auto start = std::chrono::steady_clock::now();
    const std::vector<double>& times = source.getTimes();
    LearningReport progress;
    progress.rule = rule.getName();
    progress.closedLoop = options.closedLoop;
    progress.numParameters = network.getNumParameters();
    progress.numSamples = source.getNumSamples();
    progress.numHeldOut = heldOut != nullptr ? heldOut->getNumSamples() : 0;
    progress.slices.resize(times.size());
    LearningRun run(network, options);
    std::vector<NetworkParameters> learned(times.size());
    for (int k = static_cast<int>(times.size()) - 1; k >= 0; --k) {
        learned[k] = run.learnSlice(rule, source, heldOut, k, progress.slices[k]);
        if (monitor != nullptr)
            monitor->sliceLearned(progress.slices[k], k);
    }
    progress.seconds = secondsSince(start);
    report = progress;
    return DrivingProtocol(times, learned);
}

} // namespace OpenMMOscillators
