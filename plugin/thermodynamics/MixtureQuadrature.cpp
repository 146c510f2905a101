#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"

#include <Eigen/Dense>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

using Rule = boost::math::quadrature::gauss_kronrod<double, 31>;

constexpr double reach = 10.0; // standard deviations: what lies beyond weighs less than 1e-22
constexpr unsigned maximumDepth = 12;

template <typename Function>
Average overNormal(const Function& g, double tolerance) {
    constexpr double inverseRootTwoPi = 0.39894228040143267794;
    Average result{0.0, 0.0};
    const auto weighted = [&g](double z) { return inverseRootTwoPi * std::exp(-0.5 * z * z) * g(z); };
    // Halves, so that the peak of the weight is an end point and cannot be missed.
    for (const double side : {-1.0, 1.0}) {
        double error = 0.0;
        const auto half = [&weighted, side](double z) { return weighted(side * z); };
        result.value += Rule::integrate(half, 0.0, reach, maximumDepth, tolerance, &error);
        result.error += error;
    }
    return result;
}

} // namespace

Average integrateOverMixture(const GaussianMixture& mixture, const std::function<double(const double*)>& g,
                             double tolerance) {
    const int dimension = mixture.getDimension();
    if (dimension > 2)
        throw std::invalid_argument("integrateOverMixture: quadrature is for one or two dimensions, found " +
                                    std::to_string(dimension));
    Average total{0.0, 0.0};
    for (int k = 0; k < mixture.getNumComponents(); ++k) {
        const std::vector<double>& mean = mixture.getMean(k);
        const std::vector<double> covariance = mixture.getCovariance(k);
        Average term{};
        if (dimension == 1) {
            const double width = std::sqrt(covariance[0]);
            term = overNormal(
                [&](double z) {
                    const double x = mean[0] + width * z;
                    return g(&x);
                },
                tolerance);
        } else {
            const double a = std::sqrt(covariance[0]), b = covariance[1] / a;
            const double c = std::sqrt(covariance[3] - b * b); // Cholesky factor ((a, 0), (b, c))
            term = overNormal(
                [&](double first) {
                    return overNormal(
                               [&](double second) {
                                   const double x[2] = {mean[0] + a * first, mean[1] + b * first + c * second};
                                   return g(x);
                               },
                               0.1 * tolerance)
                        .value;
                },
                tolerance);
        }
        total.value += mixture.getWeight(k) * term.value;
        total.error += mixture.getWeight(k) * term.error;
    }
    return total;
}

} // namespace OpenMMOscillators
