#pragma once

#include "openmmoscillators/learning/LearningOptions.h"
#include "openmmoscillators/learning/LearningReport.h"
#include "openmmoscillators/learning/LocalRule.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"

namespace OpenMMOscillators {

class Device;
class LearningCheckpoint;
class LearningRun;

/** Told about each slice as soon as it is learned; throw to stop the learning. */
class LearningMonitor {
public:
    virtual ~LearningMonitor() = default;
    /** @param numRemaining  slices still to be learned */
    virtual void sliceLearned(const SliceReport& slice, int numRemaining) = 0;
};

/**
 * Learns the protocol theta(t) whose forces are kT times the score of the noised data. At every time of the source, the
 * minimum of the rule's loss (a convex quadratic, with k_6 bounded from below) is found, from the latest time to the
 * earliest, each starting from the result of the one before: exactly (see ExactSliceSolver), which is not local, or as
 * a device could, by local steps from minibatches (see StochasticSliceSolver), as LearningOptions::optimizer says. If
 * LearningOptions::closedLoop is set, a generated population is carried along, and what its local averages lack
 * corrects the slices (see ClosedLoop).
 *
 * To learn: make a source of samples, construct a learner, call learn(), and generate with the protocol's
 * forGeneration(sigma). The report tells how far to trust the result.
 */
class ProtocolLearner {
public:
    /** @throws std::invalid_argument if the options are not valid; the message tells which and why */
    ProtocolLearner(const OscillatorNetwork& learnedNetwork,
                    const LearningOptions& learningOptions = LearningOptions());

    const OscillatorNetwork& getNetwork() const { return network; }
    const LearningOptions& getOptions() const { return options; }
    /** How the last call of learn() went. */
    const LearningReport& getReport() const { return report; }

    /**
     * @param rule     the local rule
     * @param source   the samples to learn from
     * @param heldOut  samples at the same times to validate with, or null
     * @param monitor  told about progress, or null
     * @param checkpoint  goes on from its file and saves the state there, see LearningCheckpoint; or null
     * @return theta at the times of the source
     * @throws std::invalid_argument  if a source is not of this network, does not provide the signals that the rule
     *                                needs, or the held-out times differ
     * @throws RecordingError         if the checkpoint cannot be read or written, or is of other learning
     */
    DrivingProtocol learn(const LocalRule& rule, const SampleSource& source, const SampleSource* heldOut = nullptr,
                          LearningMonitor* monitor = nullptr, LearningCheckpoint* checkpoint = nullptr);

    /**
     * Learn on a device: its parameters are set, noised data imposed on it, and forces measured, or it is let go and
     * watched; nothing else is known of it. With a closed loop it generates the population too. The options must say
     * Adam or Sgd, whose updates are local, and clamp no oscillators.
     * @param source  of the noised data; its forces are not read, and of free evolutions only their number and interval
     * @param device  in a state that a checkpoint brings back
     * @return what was commanded at the times of the source. The report's losses are as measured
     * @throws std::invalid_argument  as learn(), or if the device is of another network or the options say otherwise
     */
    DrivingProtocol learnInPlace(const LocalRule& rule, const SampleSource& source, Device& device,
                                 LearningMonitor* monitor = nullptr, LearningCheckpoint* checkpoint = nullptr);

private:
    DrivingProtocol run(LearningRun& learning, const LocalRule& rule, const SampleSource& source,
                        const SampleSource* heldOut, LearningMonitor* monitor);
    void checkSource(const LocalRule& rule, const SampleSource& source) const;

    OscillatorNetwork network;
    LearningOptions options;
    LearningReport report;
};

} // namespace OpenMMOscillators
