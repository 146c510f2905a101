#include "openmmoscillators/learning/ContrastiveDivergence.h"

#include <numeric>

namespace OpenMMOscillators {

const std::string& ContrastiveDivergence::getName() const {
    static const std::string name = "contrastive-divergence";
    return name;
}

const std::vector<Signal>& ContrastiveDivergence::getSignals() const {
    static const std::vector<Signal> signals = {Signal::Position, Signal::EvolvedPosition};
    return signals;
}

void ContrastiveDivergence::addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                        const SampleBlock& block, const double* change, double* sums) const {
    const int parameters = arithmetic.getNumParameters();
    std::vector<double> before(parameters, 0.0), after(parameters, 0.0);
    arithmetic.addEnergyTerms(block.position.data(), before.data(), block.count, block.stride);
    for (const AlignedVector<float>& evolved : block.evolvedPositions)
        arithmetic.addEnergyTerms(evolved.data(), after.data(), block.count, block.stride);
    const auto repetitions = static_cast<double>(block.evolvedPositions.size());
    const double scale = block.interval * level.thermalEnergy * level.thermalEnergy;
    for (int a = 0; a < parameters; ++a)
        sums[a] -= (after[a] / repetitions - before[a]) / scale;
    if (change == nullptr)
        return;
    std::vector<double> product(parameters, 0.0);
    arithmetic.addNormalProduct(change, block.position.data(), product.data(), block.count, block.stride);
    for (int a = 0; a < parameters; ++a)
        sums[a] += getCurvature(level) * product[a];
}

double ContrastiveDivergence::sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                      const double* theta, const SampleBlock& block) const {
    std::vector<double> gradient(arithmetic.getNumParameters(), 0.0);
    addGradient(arithmetic, level, block, nullptr, gradient.data());
    AlignedVector<float> slope(block.position.size());
    arithmetic.gradient(theta, block.position.data(), slope.data(), block.count, block.stride);
    return std::inner_product(gradient.begin(), gradient.end(), theta, 0.0) -
           0.5 * getCurvature(level) * sumSquares(slope, block);
}

double ContrastiveDivergence::getCurvature(const NoiseLevel& level) const {
    return 1.0 / (level.thermalEnergy * level.thermalEnergy);
}

} // namespace OpenMMOscillators
