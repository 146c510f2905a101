// The learning room: noising process, sources of samples, local rules, the learner.
%{
#include "openmmoscillators/learning/Confinement.h"
#include "openmmoscillators/learning/ContextDevice.h"
#include "openmmoscillators/learning/ContrastiveDivergence.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/GeneratingDevice.h"
#include "openmmoscillators/learning/ImperfectDevice.h"
#include "openmmoscillators/learning/LearningCheckpoint.h"
#include "openmmoscillators/learning/MemorySource.h"
#include "openmmoscillators/learning/NoisedDataSource.h"
#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/learning/RecordingSource.h"
#include "openmmoscillators/learning/ReversedPath.h"
#include "openmmoscillators/learning/SampleRange.h"
#include "openmmoscillators/learning/StochasticOptions.h"
#include "openmmoscillators/learning/TimeGrid.h"
#include "LearningArrays.h"
#include "SampleAverages.h"
%}

// Noising process
%ignore OpenMMOscillators::NoisingProcess::advance;
%rename(advance) OpenMMOscillators::NoisingProcess::advanceArray;
%thread OpenMMOscillators::NoisingProcess::advanceArray;
%include "openmmoscillators/learning/NoisingProcess.h"
%extend OpenMMOscillators::NoisingProcess {
    /**
     * The exact transition of states over an interval: x -> m x + sqrt(v) epsilon.
     * @param interval  in ps, >= 0
     * @param states    an array (samples, N), in nm
     * @param seed      of the noise
     * @param step      number of the transition: epsilon is new for every step
     * @return the new states, an array (samples, N), in nm
     */
    NumpyArrays::Table<double> advanceArray(double interval, const NumpyArrays::Table<double>& states,
                                            unsigned long long seed, unsigned long long step = 0) const {
        return LearningArrays::advance(*$self, interval, states, seed, step);
    }
}
%rename(uniformInLogNoise) OpenMMOscillators::TimeGrid::uniformInLogNoise;
%include "openmmoscillators/learning/TimeGrid.h"

// Sources of samples
%named_enum(OpenMMOscillators::Motion, OpenMMOscillators::motionFromName, OpenMMOscillators::getMotionName)
%ignore OpenMMOscillators::Motion;
%ignore OpenMMOscillators::getMotionName;
%ignore OpenMMOscillators::motionFromName;
%include "openmmoscillators/learning/Motion.h"
%ignore OpenMMOscillators::SampleSource::read;
%ignore OpenMMOscillators::SampleSource::provides;
%thread OpenMMOscillators::SampleSource::readPositions;
%thread OpenMMOscillators::SampleSource::readForces;
%thread OpenMMOscillators::SampleSource::readInitialPositions;
%include "openmmoscillators/learning/SampleSource.h"
%extend OpenMMOscillators::SampleSource {
    /** Whether the data x_0 that noise was added to are known. */
    bool hasInitialPositions() const { return $self->provides(OpenMMOscillators::Signal::InitialPosition); }
    /** Positions x_t of samples at one time, an array (count, N), in nm. */
    NumpyArrays::Table<float> readPositions(int timeIndex, std::size_t first, std::size_t count) const {
        return LearningArrays::read(*$self, timeIndex, first, count, Signal::Position);
    }
    /** Forces measured on samples at one time, an array (count, N), in kJ/(mol nm). */
    NumpyArrays::Table<float> readForces(int timeIndex, std::size_t first, std::size_t count) const {
        return LearningArrays::read(*$self, timeIndex, first, count, Signal::Force);
    }
    /** The data x_0 that noise was added to, an array (count, N), in nm. */
    NumpyArrays::Table<float> readInitialPositions(int timeIndex, std::size_t first, std::size_t count) const {
        return LearningArrays::read(*$self, timeIndex, first, count, Signal::InitialPosition);
    }
}

%define %source(TYPE)
%ignore OpenMMOscillators::TYPE::read;
%ignore OpenMMOscillators::TYPE::provides;
%ignore OpenMMOscillators::TYPE::getNumOscillators;
%ignore OpenMMOscillators::TYPE::getNumSamples;
%ignore OpenMMOscillators::TYPE::getTimes;
%ignore OpenMMOscillators::TYPE::getProtocol;
%enddef
%source(MemorySource)
%source(NoisedDataSource)
%source(RecordingSource)
%source(SampleRange)

