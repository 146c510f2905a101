#include "openmmoscillators/learning/ReversedPath.h"

namespace OpenMMOscillators {

const std::string& ReversedPath::getName() const {
    static const std::string name = "reversed-path";
    return name;
}

const std::vector<Signal>& ReversedPath::getSignals() const {
    static const std::vector<Signal> signals = {Signal::Position, Signal::Force, Signal::PreviousPosition};
    return signals;
}

AlignedVector<float> ReversedPath::findForceError(const NoiseLevel& level, const SampleBlock& block) const {
    const auto rate = static_cast<float>(1.0 / block.interval);
    const auto relaxation = static_cast<float>(1.0 / (level.trapWidth * level.trapWidth));
    AlignedVector<float> error(block.position.size());
    for (std::size_t k = 0; k < error.size(); ++k) {
        const float velocity = rate * (block.position[k] - block.previousPosition[k]);
        error[k] = block.force[k] + 0.5F * (velocity + relaxation * block.position[k]);
    }
    return error;
}

} // namespace OpenMMOscillators
