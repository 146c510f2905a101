#pragma once

#include "openmmoscillators/learning/TargetForceMatching.h"

namespace OpenMMOscillators {

/**
 * Denoising force matching, that is denoising score matching (Vincent 2011) with the score F / kT: the force is to
 * equal, on average, the one that points back at the datum,
 *
 *   F* = -kT (x_t - m x_0) / v
 *
 * It has the same minimum as implicit force matching, but also reads the datum x_0 of each sample.
 */
class DenoisingForceMatching : public TargetForceMatching {
public:
    const std::string& getName() const override;
    const std::vector<Signal>& getSignals() const override;

protected:
    AlignedVector<float> findForceError(const NoiseLevel& level, const SampleBlock& block) const override;
};

} // namespace OpenMMOscillators
