#pragma once

#include "openmmoscillators/learning/Device.h"

namespace OpenMMOscillators {

/**
 * A device that is measured as it will be driven: in generation U_rev = 2 U - x^2 / (2 sigma^2) acts, so theta is
 * commanded as 2 theta - trap, and the force of U is read from that of U_rev, F = (F_rev - x / sigma^2) / 2.
 *
 * It matters for errors of what is commanded: an offset that is learned for at theta has half the size that generation
 * needs it to have. Motion is not translated, as the noise of U_rev's is that of U's: evolve() follows the protocol as
 * it is commanded.
 */
class GeneratingDevice : public Device {
public:
    /**
     * @param trueDevice  must outlive this one
     * @param trapWidth   sigma of the noising process, in nm (kJ/mol)^(-1/2)
     * @throws std::invalid_argument unless sigma is finite and > 0
     */
    GeneratingDevice(Device& trueDevice, double trapWidth);

    const ParameterLayout& getLayout() const override { return device.getLayout(); }
    void setParameters(const NetworkParameters& theta) override;
    void measure(SampleBlock& block) override;
    void evolve(SampleBlock& block, const DrivingProtocol& commanded) override { device.evolve(block, commanded); }
    std::vector<double> getState() const override { return device.getState(); }
    void setState(const std::vector<double>& state) override { device.setState(state); }

private:
    Device& device;
    double sigma;
};

} // namespace OpenMMOscillators
