#include "openmmoscillators/learning/DenoisingForceMatching.h"

namespace OpenMMOscillators {

const std::string& DenoisingForceMatching::getName() const {
    static const std::string name = "denoising";
    return name;
}

const std::vector<Signal>& DenoisingForceMatching::getSignals() const {
    static const std::vector<Signal> signals = {Signal::Position, Signal::Force, Signal::InitialPosition};
    return signals;
}

AlignedVector<float> DenoisingForceMatching::findForceError(const NoiseLevel& level, const SampleBlock& block) const {
    const auto mean = static_cast<float>(level.meanFactor);
    const auto stiffness = static_cast<float>(level.thermalEnergy / level.variance);
    AlignedVector<float> error(block.position.size());
    for (std::size_t k = 0; k < error.size(); ++k)
        error[k] = block.force[k] + stiffness * (block.position[k] - mean * block.initialPosition[k]);
    return error;
}

} // namespace OpenMMOscillators
