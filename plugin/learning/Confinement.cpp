#include "openmmoscillators/learning/Confinement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators::Confinement {

namespace {

/** q(y) = sextic y^6 + quartic y^4 - cubic y^3 + quadratic y^2 - linear y for y >= 0. */
struct VirialBound {
    double sextic = 0.0, quartic = 0.0, cubic = 0.0, quadratic = 0.0, linear = 0.0;

    double operator()(double y) const {
        return y * (-linear + y * (quadratic + y * (-cubic + y * (quartic + y * y * sextic))));
    }
    /** A y beyond which q(y) > excess and grows: each negative term is outweighed by its share of the sextic one. */
    double outerBound(double excess) const {
        const double share = sextic / 5.0;
        return std::max({std::sqrt(std::max(0.0, -quartic) / share), std::cbrt(cubic / share),
                         std::pow(std::max(0.0, -quadratic) / share, 0.25), std::pow(linear / share, 0.2),
                         std::pow(std::max(0.0, excess) / share, 1.0 / 6.0)});
    }
};

constexpr int gridPoints = 4096;

/** A lower bound of q on [low, high]: each of its monotone terms takes its least value at one of the ends. */
double lowerBound(const VirialBound& q, double low, double high) {
    const auto term = [&](double factor, int power) { return factor * std::pow(factor >= 0.0 ? low : high, power); };
    return term(q.sextic, 6) + term(q.quartic, 4) + term(-q.cubic, 3) + term(q.quadratic, 2) + term(-q.linear, 1);
}

/** A lower bound of q on y >= 0. */
double lowerBound(const VirialBound& q) {
    const double step = q.outerBound(0.0) / gridPoints;
    double least = 0.0;
    for (int k = 0; k < gridPoints; ++k)
        least = std::min(least, lowerBound(q, k * step, (k + 1) * step));
    return least;
}

/** The smallest r of a fine grid such that q(y) > excess for all y > r. */
double radiusBeyond(const VirialBound& q, double excess) {
    const double step = q.outerBound(excess) / gridPoints;
    int k = gridPoints;
    while (k > 0 && lowerBound(q, (k - 1) * step, k * step) > excess)
        --k;
    return k * step;
}

std::vector<VirialBound> virialBounds(const OscillatorNetwork& network, const NetworkParameters& theta) {
    std::vector<VirialBound> bounds(network.getNumOscillators());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        bounds[i].sextic = theta.family(ParameterFamily::K6)[i];
        bounds[i].quartic = theta.family(ParameterFamily::KDuff)[i];
        bounds[i].quadratic = theta.family(ParameterFamily::KLin)[i];
        bounds[i].linear = std::abs(theta.family(ParameterFamily::Bias)[i]);
    }
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        const double quartic = 8.0 * std::min(0.0, theta.family(ParameterFamily::CDuff)[e]);
        const double quadratic = 4.0 * std::min(0.0, theta.family(ParameterFamily::CLin)[e]);
        const double cubic = std::abs(theta.family(ParameterFamily::COptomech)[e]);
        for (const int end : {i, j}) {
            bounds[end].quartic += quartic;
            bounds[end].quadratic += quadratic;
        }
        bounds[i].cubic += 2.0 * cubic;
        bounds[j].cubic += cubic;
    }
    return bounds;
}

} // namespace

double radius(const OscillatorNetwork& network, const NetworkParameters& theta) {
    if (!(theta.getLayout() == ParameterLayout(network)))
        throw std::invalid_argument("Confinement: there are " + std::to_string(theta.size()) +
                                    " parameters; the network has " + std::to_string(network.getNumParameters()));
    const std::vector<VirialBound> bounds = virialBounds(network, theta);
    std::vector<double> least(bounds.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        if (!(bounds[i].sextic > 0.0))
            return std::numeric_limits<double>::infinity();
        sum += least[i] = lowerBound(bounds[i]);
    }
    double largest = 0.0;
    for (std::size_t i = 0; i < bounds.size(); ++i)
        largest = std::max(largest, radiusBeyond(bounds[i], least[i] - sum));
    return largest;
}

std::vector<double> radii(const OscillatorNetwork& network, const DrivingProtocol& protocol) {
    std::vector<double> result;
    for (int k = 0; k < protocol.getNumSlices(); ++k)
        result.push_back(radius(network, protocol.getSlice(k)));
    return result;
}

} // namespace OpenMMOscillators::Confinement
