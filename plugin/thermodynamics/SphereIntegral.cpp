#include "openmmoscillators/thermodynamics/SphereIntegral.h"

#include "openmmoscillators/network/Show.h"
#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

constexpr double pi = 3.14159265358979323846;

/** Debye's expansion, uniform in the argument (DLMF 10.41.3), for orders of 20 and more. */
double logBesselLargeOrder(double order, double argument) {
    const double z = argument / order, root = std::hypot(1.0, z);
    const double p = 1.0 / root, p2 = p * p;
    const double u1 = p * (3.0 - 5.0 * p2) / 24.0;
    const double u2 = p2 * (81.0 + p2 * (-462.0 + p2 * 385.0)) / 1152.0;
    const double u3 = p * p2 * (30375.0 + p2 * (-369603.0 + p2 * (765765.0 - p2 * 425425.0))) / 414720.0;
    const double u4 = p2 * p2 *
                      (4465125.0 + p2 * (-94121676.0 + p2 * (349922430.0 + p2 * (-446185740.0 + p2 * 185910725.0)))) /
                      39813120.0;
    const double sum = 1.0 + (u1 + (u2 + (u3 + u4 / order) / order) / order) / order;
    return order * (root + std::log(z / (1.0 + root))) - 0.5 * std::log(2.0 * pi * order * root) + std::log(sum);
}

/** Hankel's expansion (DLMF 10.40.1) for arguments far above the order. */
double logBesselLargeArgument(double order, double argument) {
    const double mu = 4.0 * order * order;
    double term = 1.0, sum = 1.0;
    for (int k = 1; k <= 20; ++k) {
        const double odd = 2.0 * k - 1.0;
        term *= -(mu - odd * odd) / (8.0 * argument * k);
        sum += term;
    }
    return argument - 0.5 * std::log(2.0 * pi * argument) + std::log(sum);
}

} // namespace

double logSphereIntegral(int numDimensions, double kappa) {
    if (numDimensions < 1)
        throw std::invalid_argument("logSphereIntegral: the dimension must be at least 1, found " +
                                    std::to_string(numDimensions));
    if (!(kappa >= 0.0) || !std::isfinite(kappa))
        throw std::invalid_argument("logSphereIntegral: kappa must be finite and not negative, found " + show(kappa));
    if (numDimensions == 1)
        return kappa + std::log1p(std::exp(-2.0 * kappa));
    const double half = 0.5 * numDimensions, order = half - 1.0;
    // The area of the sphere, to second order in kappa.
    if (kappa < 1e-4)
        return std::log(2.0) + half * std::log(pi) - std::lgamma(half) + kappa * kappa / (2.0 * numDimensions);
    const double prefactor = half * std::log(2.0 * pi) - order * std::log(kappa);
    if (order >= 20.0)
        return prefactor + logBesselLargeOrder(order, kappa);
    if (kappa > 500.0)
        return prefactor + logBesselLargeArgument(order, kappa);
    return prefactor + std::log(boost::math::cyl_bessel_i(order, kappa));
}

} // namespace OpenMMOscillators
