#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
#include <cstdint>

namespace OpenMMOscillators {

/**
 * The Franz-Parisi potential of the denoising problem (arXiv 2405.11932): the free energy of data X0 at a mean squared
 * distance q from a reference X0' that is itself a plausible origin of the same noised state X_t,
 *
 *   H(X0 | Xt) = |Xt - e^-t X0|^2 / (2 (1 - e^-2t)) - ln p_0(X0)
 *   Z(Xt, X0', q) = integral dX0 e^-H delta(q - |X0 - X0'|^2 / D)
 *   V(q, t) = -< ln Z >,  X0' ~ p_0,  Xt = e^-t X0' + sqrt(1 - e^-2t) noise
 *
 * In one dimension the two points X0' +- sqrt(q) are summed and the average is done by quadrature; in D dimensions the
 * integral over the sphere is exact for isotropic components and the average is over samples.
 */
class FranzParisi {
public:
    /** @throws std::invalid_argument in more than one dimension unless every component is isotropic */
    explicit FranzParisi(const GaussianMixture& initial);
    /** Number of samples in more than one dimension (default 20 000). @throws std::invalid_argument if < 2 */
    void setNumSamples(int samples);
    void setRandomNumberSeed(std::uint64_t value) { seed = value; }
    /**
     * V(q, t) with its error.
     * @param q     mean squared distance per dimension, > 0
     * @param time  > 0
     * @throws std::invalid_argument
     */
    Average potential(double q, double time) const;
    /** ln Z of one pair of states, D values each. */
    double logPartition(double q, double time, const double* noised, const double* reference) const;

private:
    Average potentialByQuadrature(double q, double time) const;
    Average potentialBySampling(double q, double time) const;

    GaussianMixture mixture;
    int numSamples = 20000;
    std::uint64_t seed = 1;
};

} // namespace OpenMMOscillators
