#pragma once

#include "openmmoscillators/learning/TargetForceMatching.h"

namespace OpenMMOscillators {

/**
 * The reversed noising path (Onsager-Machlup; Whitelam, arXiv 2506.15121; Wang & Deng, arXiv 2609.15439): of every
 * step of the noising process, x -> x' = x + dx within dt, the generating dynamics is to have the greatest probability
 * of stepping back, x' -> x. With U_rev the energy that generates, and mobility 1,
 *
 *   -ln P             = sum_i R_i^2 / (4 kT dt) + const,   R = -dx + grad U_rev(x') dt
 *   d(-ln P)/dtheta_a = sum_i r_i d(grad U_rev)_i/dtheta_a,   r = R / (2 kT)
 *
 * Every oscillator has its own residual r_i, whether it carries data or is hidden, and the gradient of a parameter
 * multiplies those of its own oscillators. Added up over steps before theta changes it is the batch form of the rule,
 * applied step by step the online form.
 *
 * A protocol theta is one of U, with U_rev = 2 U - x^2 / (2 sigma^2) as in DrivingProtocol::forGeneration(). In terms
 * of the force F of U at x', this is force matching to a target that one step tells,
 *
 *   L = -ln P / (2 kT dt) = 1/2 E|F - F*|^2 / kT^2,   F* = -(dx / dt + x' / sigma^2) / 2
 *
 * As E[dx | x'] = -(x' / sigma^2 + 2 kT score(x')) dt, the target's mean is kT times the score up to a bias of order
 * dt / sigma^2; its variance is kT / (2 dt).
 */
class ReversedPath : public TargetForceMatching {
public:
    const std::string& getName() const override;
    const std::vector<Signal>& getSignals() const override;

protected:
    AlignedVector<float> findForceError(const NoiseLevel& level, const SampleBlock& block) const override;
};

} // namespace OpenMMOscillators
