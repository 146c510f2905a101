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
 * <g> over a mixture in one or two dimensions by adaptive Gauss-Kronrod quadrature (31 points, relative tolerance
 * 1e-11 in one dimension, 1e-9 in two), component by component over 10 standard deviations.
 * @throws std::invalid_argument in more than two dimensions
 */
Average integrateOverMixture(const GaussianMixture& mixture, const std::function<double(const double* x)>& g);

/** <g> over the standard normal distribution. */
Average integrateOverNormal(const std::function<double(double z)>& g);

} // namespace OpenMMOscillators
