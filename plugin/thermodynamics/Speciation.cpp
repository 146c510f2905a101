#include "openmmoscillators/thermodynamics/Speciation.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
#include "openmmoscillators/thermodynamics/ReducedMixture.h"
#include <Eigen/Dense>
#include <array>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <stdexcept>

namespace OpenMMOscillators {
namespace Speciation {

namespace {

void checkMixture(double mu, double sigma, const char* caller) {
    if (!(mu >= 0.0) || !std::isfinite(mu))
        throw std::invalid_argument(std::string("Speciation::") + caller + ": mu must not be negative, found " +
                                    show(mu));
    if (!(sigma > 0.0) || !std::isfinite(sigma))
        throw std::invalid_argument(std::string("Speciation::") + caller + ": sigma must be positive, found " +
                                    show(sigma));
}

const std::array<std::string, 3>& phaseNames() {
    static const std::array<std::string, 3> names = {"symmetric", "symmetry broken", "unstable symmetry broken"};
    return names;
}

} // namespace

double speciationTime(double mu, double sigma) {
    checkMixture(mu, sigma, "speciationTime");
    const double square = mu * mu, excess = sigma * sigma - 1.0;
    const double inverse = square + std::hypot(square, excess); // e^{2 t_S}
    if (!(inverse > 0.0))
        throw std::invalid_argument("Speciation::speciationTime: mu = 0 with sigma = 1 is stationary, its curvature "
                                    "never vanishes");
    return 0.5 * std::log(inverse);
}

double speciationBoundary(double sigma) {
    checkMixture(0.0, sigma, "speciationBoundary");
    const double variance = sigma * sigma;
    if (variance > 2.0 * (1.0 + 1e-15))
        throw std::invalid_argument(
            "Speciation::speciationBoundary: there is no boundary above sigma = sqrt(2), found " + show(sigma));
    return std::sqrt(std::max(0.0, variance - 0.5 * variance * variance));
}

double unstableSymmetryBreakingTime(double sigma) {
    checkMixture(0.0, sigma, "unstableSymmetryBreakingTime");
    if (sigma * sigma < 2.0 * (1.0 - 1e-15))
        throw std::invalid_argument("Speciation::unstableSymmetryBreakingTime: needs sigma >= sqrt(2), found " +
                                    show(sigma));
    return 0.5 * std::log(std::max(1.0, sigma * sigma - 1.0));
}

Phase classify(double mu, double sigma) {
    checkMixture(mu, sigma, "classify");
    const double variance = sigma * sigma;
    if (variance > 2.0)
        return Phase::UnstableSymmetryBroken;
    return mu * mu > variance - 0.5 * variance * variance ? Phase::SymmetryBroken : Phase::Symmetric;
}

const std::string& getPhaseName(Phase phase) {
    return phaseNames().at(static_cast<std::size_t>(phase));
}

Phase phaseFromName(const std::string& name) {
    for (std::size_t i = 0; i < phaseNames().size(); ++i)
        if (phaseNames()[i] == name)
            return static_cast<Phase>(i);
    throw std::invalid_argument("unknown phase '" + name +
                                "': expected one of symmetric, symmetry broken, unstable symmetry broken");
}

double reversePotential(const GaussianMixture& initial, double time, const std::vector<double>& point) {
    if (static_cast<int>(point.size()) != initial.getDimension())
        throw std::invalid_argument("Speciation::reversePotential: the point has " + std::to_string(point.size()) +
                                    " values, expected " + std::to_string(initial.getDimension()));
    double square = 0.0;
    for (const double value : point)
        square += value * value;
    return -0.5 * square - 2.0 * initial.noised(time).logDensity(point.data());
}

std::vector<double> reverseCurvatures(const GaussianMixture& initial, double time, const std::vector<double>& point) {
    const std::vector<double> hessian = initial.noised(time).logDensityHessian(point);
    const int d = initial.getDimension();
    const Eigen::MatrixXd curvature =
        -2.0 * Eigen::Map<const Eigen::MatrixXd>(hessian.data(), d, d) - Eigen::MatrixXd::Identity(d, d);
    const Eigen::VectorXd values =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(curvature, Eigen::EigenvaluesOnly).eigenvalues();
    return std::vector<double>(values.data(), values.data() + d);
}

double findSpeciationTime(const GaussianMixture& initial, const std::vector<double>& centre, double maximumTime) {
    if (!(maximumTime > 0.0) || !std::isfinite(maximumTime))
        throw std::invalid_argument("Speciation::findSpeciationTime: the maximum time must be positive, found " +
                                    show(maximumTime));
    const auto lowest = [&](double time) {
        std::vector<double> point(centre);
        for (double& value : point)
            value *= std::exp(-time);
        return reverseCurvatures(initial, time, point).front();
    };
    constexpr int numIntervals = 400;
    double upper = maximumTime, upperValue = lowest(upper);
    if (upperValue > 0.0)
        for (int n = numIntervals - 1; n >= 0; --n) {
            const double lower = maximumTime * n / numIntervals, lowerValue = lowest(lower);
            if (lowerValue <= 0.0) {
                std::uintmax_t iterations = 200;
                const auto bracket =
                    boost::math::tools::toms748_solve(lowest, lower, upper, lowerValue, upperValue,
                                                      boost::math::tools::eps_tolerance<double>(50), iterations);
                return 0.5 * (bracket.first + bracket.second);
            }
            upper = lower;
            upperValue = lowerValue;
        }
    throw std::invalid_argument(
        "Speciation::findSpeciationTime: the lowest curvature does not change sign: " + show(lowest(0.0)) +
        " at time 0, " + show(lowest(maximumTime)) + " at time " + show(maximumTime));
}

double cloneAgreement(const GaussianMixture& initial, double time) {
    const GaussianMixture noised = reduceToSpanOfMeans(initial.noised(time)).mixture;
    return integrateOverMixture(noised,
                                [&noised](const double* x) {
                                    double sum = 0.0;
                                    for (const double r : noised.responsibilities(x))
                                        sum += r * r;
                                    return sum;
                                })
        .value;
}

} // namespace Speciation
} // namespace OpenMMOscillators
