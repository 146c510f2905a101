#pragma once

#include "openmmoscillators/learning/ClosedLoop.h"
#include "openmmoscillators/learning/ExactSliceSolver.h"
#include "openmmoscillators/learning/InPlaceLoop.h"
#include "openmmoscillators/learning/LearningCheckpoint.h"
#include "openmmoscillators/learning/LearningOptions.h"
#include "openmmoscillators/learning/LearningReport.h"
#include "openmmoscillators/learning/LocalRule.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/learning/StochasticSliceSolver.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <memory>
#include <optional>

namespace OpenMMOscillators {

class Device;

/** The learning of a protocol slice by slice, from the latest to the earliest: the work of ProtocolLearner. */
class LearningRun {
public:
    /** Network and options must outlive it. */
    LearningRun(const OscillatorNetwork& learnedNetwork, const LearningOptions& learningOptions);

    /** What has been learned so far. */
    const LearningState& getState() const { return state; }
    /** Go on from a checkpoint's state, if it has one, and save the state there from now on. */
    void keepIn(LearningCheckpoint& checkpointFile);
    /** Measure, and generate, on a device from now on. To be called before keepIn(). */
    void learnOn(Device& measuredDevice);
    /**
     * Learn the slice that comes next and add it to the state.
     * @param heldOut  samples to validate with, or null
     */
    void learnSlice(const LocalRule& rule, const SampleSource& source, const SampleSource* heldOut, int timeIndex);

private:
    SliceSolution solveExactly(const LocalRule& rule, const NoiseLevel& level, const NetworkParameters& reference);
    SliceSolution solveLocally(const LocalRule& rule, const NoiseLevel& level, const NetworkParameters& reference);
    SampleSlice measured(SampleSlice samples, const LocalRule& rule, const NetworkParameters& theta) const;
    void correct(const LocalRule& rule, const NoiseLevel& level, SliceReport& entry, NetworkParameters& theta);
    void save();
    double validate(const LocalRule& rule, const SampleSource& heldOut, int timeIndex, const NetworkParameters& theta);

    const OscillatorNetwork& network;
    const LearningOptions& options;
    NoisingProcess process;
    ThreadPool threads;
    BatchArithmetic<float> arithmetic;
    SampleSlice slice, validation;
    SchwarzPreconditioner preconditioner; // one for solver and closed loop in turn: the largest thing in memory
    ExactSliceSolver exactSolver;
    StochasticSliceSolver stochasticSolver;
    std::unique_ptr<ClosedLoop> closedLoop;
    LearningState state;
    LearningCheckpoint* checkpoint = nullptr;
    Device* device = nullptr;
    std::optional<InPlaceLoop> deviceLoop;
};

} // namespace OpenMMOscillators
