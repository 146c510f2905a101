#include "openmmoscillators/learning/DenoisingForceMatching.h"

namespace OpenMMOscillators {

namespace {

/** F - F* of every sample. */
AlignedVector<float> forceError(const NoiseLevel& level, const SampleBlock& block) {
    const auto mean = static_cast<float>(level.meanFactor);
    const auto stiffness = static_cast<float>(level.thermalEnergy / level.variance);
    AlignedVector<float> error(block.position.size());
    for (std::size_t k = 0; k < error.size(); ++k)
        error[k] = block.force[k] + stiffness * (block.position[k] - mean * block.initialPosition[k]);
    return error;
}

} // namespace

const std::string& DenoisingForceMatching::getName() const {
    static const std::string name = "denoising";
    return name;
}

const std::vector<Signal>& DenoisingForceMatching::getSignals() const {
    static const std::vector<Signal> signals = {Signal::Position, Signal::Force, Signal::InitialPosition};
    return signals;
}

void DenoisingForceMatching::addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                         const SampleBlock& block, const double* change, double* sums) const {
    std::vector<double> products(arithmetic.getNumParameters(), 0.0);
    arithmetic.addTranspose(block.position.data(), forceError(level, block).data(), products.data(), block.count,
                            block.stride, change);
    for (std::size_t a = 0; a < products.size(); ++a)
        sums[a] -= getCurvature(level) * products[a];
}

double DenoisingForceMatching::sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                                       const double* /*theta*/, const SampleBlock& block) const {
    const AlignedVector<float> error = forceError(level, block);
    double squares = 0.0;
    for (int i = 0; i < arithmetic.getNumOscillators(); ++i)
        for (std::size_t s = 0; s < block.count; ++s) {
            const double value = error[i * block.stride + s];
            squares += value * value;
        }
    return 0.5 * getCurvature(level) * squares;
}

double DenoisingForceMatching::getCurvature(const NoiseLevel& level) const {
    return 1.0 / (level.thermalEnergy * level.thermalEnergy);
}

} // namespace OpenMMOscillators
