#include "openmmoscillators/thermodynamics/FranzParisi.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/thermodynamics/SphereIntegral.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

double logSum(const std::vector<double>& logs) {
    const double largest = *std::max_element(logs.begin(), logs.end());
    double sum = 0.0;
    for (const double value : logs)
        sum += std::exp(value - largest);
    return largest + std::log(sum);
}

} // namespace

FranzParisi::FranzParisi(const GaussianMixture& initial) : mixture(initial) {
    if (initial.getNumComponents() == 0)
        throw std::invalid_argument("FranzParisi: the mixture has no component, expected at least one");
    if (initial.getDimension() > 1 && !initial.isIsotropic())
        throw std::invalid_argument("FranzParisi: in " + std::to_string(initial.getDimension()) +
                                    " dimensions every component must be isotropic");
}

void FranzParisi::setNumSamples(int samples) {
    if (samples < 2)
        throw std::invalid_argument("FranzParisi::setNumSamples: at least 2 samples are needed, found " +
                                    std::to_string(samples));
    numSamples = samples;
}

double FranzParisi::logPartition(double q, double time, const double* noised, const double* reference) const {
    const int d = mixture.getDimension();
    const double a = std::exp(-time), v = -std::expm1(-2.0 * time), radius = std::sqrt(d * q);
    std::vector<double> logs;
    for (int k = 0; k < mixture.getNumComponents(); ++k) {
        // With X0 = X0' + radius u the exponent is constant + tilt.u: its sphere integral is known.
        const std::vector<double>& mean = mixture.getMean(k);
        const double variance = d == 1 ? mixture.getCovariance(k)[0] : mixture.getVariance(k);
        double fromMean = 0.0, fromNoise = 0.0, tilt = 0.0;
        for (int i = 0; i < d; ++i) {
            const double offset = reference[i] - mean[i], noise = noised[i] - a * reference[i];
            const double slope = -offset / variance + a * noise / v;
            fromMean += offset * offset;
            fromNoise += noise * noise;
            tilt += slope * slope;
        }
        const double logNormalisation =
            std::log(mixture.getWeight(k)) - 0.5 * d * std::log(6.283185307179586477 * variance);
        logs.push_back(logNormalisation - 0.5 * (fromMean + d * q) / variance - 0.5 * (fromNoise + a * a * d * q) / v +
                       logSphereIntegral(d, radius * std::sqrt(tilt)));
    }
    // delta(q - r^2/D) r^(D-1) dr leaves D/2 r^(D-2).
    return logSum(logs) + std::log(0.5 * d) + (d - 2) * std::log(radius);
}

Average FranzParisi::potential(double q, double time) const {
    if (!(q > 0.0) || !std::isfinite(q))
        throw std::invalid_argument("FranzParisi::potential: q must be positive, found " + show(q));
    if (!(time > 0.0) || !std::isfinite(time))
        throw std::invalid_argument("FranzParisi::potential: the time must be positive, found " + show(time));
    return mixture.getDimension() == 1 ? potentialByQuadrature(q, time) : potentialBySampling(q, time);
}

Average FranzParisi::potentialByQuadrature(double q, double time) const {
    GaussianMixture pairs(2); // (X0', noise)
    for (int k = 0; k < mixture.getNumComponents(); ++k)
        pairs.addComponent(mixture.getWeight(k), {mixture.getMean(k)[0], 0.0},
                           {mixture.getCovariance(k)[0], 0.0, 0.0, 1.0});
    const double a = std::exp(-time), width = std::sqrt(-std::expm1(-2.0 * time));
    const auto integrand = [&](const double* pair) {
        const double noised = a * pair[0] + width * pair[1];
        return -logPartition(q, time, &noised, pair);
    };
    return integrateOverMixture(pairs, integrand, 1e-8);
}

Average FranzParisi::potentialBySampling(double q, double time) const {
    const std::size_t d = mixture.getDimension();
    GaussianMixture standard(static_cast<int>(d));
    standard.addIsotropicComponent(1.0, std::vector<double>(d, 0.0), 1.0);
    const std::vector<double> references = mixture.sample(seed, numSamples);
    const std::vector<double> normals = standard.sample(~seed, numSamples);
    const double a = std::exp(-time), width = std::sqrt(-std::expm1(-2.0 * time));
    std::vector<double> noised(d);
    double mean = 0.0, squares = 0.0; // Welford
    for (int n = 0; n < numSamples; ++n) {
        for (std::size_t i = 0; i < d; ++i)
            noised[i] = a * references[n * d + i] + width * normals[n * d + i];
        const double value = -logPartition(q, time, noised.data(), &references[n * d]);
        const double difference = value - mean;
        mean += difference / (n + 1);
        squares += difference * (value - mean);
    }
    return {mean, std::sqrt(squares / (numSamples - 1.0) / numSamples)};
}

} // namespace OpenMMOscillators