%ignore OpenMMOscillators::MemorySource::addEvolution;
%ignore OpenMMOscillators::MemorySource::setPrevious;
%rename(addEvolution) OpenMMOscillators::MemorySource::addEvolutionArray;
%rename(setPrevious) OpenMMOscillators::MemorySource::setPreviousArray;
%thread OpenMMOscillators::MemorySource::addEvolutionArray;
%thread OpenMMOscillators::MemorySource::setPreviousArray;
%ignore OpenMMOscillators::MemorySource::setInitialPositions;
%ignore OpenMMOscillators::MemorySource::addTime;
%rename(setInitialPositions) OpenMMOscillators::MemorySource::setInitialPositionArray;
%rename(addTime) OpenMMOscillators::MemorySource::addTimeArrays;
%thread OpenMMOscillators::MemorySource::setInitialPositionArray;
%thread OpenMMOscillators::MemorySource::addTimeArrays;
%include "openmmoscillators/learning/MemorySource.h"
%extend OpenMMOscillators::MemorySource {
    /**
     * Set the data that the noise was added to, before the first addTime().
     * @param positions  x_0, an array (samples, N), in nm
     */
    void setInitialPositionArray(const NumpyArrays::Table<double>& positions) {
        LearningArrays::checkColumns(positions, *$self, "MemorySource::setInitialPositions");
        $self->setInitialPositions(positions.values);
    }
    /**
     * Add the samples of one more time.
     * @param time       later than those before, in ps, > 0
     * @param positions  x_t, an array (samples, N), in nm
     * @param forces     the forces measured there, an array (samples, N), in kJ/(mol nm)
     */
    void addTimeArrays(double time, const NumpyArrays::Table<double>& positions,
                       const NumpyArrays::Table<double>& forces) {
        LearningArrays::checkColumns(positions, *$self, "MemorySource::addTime");
        LearningArrays::checkColumns(forces, *$self, "MemorySource::addTime");
        $self->addTime(time, positions.values, forces.values);
    }
    /**
     * Add to the time added last where the network took the samples when it evolved freely, under the protocol that the
     * forces were measured under. May be called again for as many repetitions as there are.
     * @param interval   in ps, > 0, the same for all repetitions
     * @param positions  x', an array (samples, N), in nm
     */
    void addEvolutionArray(double interval, const NumpyArrays::Table<double>& positions) {
        LearningArrays::checkColumns(positions, *$self, "MemorySource::addEvolution");
        $self->addEvolution(interval, positions.values);
    }
    /**
     * Add to the time added last where the samples were one step of the noising process earlier.
     * @param interval   in ps, > 0
     * @param positions  an array (samples, N), in nm
     */
    void setPreviousArray(double interval, const NumpyArrays::Table<double>& positions) {
        LearningArrays::checkColumns(positions, *$self, "MemorySource::setPrevious");
        $self->setPrevious(interval, positions.values);
    }
}

%ignore OpenMMOscillators::NoisedDataSource::NoisedDataSource(
    const OscillatorNetwork& network, const NoisingProcess& noisingProcess, std::vector<double> sampleTimes,
    const std::vector<double>& dataValues, std::size_t sampleCount = 0, std::uint64_t noiseSeed = 0);
%ignore OpenMMOscillators::NoisedDataSource::getData;
%include "openmmoscillators/learning/NoisedDataSource.h"
%extend OpenMMOscillators::NoisedDataSource {
    /**
     * @param network      a network
     * @param process      the noising process
     * @param times        in ps, > 0, strictly increasing
     * @param data         the data x_0, an array (n, N), in nm
     * @param sampleCount  number of samples at each time; 0: one a datum
     * @param noiseSeed    of the noise
     */
    NoisedDataSource(const OpenMMOscillators::OscillatorNetwork& network,
                     const OpenMMOscillators::NoisingProcess& process, const std::vector<double>& times,
                     const NumpyArrays::Table<double>& data, std::size_t sampleCount = 0,
                     unsigned long long noiseSeed = 0) {
        return LearningArrays::makeNoisedDataSource(network, process, times, data, sampleCount, noiseSeed);
    }
}

