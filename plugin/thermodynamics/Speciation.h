#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * The reverse process dX = (X + 2 grad ln p_t) ds + sqrt(2) dW descends the reverse potential (arXiv 2405.11932)
 *
 *   U_rev(x, t) = -|x|^2/2 - 2 ln p_t(x),
 *
 * whose minimum at the symmetric point splits in two at the speciation time. For p_0 = 1/2 N(mu, s^2) + 1/2 N(-mu, s^2)
 * the curvature along mu vanishes where a = e^-2t solves a^2 (s^2 - 1)^2 + 2 mu^2 a = 1. All times are noising times:
 * the reverse process reaches them from above.
 */
namespace Speciation {

/**
 * t_S = 1/2 ln(mu^2 + sqrt(mu^4 + (s^2 - 1)^2)); negative if the reverse process never speciates.
 * @param mu     distance of either mean from the centre, >= 0
 * @param sigma  standard deviation s > 0
 * @throws std::invalid_argument for other values, or where the logarithm has no argument (mu = 0, sigma = 1)
 */
double speciationTime(double mu, double sigma);
/** mu on the boundary t_S = 0: sqrt(s^2 - s^4/2). @throws std::invalid_argument unless 0 < sigma <= sqrt(2) */
double speciationBoundary(double sigma);
/**
 * t_USB = 1/2 ln(s^2 - 1), below which U_rev has no lower bound (1/variance of p_t < 1/2).
 * @throws std::invalid_argument unless sigma >= sqrt(2)
 */
double unstableSymmetryBreakingTime(double sigma);

/** No speciation; a double well; a double well that loses its walls at t_USB > 0. */
enum class Phase { Symmetric, SymmetryBroken, UnstableSymmetryBroken };
Phase classify(double mu, double sigma);
/** "symmetric", "symmetry broken", "unstable symmetry broken". */
const std::string& getPhaseName(Phase phase);
/** @throws std::invalid_argument listing the three names */
Phase phaseFromName(const std::string& name);

/** U_rev(x, t), with the constant of p_t as it is. @param point  D values */
double reversePotential(const GaussianMixture& initial, double time, const std::vector<double>& point);
/** Eigenvalues of the Hessian of U_rev at a point, ascending. */
std::vector<double> reverseCurvatures(const GaussianMixture& initial, double time, const std::vector<double>& point);
/**
 * The latest time at which the lowest curvature of U_rev vanishes at e^-t centre, for any mixture: bracketed on a grid
 * of [0, maximumTime], then refined to rounding.
 * @param centre  the symmetric point of the mixture at time 0, D values (its overall mean, if nothing else is known)
 * @throws std::invalid_argument if there is no such time: the message gives the curvature at both ends
 */
double findSpeciationTime(const GaussianMixture& initial, const std::vector<double>& centre, double maximumTime = 20.0);

/**
 * The probability that two reverse paths that are copies at time t and independent from there end in the same
 * component: <sum_k r_k(X_t)^2> with r the posterior of the components (exact scores; one or two dimensions after
 * reduction to the span of the means).
 */
double cloneAgreement(const GaussianMixture& initial, double time);

} // namespace Speciation
} // namespace OpenMMOscillators
