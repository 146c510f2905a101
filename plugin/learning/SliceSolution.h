#pragma once

namespace OpenMMOscillators {

/** How a slice was solved. */
struct SliceSolution {
    int iterations = 0;     ///< products with the normal matrix, or steps
    double residual = 0.0;  ///< |residual| / |right-hand side|
    bool converged = false; ///< residual <= tolerance, and the optimality conditions of the bounds hold to it
    int numAtBound = 0;     ///< how many k_6 are at their least value
};

} // namespace OpenMMOscillators
