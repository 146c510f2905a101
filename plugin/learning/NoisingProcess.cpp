#include "openmmoscillators/learning/NoisingProcess.h"

#include "openmmoscillators/learning/BatchNoise.h"
#include "openmmoscillators/network/Show.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

void requirePositive(double value, const char* what) {
    if (!(std::isfinite(value) && value > 0.0))
        throw std::invalid_argument(std::string("NoisingProcess: ") + what + " is " + show(value) +
                                    "; it must be finite and > 0");
}

void requireInterval(double interval) {
    if (!(interval >= 0.0))
        throw std::invalid_argument("NoisingProcess: the time is " + show(interval) + " ps; it must be >= 0");
}

} // namespace

NoisingProcess::NoisingProcess(double trapWidth, double thermalEnergy) : sigma(trapWidth), kT(thermalEnergy) {
    requirePositive(sigma, "the trap width sigma");
    requirePositive(kT, "the thermal energy kT");
}

double NoisingProcess::getMeanFactor(double interval) const {
    requireInterval(interval);
    return std::exp(-interval / (sigma * sigma));
}

double NoisingProcess::getVariance(double interval) const {
    requireInterval(interval);
    return -kT * sigma * sigma * std::expm1(-2.0 * interval / (sigma * sigma));
}

NoiseLevel NoisingProcess::getLevel(double time) const {
    return {time, getMeanFactor(time), getVariance(time), kT, sigma};
}

NoisingBridge NoisingProcess::getBridge(double earlier, double later) const {
    const double interval = later - earlier;
    const double before = getVariance(earlier), between = getVariance(interval), factor = getMeanFactor(interval);
    // Bayes: precisions 1 / v(earlier) of the datum's mean and m^2 / v(interval) of the later position's, over m.
    const double variance = before * between / (between + before * factor * factor);
    return {before * factor / (between + before * factor * factor),
            getMeanFactor(earlier) * between / (between + before * factor * factor), std::sqrt(variance)};
}

void NoisingProcess::advance(double interval, const CounterNoise& noise, std::uint64_t step, std::uint32_t firstStream,
                             float* x, int numOscillators, std::size_t count, std::size_t stride) const {
    scaleAndAddNoise(getMeanFactor(interval), std::sqrt(getVariance(interval)), noise, step, firstStream, x,
                     numOscillators, count, stride);
}

} // namespace OpenMMOscillators
