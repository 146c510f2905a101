#pragma once

#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"
#include <vector>

namespace OpenMMOscillators {

/** A free-energy difference, in the unit of the work. */
struct FreeEnergyEstimate {
    double value;
    double standardError;
    /** Of the exponential average; of the smaller of the two sets for Bennett's ratio. */
    double effectiveSampleSize;
};

/**
 * Jarzynski's equality: Delta F = -kT ln <e^{-W/kT}> over paths that start in equilibrium.
 * @throws std::invalid_argument if kT is not positive, or as estimateExponentialAverage()
 */
FreeEnergyEstimate estimateJarzynski(const std::vector<double>& work, double kT,
                                     const BootstrapOptions& options = BootstrapOptions());

/**
 * Bennett's acceptance ratio (J. Comput. Phys. 22, 245 (1976)) from forward and backward work, both started in
 * equilibrium: the Delta F at which <f(M + (W - Delta F)/kT)>_forward n_f = <f(-M + (W + Delta F)/kT)>_backward n_b,
 * f the Fermi function and M = ln(n_f / n_b); the error is the asymptotic one.
 */
FreeEnergyEstimate estimateBennett(const std::vector<double>& forwardWork, const std::vector<double>& backwardWork,
                                   double kT);

} // namespace OpenMMOscillators
