#include "openmmoscillators/thermodynamics/ReducedMixture.h"

#include <Eigen/Dense>

namespace OpenMMOscillators {

ReducedMixture reduceToSpanOfMeans(const GaussianMixture& mixture) {
    const int dimension = mixture.getDimension(), numComponents = mixture.getNumComponents();
    bool shared = mixture.isIsotropic();
    for (int k = 1; shared && k < numComponents; ++k)
        shared = mixture.getVariance(k) == mixture.getVariance(0);
    if (!shared || dimension == 1 || numComponents == 0)
        return {mixture, 0, 1.0};

    const std::vector<double> centre = mixture.getOverallMean();
    Eigen::MatrixXd means(dimension, numComponents);
    for (int k = 0; k < numComponents; ++k)
        for (int i = 0; i < dimension; ++i)
            means(i, k) = mixture.getMean(k)[i] - centre[i];
    const Eigen::JacobiSVD<Eigen::MatrixXd> decomposition(means, Eigen::ComputeThinU);
    const int rank = std::max<int>(1, decomposition.rank());
    const Eigen::MatrixXd coordinates = decomposition.matrixU().leftCols(rank).transpose() * means;

    GaussianMixture reduced(rank);
    for (int k = 0; k < numComponents; ++k) {
        const Eigen::VectorXd mean = coordinates.col(k);
        reduced.addIsotropicComponent(mixture.getWeight(k), std::vector<double>(mean.data(), mean.data() + rank),
                                      mixture.getVariance(k));
    }
    return {reduced, dimension - rank, mixture.getVariance(0)};
}

} // namespace OpenMMOscillators