%thread OpenMMOscillators::RecordingSource::RecordingSource;
%include "openmmoscillators/learning/RecordingSource.h"

%feature("pythonappend") OpenMMOscillators::SampleRange::SampleRange %{
        self._whole = wholeSource
%}
%include "openmmoscillators/learning/SampleRange.h"

// Local rules
%ignore OpenMMOscillators::LocalRule::getSignals;
%ignore OpenMMOscillators::LocalRule::addGradient;
%ignore OpenMMOscillators::LocalRule::sumLoss;
%include "openmmoscillators/learning/LocalRule.h"
%define %rule(TYPE)
%ignore OpenMMOscillators::TYPE::getName;
%ignore OpenMMOscillators::TYPE::getSignals;
%ignore OpenMMOscillators::TYPE::addGradient;
%ignore OpenMMOscillators::TYPE::sumLoss;
%ignore OpenMMOscillators::TYPE::getCurvature;
%enddef
%rule(ForceMatching)
%rule(TargetForceMatching)
%rule(DenoisingForceMatching)
%rule(ContrastiveDivergence)
%rule(ReversedPath)
%include "openmmoscillators/learning/ForceMatching.h"
%include "openmmoscillators/learning/TargetForceMatching.h"
%include "openmmoscillators/learning/DenoisingForceMatching.h"
%include "openmmoscillators/learning/ContrastiveDivergence.h"
%include "openmmoscillators/learning/ReversedPath.h"

// Devices
%ignore OpenMMOscillators::Device::measure;
%ignore OpenMMOscillators::Device::evolve;
%ignore OpenMMOscillators::Device::getState;
%ignore OpenMMOscillators::Device::setState;
%include "openmmoscillators/learning/Device.h"
%ignore OpenMMOscillators::SensorErrors::isValid;
%settings(SensorErrors)
%include "openmmoscillators/learning/SensorErrors.h"
%ignore OpenMMOscillators::DeviceErrors::isValid;
%settings(DeviceErrors)
%include "openmmoscillators/learning/DeviceErrors.h"
%settings_within(DeviceErrors, force)
%settings_within(DeviceErrors, position)
// A device refers to what it was made of, which must live as long.
%define %device(TYPE)
%ignore OpenMMOscillators::TYPE::getLayout;
%ignore OpenMMOscillators::TYPE::setParameters;
%ignore OpenMMOscillators::TYPE::measure;
%ignore OpenMMOscillators::TYPE::evolve;
%ignore OpenMMOscillators::TYPE::getState;
%ignore OpenMMOscillators::TYPE::setState;
%enddef
%device(ContextDevice)
%device(GeneratingDevice)
%device(ImperfectDevice)
%ignore OpenMMOscillators::ImperfectDevice::getForceSensors;
%ignore OpenMMOscillators::ImperfectDevice::getPositionSensors;
%feature("pythonappend") OpenMMOscillators::ContextDevice::ContextDevice %{
        self._parts = (deviceContext, deviceForce)
%}
%feature("pythonappend") OpenMMOscillators::GeneratingDevice::GeneratingDevice %{
        self._parts = trueDevice
%}
%feature("pythonappend") OpenMMOscillators::ImperfectDevice::ImperfectDevice %{
        self._parts = trueDevice
%}
%include "openmmoscillators/learning/ContextDevice.h"
%include "openmmoscillators/learning/GeneratingDevice.h"
%include "openmmoscillators/learning/ImperfectDevice.h"

// Averages over samples
%thread OpenMMOscillators::SampleAverages::SampleAverages;
%thread OpenMMOscillators::SampleAverages::normalProduct;
%thread OpenMMOscillators::SampleAverages::normalDiagonal;
%thread OpenMMOscillators::SampleAverages::gradient;
%include "SampleAverages.h"

// The learner
%named_enum(OpenMMOscillators::SliceOptimizer, OpenMMOscillators::sliceOptimizerFromName,
            OpenMMOscillators::getSliceOptimizerName)
%named_enum(OpenMMOscillators::RateSchedule, OpenMMOscillators::rateScheduleFromName,
            OpenMMOscillators::getRateScheduleName)
