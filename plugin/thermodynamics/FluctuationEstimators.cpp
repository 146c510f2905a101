#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"

#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

void checkOptions(const BootstrapOptions& options) {
    if (options.numResamples < 2 || options.numBlocks < 2)
        throw std::invalid_argument("BootstrapOptions: at least 2 resamples and 2 blocks are needed, found " +
                                    std::to_string(options.numResamples) + " and " + std::to_string(options.numBlocks));
    if (!(options.confidence > 0.0) || !(options.confidence < 1.0))
        throw std::invalid_argument("BootstrapOptions: the confidence must lie between 0 and 1, found " +
                                    show(options.confidence));
}

void checkValues(const std::vector<double>& values, const std::string& caller) {
    if (values.size() < 2)
        throw std::invalid_argument(caller + ": at least 2 paths are needed, found " + std::to_string(values.size()));
    for (std::size_t n = 0; n < values.size(); ++n)
        if (!std::isfinite(values[n]))
            throw std::invalid_argument(caller + ": the value of path " + std::to_string(n) + " is not finite");
}

/** Means of resampled blocks, ascending. */
std::vector<double> bootstrapMeans(const std::vector<double>& weights, const BootstrapOptions& options) {
    const std::size_t numBlocks = std::min<std::size_t>(options.numBlocks, weights.size());
    std::vector<double> sums(numBlocks, 0.0), counts(numBlocks, 0.0);
    for (std::size_t n = 0; n < weights.size(); ++n) {
        const std::size_t block = n * numBlocks / weights.size();
        sums[block] += weights[n];
        counts[block] += 1.0;
    }
    const CounterNoise noise(options.seed);
    std::vector<double> means(options.numResamples);
    for (int r = 0; r < options.numResamples; ++r) {
        double sum = 0.0, count = 0.0;
        for (std::size_t b = 0; b < numBlocks; ++b) {
            const std::uint64_t word = noise.words(r, 0, static_cast<std::uint32_t>(b / 4))[b % 4];
            const std::size_t chosen = word * numBlocks >> 32;
            sum += sums[chosen];
            count += counts[chosen];
        }
        means[r] = sum / count;
    }
    std::sort(means.begin(), means.end());
    return means;
}

double deviation(const std::vector<double>& values) {
    double mean = 0.0, squares = 0.0;
    for (const double value : values)
        mean += value / static_cast<double>(values.size());
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / (static_cast<double>(values.size()) - 1.0));
}

double quantile(const std::vector<double>& sorted, double fraction) {
    const double position = fraction * (static_cast<double>(sorted.size()) - 1.0);
    const std::size_t below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

} // namespace

ExponentialAverage estimateExponentialAverage(const std::vector<double>& values, const BootstrapOptions& options) {
    checkValues(values, "estimateExponentialAverage");
    checkOptions(options);
    const double lowest = *std::min_element(values.begin(), values.end());
    std::vector<double> weights(values.size());
    double sum = 0.0, squares = 0.0;
    for (std::size_t n = 0; n < values.size(); ++n) {
        weights[n] = std::exp(lowest - values[n]); // at most 1: no overflow
        sum += weights[n];
        squares += weights[n] * weights[n];
    }
    const std::vector<double> means = bootstrapMeans(weights, options);
    const double scale = std::exp(-lowest), tail = 0.5 * (1.0 - options.confidence);
    ExponentialAverage result{};
    result.value = scale * sum / static_cast<double>(values.size());
    result.standardError = scale * deviation(means);
    result.lower = scale * quantile(means, tail);
    result.upper = scale * quantile(means, 1.0 - tail);
    result.effectiveSampleSize = sum * sum / squares;
    result.largestShare = 1.0 / sum;
    return result;
}

DetailedFluctuation estimateDetailedFluctuation(const std::vector<double>& forward, const std::vector<double>& backward,
                                                int numBins, int minimumCount) {
    checkValues(forward, "estimateDetailedFluctuation (forward)");
    checkValues(backward, "estimateDetailedFluctuation (backward)");
    if (numBins < 2 || minimumCount < 1)
        throw std::invalid_argument(
            "estimateDetailedFluctuation: needs at least 2 bins and a minimum count of 1, found " +
            std::to_string(numBins) + " and " + std::to_string(minimumCount));
    const auto forwardRange = std::minmax_element(forward.begin(), forward.end());
    const auto backwardRange = std::minmax_element(backward.begin(), backward.end());
    const double lower = std::max(*forwardRange.first, -*backwardRange.second);
    const double upper = std::min(*forwardRange.second, -*backwardRange.first);
    const double width = (upper - lower) / numBins;
    std::vector<double> counts(numBins, 0.0), backwardCounts(numBins, 0.0);
    const auto fill = [&](const std::vector<double>& values, double sign, std::vector<double>& histogram) {
        for (const double value : values) {
            const double position = std::floor((sign * value - lower) / width);
            if (width > 0.0 && position >= 0.0 && position < numBins)
                histogram[static_cast<std::size_t>(position)] += 1.0;
        }
    };
    fill(forward, 1.0, counts);
    fill(backward, -1.0, backwardCounts);

    DetailedFluctuation result{};
    const double logSizes = std::log(static_cast<double>(forward.size()) / static_cast<double>(backward.size()));
    double weights = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    for (int b = 0; b < numBins; ++b) {
        if (counts[b] < minimumCount || backwardCounts[b] < minimumCount)
            continue;
        const double centre = lower + (b + 0.5) * width;
        const double ratio = std::log(counts[b] / backwardCounts[b]) - logSizes;
        const double variance = 1.0 / counts[b] + 1.0 / backwardCounts[b], weight = 1.0 / variance;
        result.centres.push_back(centre);
        result.logRatios.push_back(ratio);
        result.errors.push_back(std::sqrt(variance));
        weights += weight;
        x += weight * centre;
        y += weight * ratio;
        xx += weight * centre * centre;
        xy += weight * centre * ratio;
    }
    if (result.centres.size() < 2)
        throw std::invalid_argument("estimateDetailedFluctuation: the histograms share " +
                                    std::to_string(result.centres.size()) + " bins with at least " +
                                    std::to_string(minimumCount) + " paths on both sides, expected two or more");
    const double spread = xx - x * x / weights;
    result.slope = (xy - x * y / weights) / spread;
    result.slopeError = std::sqrt(1.0 / spread);
    result.crossing = x / weights - y / weights / result.slope;
    result.crossingError = std::sqrt(1.0 / weights + std::pow((result.crossing - x / weights) * result.slopeError, 2)) /
                           std::abs(result.slope);
    return result;
}

} // namespace OpenMMOscillators
