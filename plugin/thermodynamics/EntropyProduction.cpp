#include "openmmoscillators/thermodynamics/EntropyProduction.h"

#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
#include "openmmoscillators/thermodynamics/ReducedMixture.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

double squaredNorm(const std::vector<double>& v) {
    double sum = 0.0;
    for (const double value : v)
        sum += value * value;
    return sum;
}

Average averageOver(const std::vector<double>& values) {
    double sum = 0.0, squares = 0.0;
    for (const double value : values)
        sum += value;
    const double mean = sum / static_cast<double>(values.size());
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    const double n = static_cast<double>(values.size());
    return {mean, std::sqrt(squares / (n - 1.0) / n)};
}

struct Moments {
    Average entropy, fisher;
};

Moments byQuadrature(const GaussianMixture& mixture) {
    std::vector<double> score(mixture.getDimension());
    Moments moments{};
    moments.entropy = integrateOverMixture(mixture, [&](const double* x) { return -mixture.logDensity(x); });
    moments.fisher = integrateOverMixture(mixture, [&](const double* x) {
        mixture.score(x, score.data());
        return squaredNorm(score);
    });
    return moments;
}

Moments bySampling(const GaussianMixture& mixture, std::uint64_t seed, int count) {
    const std::size_t dimension = mixture.getDimension();
    const std::vector<double> states = mixture.sample(seed, count);
    std::vector<double> entropies(count), squares(count), score(dimension);
    for (int n = 0; n < count; ++n) {
        entropies[n] = -mixture.logDensity(&states[n * dimension]);
        mixture.score(&states[n * dimension], score.data());
        squares[n] = squaredNorm(score);
    }
    return {averageOver(entropies), averageOver(squares)};
}

} // namespace

void EntropyProduction::setNumSamples(int samples) {
    if (samples < 2)
        throw std::invalid_argument("EntropyProduction::setNumSamples: at least 2 samples are needed, found " +
                                    std::to_string(samples));
    numSamples = samples;
}

bool EntropyProduction::usesMonteCarlo() const {
    return reduceToSpanOfMeans(mixture).mixture.getDimension() > 2;
}

EntropyRates EntropyProduction::evaluate(double time) const {
    const GaussianMixture noised = mixture.noised(time);
    const ReducedMixture reduced = reduceToSpanOfMeans(noised);
    Moments moments = reduced.mixture.getDimension() <= 2 ? byQuadrature(reduced.mixture)
                                                          : bySampling(reduced.mixture, seed, numSamples);
    const double twoPiE = 17.079468445347134131;
    moments.entropy.value += 0.5 * reduced.droppedDimensions * std::log(twoPiE * reduced.droppedVariance);
    moments.fisher.value += reduced.droppedDimensions / reduced.droppedVariance;

    const double d = noised.getDimension(), secondMoment = noised.getSecondMoment();
    const double fisher = moments.fisher.value;
    EntropyRates rates{};
    rates.time = time;
    rates.entropy = moments.entropy.value;
    rates.entropyRate = fisher - d;
    rates.production = secondMoment - 2.0 * d + fisher;
    rates.flux = secondMoment - d;
    rates.reverseProduction = rates.production;
    rates.reverseFlux = secondMoment - 3.0 * d + 2.0 * fisher;
    rates.fisherInformation = fisher;
    rates.entropyError = moments.entropy.error;
    rates.fisherError = moments.fisher.error;
    return rates;
}

} // namespace OpenMMOscillators
