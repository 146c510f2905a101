#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * The ensemble thermodynamics of a noised mixture at one time (arXiv 2405.11932, section on the ensemble level). With
 * the forward process dX = f dt + sqrt(2) dW, f = -X, and its density p:
 *
 *   S = -<ln p>,  dS/dt = production - flux,  production = <|f - grad ln p|^2>,  flux = <f . (f - grad ln p)>
 *
 * The reverse process at the same density is driven by f* = X + 2 grad ln p; its current is opposite, so that its
 * production is the same and its flux is <f* . (f* - grad ln p)>. With the Fisher information I = <|grad ln p|^2>:
 *
 *   production = <|x|^2> - 2 D + I,   flux = <|x|^2> - D,   reverse flux = <|x|^2> - 3 D + 2 I
 *
 * Entropies are in units of k, rates in k per unit of time.
 */
struct EntropyRates {
    double time;
    double entropy;
    double entropyRate;
    double production;
    double flux;
    double reverseProduction;
    double reverseFlux;
    double fisherInformation;
    /** Standard errors of entropy and fisherInformation; estimates of the quadrature's error if it was used. */
    double entropyError;
    double fisherError;
};

/**
 * Computes EntropyRates. Components that share one isotropic covariance reduce to the space that their means span;
 * in at most two dimensions the averages are done by adaptive Gauss-Kronrod quadrature, beyond that by Monte Carlo.
 */
class EntropyProduction {
public:
    /** @param initial  the mixture at time 0 */
    explicit EntropyProduction(const GaussianMixture& initial) : mixture(initial) {}
    /** Number of samples where Monte Carlo is needed (default 200 000). @throws std::invalid_argument if < 2 */
    void setNumSamples(int samples);
    void setRandomNumberSeed(std::uint64_t value) { seed = value; }
    /** True if the averages at this mixture need Monte Carlo. */
    bool usesMonteCarlo() const;
    /** @param time  >= 0 */
    EntropyRates evaluate(double time) const;

private:
    GaussianMixture mixture;
    int numSamples = 200000;
    std::uint64_t seed = 1;
};

} // namespace OpenMMOscillators
