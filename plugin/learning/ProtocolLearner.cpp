#include "openmmoscillators/learning/ProtocolLearner.h"

#include "openmmoscillators/learning/Confinement.h"
#include "openmmoscillators/learning/ExactSliceSolver.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/ThreadPool.h"
#include <chrono>
#include <limits>
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
    }
    return "";
}

/** Where the first slice starts from: the trap that holds the noise. */
NetworkParameters trap(const OscillatorNetwork& network, const LearningOptions& options) {
    NetworkParameters theta(network);
    theta.fillFamily(ParameterFamily::KLin, 1.0 / (options.sigma * options.sigma));
    theta.fillFamily(ParameterFamily::K6, options.minimumK6);
    return theta;
}

NetworkParameters difference(const NetworkParameters& a, const NetworkParameters& b) {
    NetworkParameters result = a;
    for (int k = 0; k < a.size(); ++k)
        result[k] -= b[k];
    return result;
}

} // namespace

ProtocolLearner::ProtocolLearner(const OscillatorNetwork& learnedNetwork, const LearningOptions& learningOptions)
    : network(learnedNetwork), options(learningOptions) {
    std::string why;
    if (!options.isValid(&why))
        throw std::invalid_argument("ProtocolLearner: " + why);
    if (network.getNumOscillators() == 0)
        throw std::invalid_argument("ProtocolLearner: the network has no oscillators");
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
    ThreadPool threads(options.numThreads);
    const BatchArithmetic<float> arithmetic(network);
    ExactSliceSolver solver(network, options, threads);
    SampleSlice slice(arithmetic, threads), validation(arithmetic, threads);
    const NoisingProcess process(options.sigma, options.thermalEnergy);
    const std::vector<double>& times = source.getTimes();

    LearningReport progress;
    progress.rule = rule.getName();
    progress.numParameters = network.getNumParameters();
    progress.numSamples = source.getNumSamples();
    progress.numHeldOut = heldOut != nullptr ? heldOut->getNumSamples() : 0;
    progress.slices.resize(times.size());
    std::vector<NetworkParameters> learned(times.size());
    NetworkParameters theta = trap(network, options);
    for (int k = static_cast<int>(times.size()) - 1; k >= 0; --k) {
        const auto sliceStart = std::chrono::steady_clock::now();
        const NoiseLevel level = process.getLevel(times[k]);
        const NetworkParameters reference = source.getProtocol().evaluate(times[k]);
        slice.load(source, k);
        std::vector<double> gradient = slice.gradient(rule, level);
        for (double& value : gradient)
            value /= rule.getCurvature(level);
        const SliceSolution solution = solver.solve(slice, reference, gradient, theta);
        learned[k] = theta;

        SliceReport& entry = progress.slices[k];
        entry.time = times[k];
        entry.iterations = solution.iterations;
        entry.residual = solution.residual;
        entry.converged = solution.converged;
        entry.numAtBound = solution.numAtBound;
        slice.changeParameters(difference(theta, reference).data());
        entry.trainingLoss = slice.loss(rule, level, theta.data());
        entry.heldOutLoss = std::numeric_limits<double>::quiet_NaN();
        if (heldOut != nullptr) {
            validation.load(*heldOut, k);
            validation.changeParameters(difference(theta, heldOut->getProtocol().evaluate(times[k])).data());
            entry.heldOutLoss = validation.loss(rule, level, theta.data());
        }
        entry.confinementRadius =
            Confinement::radius(network, DrivingProtocol(theta).forGeneration(options.sigma).getSlice(0));
        entry.seconds = secondsSince(sliceStart);
        if (monitor != nullptr)
            monitor->sliceLearned(entry, k);
    }
    progress.seconds = secondsSince(start);
    report = progress;
    return DrivingProtocol(times, learned);
}

} // namespace OpenMMOscillators
