#include "openmmoscillators/learning/ConjugateGradient.h"

#include <cmath>
#include <numeric>
#include <utility>

namespace OpenMMOscillators {

namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

} // namespace

ConjugateGradient::ConjugateGradient(MatrixAction matrixProduct, MatrixAction preconditioner,
                                     const std::vector<double>& scale)
    : product(std::move(matrixProduct)), precondition(std::move(preconditioner)), inverseScale(scale.size()) {
    for (std::size_t a = 0; a < scale.size(); ++a)
        inverseScale[a] = scale[a] > 0.0 ? 1.0 / scale[a] : 0.0;
}

double ConjugateGradient::norm(const std::vector<double>& residual, const std::vector<char>& isFree) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < residual.size(); ++a)
        if (isFree[a])
            sum += residual[a] * residual[a] * inverseScale[a];
    return std::sqrt(sum);
}

int ConjugateGradient::solve(LinearState& state, const std::vector<char>& isFree, double target,
                             int maxIterations) const {
    const std::size_t size = state.theta.size();
    std::vector<double> z(size), p(size, 0.0), product_p(size);
    double previous = 0.0;
    int iterations = 0;
    while (iterations < maxIterations && norm(state.residual, isFree) > target) {
        precondition(state.residual.data(), z.data());
        const double current = dot(state.residual, z);
        const double beta = iterations > 0 ? current / previous : 0.0;
        for (std::size_t a = 0; a < size; ++a)
            p[a] = z[a] + beta * p[a];
        product(p.data(), product_p.data());
        ++iterations;
        const double curvature = dot(p, product_p);
        if (!(curvature > 0.0 && current > 0.0))
            break; // what is left lies in the null space, to rounding
        const double step = current / curvature;
        for (std::size_t a = 0; a < size; ++a) {
            state.theta[a] += step * p[a];
            state.residual[a] -= step * product_p[a];
        }
        previous = current;
    }
    return iterations;
}

} // namespace OpenMMOscillators
