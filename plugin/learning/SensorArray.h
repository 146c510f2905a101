#pragma once

#include "openmmoscillators/learning/SensorErrors.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/CounterNoise.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * Sensors of one kind, one an oscillator. What is there becomes what is read, one reading after the other: first the
 * sensor's memory of the reading before, then gain, offset and noise, then the converter. A dead sensor reads 0.
 *
 *   y = memory y_before + (1 - memory) x,   reading = quantised((1 + gain_i) y + offset_i + noise)
 */
class SensorArray {
public:
    /**
     * @param errors  must be valid
     * @param stream  first of the random streams of the sensors: they take numSensors + 3
     */
    SensorArray(const SensorErrors& sensorErrors, int numSensors, const CounterNoise& sensorNoise,
                std::uint32_t firstStream);

    /**
     * Replace values, [oscillator * stride + sample], by readings of them. Of every sample the signals are read in
     * their order.
     */
    void read(const std::vector<AlignedVector<float>*>& signals, std::size_t count, std::size_t stride);
    /** Whether a sensor is dead. @throws std::out_of_range */
    bool isDead(int oscillator) const { return dead.at(oscillator) != 0; }

    /** All that later readings depend on: N + 1 numbers. */
    std::vector<double> getState() const;
    /** @throws std::invalid_argument unless there are as many numbers as in getState() */
    void setState(const std::vector<double>& state);

private:
    enum Stream : std::uint32_t { Gain, Offset, Dead, Reading };

    SensorErrors errors;
    CounterNoise noise;
    std::uint32_t streams;
    std::uint64_t numRead = 0; // signals
    std::vector<double> gains, offsets, before;
    std::vector<char> dead;
};

} // namespace OpenMMOscillators
