#pragma once

#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/thermodynamics/MixtureQuadrature.h"
#include <vector>

namespace OpenMMOscillators {

/** The rates of EntropyProduction.h with the learned force in place of kT grad ln p; in k per ps. */
struct LearnedRates {
    Average production;
    Average flux;
    Average reverseFlux;
    /**
     * kT <|grad ln p|^2> in two ways: from the forces, <|F|^2>/kT, and from their divergence, -<div F>. They agree for
     * the true score; their difference tells how far the learned one is from it.
     */
    Average fisherFromForces;
    Average fisherFromDivergence;
};

/**
 * Rates of the noising process dx = -x/sigma^2 dt + sqrt(2 kT) dW and of its learned reversal at one time: with
 * F = -grad U(x; theta(t)), f = -x/sigma^2 and f* = x/sigma^2 + 2 F,
 *
 *   production = <|f - F|^2>/kT,  flux = <f.(f - F)>/kT,  reverse flux = <f*.(f* - F)>/kT
 *
 * @param states  [count][N], noised data or generated paths at that time
 * @throws std::invalid_argument if kT or sigma is not positive or the sizes do not fit
 */
LearnedRates estimateLearnedRates(const OscillatorNetwork& network, const NetworkParameters& parameters, double kT,
                                  double sigma, const std::vector<double>& states);

} // namespace OpenMMOscillators
