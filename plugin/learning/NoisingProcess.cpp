#include "openmmoscillators/learning/NoisingProcess.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

void requirePositive(double value, const char* what) {
    if (!(std::isfinite(value) && value > 0.0))
        throw std::invalid_argument(std::string("NoisingProcess: ") + what + " is " + std::to_string(value) +
                                    "; it must be finite and > 0");
}

void requireInterval(double interval) {
    if (!(interval >= 0.0))
        throw std::invalid_argument("NoisingProcess: the time is " + std::to_string(interval) + " ps; it must be >= 0");
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
    return {time, getMeanFactor(time), getVariance(time), kT};
}

void NoisingProcess::advance(double interval, const CounterNoise& noise, std::uint64_t step, std::uint32_t firstStream,
                             float* x, int numOscillators, std::size_t count, std::size_t stride) const {
    const double mean = getMeanFactor(interval);
    const double deviation = std::sqrt(getVariance(interval));
    for (std::size_t s = 0; s < count; ++s) {
        const auto stream = static_cast<std::uint32_t>(firstStream + s);
        for (int first = 0; first < numOscillators; first += 4) {
            const std::array<double, 4> normals = noise.normals(step, stream, first / 4);
            for (int i = first; i < numOscillators && i < first + 4; ++i) {
                float& value = x[i * stride + s];
                value = static_cast<float>(mean * value + deviation * normals[i - first]);
            }
        }
    }
}

} // namespace OpenMMOscillators
