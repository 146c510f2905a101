#pragma once

#include "NumpyArrays.h"
#include "PythonMonitor.h"
#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/learning/LearningCheckpoint.h"
#include "openmmoscillators/learning/NoisedDataSource.h"
#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/CounterNoise.h"

/** Samples as Python sees them: arrays of shape (samples, oscillators). */
namespace LearningArrays {

using NumpyArrays::Table;
using OpenMMOscillators::AlignedVector;
using OpenMMOscillators::NoisedDataSource;
using OpenMMOscillators::NoisingProcess;
using OpenMMOscillators::SampleBlock;
using OpenMMOscillators::SampleSource;
using OpenMMOscillators::Signal;

inline void checkColumns(const Table<double>& table, const SampleSource& source, const std::string& caller) {
    checkShape(table, static_cast<int>(table.rows), source.getNumOscillators(), caller);
}

inline Table<double> advance(const NoisingProcess& process, double interval, const Table<double>& states,
                             unsigned long long seed, unsigned long long step) {
    const auto count = static_cast<std::size_t>(states.rows);
    const std::size_t stride = OpenMMOscillators::batchStride(count);
    AlignedVector<float> batch(stride * states.columns);
    for (npy_intp i = 0; i < states.columns; ++i)
        for (std::size_t sample = 0; sample < count; ++sample)
            batch[i * stride + sample] = static_cast<float>(states.values[sample * states.columns + i]);
    process.advance(interval, OpenMMOscillators::CounterNoise(seed), step, 0, batch.data(),
                    static_cast<int>(states.columns), count, stride);
    std::vector<double> values(states.values.size());
    for (npy_intp i = 0; i < states.columns; ++i)
        for (std::size_t sample = 0; sample < count; ++sample)
            values[sample * states.columns + i] = batch[i * stride + sample];
    return {std::move(values), states.rows, states.columns};
}

inline const AlignedVector<float>& getSignal(const SampleBlock& block, Signal signal) {
    switch (signal) {
    case Signal::Position:
        return block.position;
    case Signal::Force:
        return block.force;
    default:
        return block.initialPosition;
    }
}

inline Table<float> read(const SampleSource& source, int timeIndex, std::size_t first, std::size_t count,
                         Signal signal) {
    if (!source.provides(signal))
        throw std::invalid_argument("SampleSource: this source does not provide what was asked for");
    SampleBlock block;
    source.read(timeIndex, first, count, block);
    const AlignedVector<float>& batch = getSignal(block, signal);
    const auto numOscillators = static_cast<std::size_t>(source.getNumOscillators());
    std::vector<float> values(count * numOscillators);
    for (std::size_t i = 0; i < numOscillators; ++i)
        for (std::size_t sample = 0; sample < count; ++sample)
            values[sample * numOscillators + i] = batch[i * block.stride + sample];
    return {std::move(values), static_cast<npy_intp>(count), static_cast<npy_intp>(numOscillators)};
}

inline NoisedDataSource* makeNoisedDataSource(const OpenMMOscillators::OscillatorNetwork& network,
                                              const NoisingProcess& process, const std::vector<double>& times,
                                              const Table<double>& data, std::size_t sampleCount,
                                              unsigned long long noiseSeed) {
    checkShape(data, static_cast<int>(data.rows), network.getNumOscillators(), "NoisedDataSource");
    return new NoisedDataSource(network, process, times, data.values, sampleCount, noiseSeed); // Python owns it
}

inline OpenMMOscillators::DrivingProtocol learn(OpenMMOscillators::ProtocolLearner& learner,
                                                const OpenMMOscillators::LocalRule& rule, const SampleSource& source,
                                                const SampleSource* heldOut, PyObject* progress,
                                                OpenMMOscillators::LearningCheckpoint* checkpoint) {
    if (progress == Py_None)
        return learner.learn(rule, source, heldOut, nullptr, checkpoint);
    PythonMonitor monitor(progress);
    return learner.learn(rule, source, heldOut, &monitor, checkpoint);
}

inline OpenMMOscillators::DrivingProtocol learnInPlace(OpenMMOscillators::ProtocolLearner& learner,
                                                       const OpenMMOscillators::LocalRule& rule,
                                                       const SampleSource& source, OpenMMOscillators::Device& device,
                                                       PyObject* progress,
                                                       OpenMMOscillators::LearningCheckpoint* checkpoint) {
    if (progress == Py_None)
        return learner.learnInPlace(rule, source, device, nullptr, checkpoint);
    PythonMonitor monitor(progress);
    return learner.learnInPlace(rule, source, device, &monitor, checkpoint);
}

} // namespace LearningArrays
