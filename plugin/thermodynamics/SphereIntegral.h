#pragma once

namespace OpenMMOscillators {

/**
 * ln of the integral of exp(kappa u.e) over the unit sphere of D dimensions, e any unit vector:
 *
 *   D/2 ln(2 pi) - nu ln kappa + ln I_nu(kappa),  nu = D/2 - 1
 *
 * with the modified Bessel function I (in one dimension the "sphere" is two points: ln(2 cosh kappa)). Does not
 * overflow; relative error of the integral below 1e-7.
 * @param numDimensions  D >= 1
 * @param kappa          >= 0
 * @throws std::invalid_argument
 */
double logSphereIntegral(int numDimensions, double kappa);

} // namespace OpenMMOscillators
