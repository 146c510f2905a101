#include "openmmoscillators/learning/GeneratingDevice.h"

#include "openmmoscillators/network/DrivingProtocol.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

GeneratingDevice::GeneratingDevice(Device& trueDevice, double trapWidth) : device(trueDevice), sigma(trapWidth) {
    if (!(std::isfinite(sigma) && sigma > 0.0))
        throw std::invalid_argument("GeneratingDevice: sigma is " + std::to_string(sigma) +
                                    "; it must be finite and > 0");
}

void GeneratingDevice::setParameters(const NetworkParameters& theta) {
    device.setParameters(DrivingProtocol(theta).forGeneration(sigma).getSlice(0));
}

void GeneratingDevice::measure(SampleBlock& block) {
    device.measure(block);
    const auto stiffness = static_cast<float>(1.0 / (sigma * sigma));
    for (std::size_t k = 0; k < block.force.size(); ++k)
        block.force[k] = 0.5F * (block.force[k] - stiffness * block.position[k]);
}

} // namespace OpenMMOscillators
