#pragma once

#include "openmmoscillators/learning/LocalRule.h"

namespace OpenMMOscillators {

/**
 * Rules that match the measured force F to a target F* that is known of every sample,
 *
 *   L           = 1/2 E|F - F*|^2 / kT^2
 *   dL/dtheta_a = E[phi_a . (F* - F)] / kT^2
 *
 * with the same minimum as implicit force matching if E[F* | x_t] = kT score(x_t).
 */
class TargetForceMatching : public LocalRule {
public:
    void addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const SampleBlock& block,
                     const double* change, double* sums) const override;
    double sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const double* theta,
                   const SampleBlock& block) const override;
    double getCurvature(const NoiseLevel& level) const override;

protected:
    /** F - F* of every sample, laid out as the block's positions. */
    virtual AlignedVector<float> findForceError(const NoiseLevel& level, const SampleBlock& block) const = 0;
};

} // namespace OpenMMOscillators
