#include "openmmoscillators/learning/ForceMatching.h"

namespace OpenMMOscillators {

const std::string& ForceMatching::getName() const {
    static const std::string name = "implicit";
    return name;
}

const std::vector<Signal>& ForceMatching::getSignals() const {
    static const std::vector<Signal> signals = {Signal::Position, Signal::Force};
    return signals;
}

void ForceMatching::addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                const SampleBlock& block, const double* change, double* sums) const {
    const int parameters = arithmetic.getNumParameters();
    std::vector<double> power(parameters, 0.0), divergence(parameters, 0.0);
    arithmetic.addTranspose(block.position.data(), block.force.data(), power.data(), block.count, block.stride, change);
    arithmetic.addLaplacianTerms(block.position.data(), divergence.data(), block.count, block.stride);
    const double kT = level.thermalEnergy;
    for (int a = 0; a < parameters; ++a)
        sums[a] -= (power[a] / kT + divergence[a]) / kT;
}

double ForceMatching::sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const double* theta,
                              const SampleBlock& block) const {
    std::vector<double> divergence(arithmetic.getNumParameters(), 0.0);
    arithmetic.addLaplacianTerms(block.position.data(), divergence.data(), block.count, block.stride);
    double laplacian = 0.0;
    for (std::size_t a = 0; a < divergence.size(); ++a)
        laplacian += theta[a] * divergence[a];
    const double kT = level.thermalEnergy;
    return 0.5 * sumSquares(block.force, block) / (kT * kT) - laplacian / kT;
}

double ForceMatching::getCurvature(const NoiseLevel& level) const {
    return 1.0 / (level.thermalEnergy * level.thermalEnergy);
}

} // namespace OpenMMOscillators
