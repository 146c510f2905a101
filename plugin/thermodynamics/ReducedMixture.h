#pragma once

#include "openmmoscillators/thermodynamics/GaussianMixture.h"

namespace OpenMMOscillators {

/**
 * The mixture seen in the space its means span, if all components share one isotropic covariance; the mixture as it is
 * otherwise. The directions left out are Gaussian and independent of the rest.
 */
struct ReducedMixture {
    GaussianMixture mixture;
    int droppedDimensions;
    double droppedVariance;
};
ReducedMixture reduceToSpanOfMeans(const GaussianMixture& mixture);

} // namespace OpenMMOscillators
