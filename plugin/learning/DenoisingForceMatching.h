#pragma once

#include "openmmoscillators/learning/LocalRule.h"

namespace OpenMMOscillators {

/**
 * Denoising force matching, that is denoising score matching (Vincent 2011) with the score F / kT: the force is to
 * equal, on average, the one that points back at the datum,
 *
 *   F*          = -kT (x_t - m x_0) / v
 *   L           = 1/2 E|F - F*|^2 / kT^2
 *   dL/dtheta_a = E[phi_a . (F* - F)] / kT^2
 *
 * It has the same minimum as implicit force matching, but also reads the datum x_0 of each sample.
 */
class DenoisingForceMatching : public LocalRule {
public:
    const std::string& getName() const override;
    const std::vector<Signal>& getSignals() const override;
    void addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const SampleBlock& block,
                     const double* change, double* sums) const override;
    double sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const double* theta,
                   const SampleBlock& block) const override;
    double getCurvature(const NoiseLevel& level) const override;
};

} // namespace OpenMMOscillators
