#pragma once

#include "openmmoscillators/learning/LocalRule.h"

namespace OpenMMOscillators {

/**
 * Contrastive divergence from observed motion (CD-1; arXiv 2506.19136): the network evolves freely from a noised sample
 * x to x' within a short time dt, and no force is read. With u_a = dU/dtheta_a,
 *
 *   dL/dtheta_a = -E[ u_a(x') - u_a(x) ] / (dt kT^2)
 *
 * where an average over several evolutions from the same x lessens the noise of the motion. By Ito's formula
 * E[u_a(x') - u_a(x)] = dt E[phi_a . F + kT div phi_a] + O(dt^2): this is the gradient of implicit force matching, up
 * to a bias linear in dt, which vanishes where the samples are in equilibrium with theta. The standard deviation of one
 * evolution's product is that of phi_a . xi sqrt(2 / (dt kT^3)), so that dt trades the one for the other.
 *
 * The loss is that of implicit force matching: quadratic in theta without a constant, it follows from its gradient as
 * theta . dL/dtheta - |Phi theta|^2 / (2 kT^2). A change of theta adds A change / kT^2 to the gradient.
 */
class ContrastiveDivergence : public LocalRule {
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
