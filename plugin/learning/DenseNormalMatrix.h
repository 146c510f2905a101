#pragma once

#include <Eigen/Core>
#include <vector>

namespace OpenMMOscillators {

class LocalMoments;

/** E[Phi^T Phi] + ridge times its diagonal, assembled from moments of one patch an oscillator, of a small network. */
Eigen::MatrixXd assembleNormalMatrix(const LocalMoments& moments, double ridge);

/**
 * Add to theta what makes the residual of the free components vanish: theta += H_free^-1 residual_free.
 * @param isFree  one flag a component
 */
void solveDense(const Eigen::MatrixXd& matrix, const std::vector<char>& isFree, const std::vector<double>& residual,
                std::vector<double>& theta);

} // namespace OpenMMOscillators
