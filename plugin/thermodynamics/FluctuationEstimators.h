#pragma once

#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/** How the errors are estimated: resampling of blocks of consecutive paths. */
struct BootstrapOptions {
    int numResamples = 200;
    /** At most; with fewer paths each is a block. Correlated paths need blocks longer than their correlation. */
    int numBlocks = 1000;
    double confidence = 0.95;
    std::uint64_t seed = 1;
};

/**
 * An estimate of <e^{-s}>. Its error bar is honest only while many paths contribute: a few rare paths with negative s
 * carry the average, and before they turn up value and error are both too small. effectiveSampleSize =
 * (sum w)^2 / sum w^2 and largestShare = max w / sum w, w = e^{-s}, tell.
 */
struct ExponentialAverage {
    double value;
    double standardError;
    double lower, upper; // percentile interval of the bootstrap
    double effectiveSampleSize;
    double largestShare;
};

/**
 * <e^{-s}> over paths, which is 1 for Delta S_tot (integral fluctuation theorem).
 * @throws std::invalid_argument if there are fewer than two values, one is not finite, or an option is out of range
 */
ExponentialAverage estimateExponentialAverage(const std::vector<double>& values,
                                              const BootstrapOptions& options = BootstrapOptions());

/**
 * The detailed fluctuation theorem P(s) / P~(-s) = e^{s - offset} as the ratio of two histograms: s of the forward
 * paths, s~ of the backward ones. A weighted line through ln P/P~ has slope 1, and crosses zero at 0 for Delta S_tot,
 * at Delta F/kT for work (Crooks).
 */
struct DetailedFluctuation {
    std::vector<double> centres, logRatios, errors; // bins with enough paths on both sides
    double slope, slopeError;
    double crossing, crossingError;
};

/**
 * @param numBins       equal bins over the range where both histograms are
 * @param minimumCount  bins with fewer paths on either side are left out
 * @throws std::invalid_argument if fewer than two bins remain
 */
DetailedFluctuation estimateDetailedFluctuation(const std::vector<double>& forward, const std::vector<double>& backward,
                                                int numBins = 40, int minimumCount = 20);

} // namespace OpenMMOscillators
