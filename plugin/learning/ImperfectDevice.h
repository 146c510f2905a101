#pragma once

#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/learning/DeviceErrors.h"
#include "openmmoscillators/learning/SensorArray.h"
#include "openmmoscillators/network/CounterNoise.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * A device with errors, around another that may have errors of its own. What is commanded becomes what acts,
 *
 *   theta_a -> (1 + gain_a + drift_a) quantised(theta_a) + offset_a,   but no k_6 below 0,
 *
 * at every time of a protocol; and forces and positions become what sensors read of them, see SensorArray. Positions
 * are imposed exactly.
 *
 * Every block that is measured or let go is a step of the drift. All numbers depend on the seed and on how often was
 * measured.
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
    void evolve(SampleBlock& block, const DrivingProtocol& commanded) override;
    std::vector<double> getState() const override;
    void setState(const std::vector<double>& state) override;

    /** What acts if theta is commanded, with the drift so far. */
    NetworkParameters getActing(const NetworkParameters& theta) const;
    const SensorArray& getForceSensors() const { return forceSensors; }
    const SensorArray& getPositionSensors() const { return positionSensors; }

private:
    void takeDriftStep();

    Device& device;
    DeviceErrors errors;
    CounterNoise noise;
    std::uint64_t blocks = 0; // measured or let go so far
    NetworkParameters commanded;
    SensorArray forceSensors, positionSensors;
    std::vector<double> commandGains, commandOffsets; // drift is added to the gains
};

} // namespace OpenMMOscillators
