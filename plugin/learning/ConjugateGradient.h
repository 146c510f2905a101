#pragma once

#include <functional>
#include <vector>

namespace OpenMMOscillators {

/** A symmetric positive matrix, or a preconditioner, as what it does to a vector: out = matrix in. */
using MatrixAction = std::function<void(const double* in, double* out)>;

/** The state of a solve H theta = b: the solution so far and the residual b - H theta. */
struct LinearState {
    std::vector<double> theta, residual;
};

/**
 * Preconditioned conjugate gradients (Hestenes & Stiefel) on the free components of theta; fixed ones keep their
 * values. The residual is kept up for all components, so that on return it tells which way the fixed ones are pulled.
 */
class ConjugateGradient {
public:
    /**
     * @param matrixProduct   H, symmetric positive semidefinite
     * @param preconditioner  an approximation of the inverse of H on the free components, zero elsewhere
     * @param scale           one positive number a component, the diagonal of H: |r|^2 = sum r_a^2 / scale_a
     */
    ConjugateGradient(MatrixAction matrixProduct, MatrixAction preconditioner, const std::vector<double>& scale);

    /**
     * Iterate until the residual of the free components is at most target, or maxIterations products are made.
     * @param isFree  one flag a component
     * @return the number of products
     */
    int solve(LinearState& state, const std::vector<char>& isFree, double target, int maxIterations) const;
    /** |residual| of the free components, in the scaled norm. */
    double norm(const std::vector<double>& residual, const std::vector<char>& isFree) const;

private:
    MatrixAction product, precondition;
    std::vector<double> inverseScale;
};

} // namespace OpenMMOscillators
