#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"
#include <functional>

namespace OpenMMOscillators {

/** An average and an estimate of its error (of quadrature) or its standard error (of sampling). */
struct Average {
    double value;
    double error;
};

/**
 * <g> over a mixture in one or two dimensions by adaptive Gauss-Kronrod quadrature (31 points), component by component
 * over 10 standard deviations.
 * @param tolerance  relative, of every integral over one dimension
 * @throws std::invalid_argument in more than two dimensions
 */
Average integrateOverMixture(const GaussianMixture& mixture, const std::function<double(const double* x)>& g,
                             double tolerance = 1e-10);

} // namespace OpenMMOscillators
