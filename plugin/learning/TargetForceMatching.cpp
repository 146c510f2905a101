#include "openmmoscillators/learning/TargetForceMatching.h"

namespace OpenMMOscillators {

void TargetForceMatching::addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                      const SampleBlock& block, const double* change, double* sums) const {
    std::vector<double> products(arithmetic.getNumParameters(), 0.0);
    arithmetic.addTranspose(block.position.data(), findForceError(level, block).data(), products.data(), block.count,
                            block.stride, change);
    for (std::size_t a = 0; a < products.size(); ++a)
        sums[a] -= getCurvature(level) * products[a];
}

double TargetForceMatching::sumLoss(const BatchArithmetic<float>& /*arithmetic*/, const NoiseLevel& level,
                                    const double* /*theta*/, const SampleBlock& block) const {
    return 0.5 * getCurvature(level) * sumSquares(findForceError(level, block), block);
}

double TargetForceMatching::getCurvature(const NoiseLevel& level) const {
    return 1.0 / (level.thermalEnergy * level.thermalEnergy);
}

} // namespace OpenMMOscillators
