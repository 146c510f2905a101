#pragma once

#include "openmmoscillators/learning/LocalRule.h"

namespace OpenMMOscillators {

/**
 * Implicit force matching, that is implicit score matching (Hyvarinen 2005) with the score F / kT of a network in
 * equilibrium (arXiv 2506.19136):
 *
 *   L           = E[ 1/2 |F|^2 / kT^2 - laplacian U / kT ]
 *   dL/dtheta_a = -E[phi_a . F] / kT^2 - E[div phi_a] / kT
 *
 * It reads the positions and the measured forces of noised samples, and never needs to know which datum they came from.
 */
class ForceMatching : public LocalRule {
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
