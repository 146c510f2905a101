#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/** How well a noised state remembers which of n data it comes from (averages over data and noise). */
struct Recall {
    double time;
    /** <p(own datum | x_t)>: 1/n at late times, 1 where the process is committed. */
    Average ownWeight;
    /** The entropy of the posterior over the data, in nats: ln n at late times, 0 where it is committed. */
    Average posteriorEntropy;
};

/**
 * Data y_1 ... y_n noised by dX = -X dt + sqrt(2) dW: what the exact score of the *empirical* distribution does. Going
 * back in time it commits to a single datum at the collapse time (Biroli, Bonnaire, de Bortoli, Mezard, Nature
 * Communications 15, 9957 (2024); as a glass transition in arXiv 2405.11932).
 */
class EmpiricalDataSet {
public:
    /**
     * @param data           [n][D] in rows
     * @param numDimensions  D
     * @throws std::invalid_argument if data is empty, no multiple of D, or not finite
     */
    EmpiricalDataSet(std::vector<double> data, int numDimensions);
    int getDimension() const { return dimension; }
    int getNumData() const { return static_cast<int>(values.size()) / dimension; }

    /**
     * The posterior p(i | x_t) of every datum for given states.
     * @param time    > 0
     * @param states  [count][D] in rows
     * @return [count][n] in rows; each row sums to 1
     */
    std::vector<double> posterior(double time, const std::vector<double>& states) const;
    /** Average over numSamples data (in turn) and noise. */
    Recall evaluate(double time, int numSamples, std::uint64_t seed) const;
    /**
     * The time at which the mean weight of the own datum passes level, by bisection with the same noise at all times
     * (which makes it monotone up to sampling error), to 1e-6.
     * @param level  between 1/n and 1
     */
    double collapseTime(double level, int numSamples, std::uint64_t seed) const;

private:
    std::vector<double> values;
    std::vector<double> squares; // |y|^2
    int dimension;
};

/**
 * Where a data set of n independent draws from a population must collapse: its information about the datum,
 * S(p_t) - D/2 ln(2 pi e (1 - e^-2t)) with S the entropy of the noised population, equals ln n. For a Gaussian
 * population of variance s^2 that is 1/2 ln(1 + s^2 / (n^(2/D) - 1)): linear in ln n / D, hence data exponential in D.
 */
namespace CollapseTheory {
/** S(p_t) - D/2 ln(2 pi e (1 - e^-2t)), in nats. @param time  > 0 */
double information(const GaussianMixture& population, double time);
/** @param numData  > 1 */
double collapseTime(const GaussianMixture& population, double numData);
/** The closed form for one Gaussian. */
double gaussianCollapseTime(double variance, int numDimensions, double numData);
} // namespace CollapseTheory

} // namespace OpenMMOscillators
