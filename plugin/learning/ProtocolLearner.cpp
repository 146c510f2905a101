#include "openmmoscillators/learning/ProtocolLearner.h"

#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/learning/LearningRun.h"
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

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
                                       LearningMonitor* monitor, LearningCheckpoint* checkpoint) {
    checkSource(rule, source);
    if (heldOut != nullptr) {
        checkSource(rule, *heldOut);
        if (heldOut->getTimes() != source.getTimes())
            throw std::invalid_argument("ProtocolLearner: the held-out samples are at other times than the samples");
    }
    LearningRun learning(network, options);
    if (checkpoint != nullptr)
        learning.keepIn(*checkpoint);
    return run(learning, rule, source, heldOut, monitor);
}

DrivingProtocol ProtocolLearner::learnInPlace(const LocalRule& rule, const SampleSource& source, Device& device,
                                              LearningMonitor* monitor, LearningCheckpoint* checkpoint) {
    checkSource(rule, source);
    if (options.optimizer == SliceOptimizer::Exact)
        throw std::invalid_argument("ProtocolLearner::learnInPlace: the options say an exact solve; on a device, adam "
                                    "or sgd are needed");
    if (!options.feedback.clamped.empty())
        throw std::invalid_argument("ProtocolLearner::learnInPlace: feedback.clamped names oscillators; on a device, "
                                    "all are generated");
    if (!(device.getLayout() == ParameterLayout(network)))
        throw std::invalid_argument("ProtocolLearner::learnInPlace: the device has " +
                                    std::to_string(device.getLayout().getNumParameters()) +
                                    " parameters; the network has " + std::to_string(network.getNumParameters()));
    LearningRun learning(network, options);
    learning.learnOn(device);
    if (checkpoint != nullptr)
        learning.keepIn(*checkpoint);
    return run(learning, rule, source, nullptr, monitor);
}

DrivingProtocol ProtocolLearner::run(LearningRun& learning, const LocalRule& rule, const SampleSource& source,
                                     const SampleSource* heldOut, LearningMonitor* monitor) {
    const std::vector<double>& times = source.getTimes();
    const LearningState& state = learning.getState();
    for (int k = static_cast<int>(times.size() - state.learned.size()) - 1; k >= 0; --k) {
        learning.learnSlice(rule, source, heldOut, k);
        if (monitor != nullptr)
            monitor->sliceLearned(state.reports.back(), k);
    }
    report = LearningReport();
    report.rule = rule.getName();
    report.optimizer = options.optimizer;
    report.closedLoop = options.closedLoop;
    report.numParameters = network.getNumParameters();
    report.numSamples = source.getNumSamples();
    report.numHeldOut = heldOut != nullptr ? heldOut->getNumSamples() : 0;
    report.seconds = state.seconds;
    report.slices.assign(state.reports.rbegin(), state.reports.rend());
    return DrivingProtocol(times, {state.learned.rbegin(), state.learned.rend()});
}

} // namespace OpenMMOscillators