%ignore OpenMMOscillators::SliceOptimizer;
%ignore OpenMMOscillators::sliceOptimizerFromName;
%ignore OpenMMOscillators::getSliceOptimizerName;
%ignore OpenMMOscillators::RateSchedule;
%ignore OpenMMOscillators::rateScheduleFromName;
%ignore OpenMMOscillators::getRateScheduleName;
%ignore OpenMMOscillators::StochasticOptions::isValid;
%settings(StochasticOptions)
%include "openmmoscillators/learning/StochasticOptions.h"
%ignore OpenMMOscillators::LearningOptions::isValid;
%naturalvar OpenMMOscillators::LearningOptions::minimumK6OfOscillators;
%naturalvar OpenMMOscillators::FeedbackOptions::clamped;
%settings(LearningOptions)
%settings(FeedbackOptions)
%include "openmmoscillators/learning/LearningOptions.h"
%settings_within(LearningOptions, stochastic)
%settings_within(LearningOptions, feedback)
%ignore OpenMMOscillators::SliceReport;
%ignore OpenMMOscillators::FeedbackReport;
%ignore OpenMMOscillators::LearningReport::slices;
%include "openmmoscillators/learning/LearningReport.h"
%returned_as_copy(OpenMMOscillators::LearningOptions)
%returned_as_copy(OpenMMOscillators::LearningReport)
%ignore OpenMMOscillators::LearningMonitor;
%ignore OpenMMOscillators::LearningCheckpoint::load;
%ignore OpenMMOscillators::LearningCheckpoint::save;
%ignore OpenMMOscillators::LearningCheckpoint::isDue;
%include "openmmoscillators/learning/LearningCheckpoint.h"
%ignore OpenMMOscillators::ProtocolLearner::learn;
%ignore OpenMMOscillators::ProtocolLearner::learnInPlace;
%rename(learnInPlace) OpenMMOscillators::ProtocolLearner::learnInPlaceMonitored;
%thread OpenMMOscillators::ProtocolLearner::learnInPlaceMonitored;
%rename(learn) OpenMMOscillators::ProtocolLearner::learnMonitored;
%thread OpenMMOscillators::ProtocolLearner::learnMonitored;
%include "openmmoscillators/learning/ProtocolLearner.h"
%extend OpenMMOscillators::ProtocolLearner {
    /**
     * @param rule      the local rule
     * @param source    the samples to learn from
     * @param heldOut   samples at the same times to validate with, or None
     * @param progress  called as progress(slice, remaining) after each slice, with a dict of its report and the number of
     *                  slices still to be learned; an exception that it raises ends the learning. Or None
     * @param checkpoint  goes on from its file and saves the state there; or None
     * @return theta at the times of the source
     */
    OpenMMOscillators::DrivingProtocol learnMonitored(const OpenMMOscillators::LocalRule& rule,
                                                      const OpenMMOscillators::SampleSource& source,
                                                      const OpenMMOscillators::SampleSource* heldOut = nullptr,
                                                      PyObject* progress = Py_None,
                                                      OpenMMOscillators::LearningCheckpoint* checkpoint = nullptr) {
        return LearningArrays::learn(*$self, rule, source, heldOut, progress, checkpoint);
    }
    /**
     * Learn on a device: its parameters are set, noised data imposed on it, and forces measured, or it is let go and
     * watched; nothing else is known of it. With a closed loop it generates the population too. The options must say
     * adam or sgd, whose updates are local, and clamp no oscillators.
     * @param source    of the noised data; its forces are not read, and of free evolutions only their number and interval
     * @param device    in a state that a checkpoint brings back
     * @param progress, checkpoint  as in learn()
     * @return what was commanded at the times of the source
     */
    OpenMMOscillators::DrivingProtocol learnInPlaceMonitored(const OpenMMOscillators::LocalRule& rule,
                                                             const OpenMMOscillators::SampleSource& source,
                                                             OpenMMOscillators::Device& device,
                                                             PyObject* progress = Py_None,
                                                             OpenMMOscillators::LearningCheckpoint* checkpoint = nullptr) {
        return LearningArrays::learnInPlace(*$self, rule, source, device, progress, checkpoint);
    }
}

// Confinement
%rename(confinementRadius) OpenMMOscillators::Confinement::radius;
%rename(confinementRadii) OpenMMOscillators::Confinement::radii;
%thread OpenMMOscillators::Confinement::radii;
%include "openmmoscillators/learning/Confinement.h"
