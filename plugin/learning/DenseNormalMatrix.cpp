#include "openmmoscillators/learning/DenseNormalMatrix.h"

#include "openmmoscillators/learning/LocalMoments.h"
#include <Eigen/Cholesky>

namespace OpenMMOscillators {

Eigen::MatrixXd assembleNormalMatrix(const LocalMoments& moments, double ridge) {
    const ParameterPatches& patches = moments.getPatches();
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(patches.getNumParameters(), patches.getNumParameters());
    for (int i = 0; i < patches.getNumPatches(); ++i) {
        const std::vector<int>& parameters = patches.getPatch(i).parameters;
        for (std::size_t a = 0; a < parameters.size(); ++a)
            for (std::size_t b = 0; b < parameters.size(); ++b)
                matrix(parameters[a], parameters[b]) += moments.get(i, static_cast<int>(a), static_cast<int>(b));
    }
    matrix.diagonal() *= 1.0 + ridge;
    return matrix;
}

void solveDense(const Eigen::MatrixXd& matrix, const std::vector<char>& isFree, const std::vector<double>& residual,
                std::vector<double>& theta) {
    std::vector<int> kept;
    for (std::size_t a = 0; a < isFree.size(); ++a)
        if (isFree[a])
            kept.push_back(static_cast<int>(a));
    Eigen::VectorXd right(kept.size());
    for (std::size_t k = 0; k < kept.size(); ++k)
        right[k] = residual[kept[k]];
    // LDLT copes with the semidefinite matrices that are left without ridge.
    const Eigen::VectorXd change = Eigen::MatrixXd(matrix(kept, kept)).ldlt().solve(right);
    for (std::size_t k = 0; k < kept.size(); ++k)
        theta[kept[k]] += change[k];
}

} // namespace OpenMMOscillators
