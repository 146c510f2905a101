#pragma once

#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/learning/DeviceErrors.h"
#include "openmmoscillators/network/CounterNoise.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * A device with errors, around another that may have errors of its own. What is commanded becomes what acts,
 *
 *   theta_a -> (1 + gain_a + drift_a) quantised(theta_a) + offset_a,   but no k_6 below 0,
 *
 * and the force F that acts on an oscillator becomes what is read, sample after sample: first the sensor's memory of
 * the sample before, then gain, offset and noise, then the converter. A dead sensor reads 0.
 *
 *   y = memory y_before + (1 - memory) F,   reading = quantised((1 + gain_i) y + offset_i + noise)
 *
 * Every measured block is a step of the drift. All numbers depend on the seed and on how often was measured.
 */
class ImperfectDevice : public Device {
public:
    /**
     * @param trueDevice  must outlive this one
     * @throws std::invalid_argument if the errors are not valid
     */
    ImperfectDevice(Device& trueDevice, const DeviceErrors& deviceErrors);

    const ParameterLayout& getLayout() const override { return device.getLayout(); }
    void setParameters(const NetworkParameters& theta) override;
    void measure(SampleBlock& block) override;

    /** What acts if theta is commanded, with the drift so far. */
    NetworkParameters getActing(const NetworkParameters& theta) const;
    /** Whether an oscillator's force sensor is dead. @throws std::out_of_range */
    bool isDead(int oscillator) const { return dead.at(oscillator) != 0; }

private:
    void takeDriftStep();
    void read(int oscillator, SampleBlock& block);

    Device& device;
    DeviceErrors errors;
    CounterNoise noise;
    std::uint64_t blocks = 0; // measured so far
    NetworkParameters commanded;
    std::vector<double> gains, offsets, before; // of the sensors
    std::vector<char> dead;
    std::vector<double> commandGains, commandOffsets; // drift is added to the gains
};

} // namespace OpenMMOscillators
