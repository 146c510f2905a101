#include "openmmoscillators/learning/BatchNoise.h"

#include <array>

namespace OpenMMOscillators {

void scaleAndAddNoise(double factor, double deviation, const CounterNoise& noise, std::uint64_t step,
                      std::uint32_t firstStream, float* x, int numOscillators, std::size_t count, std::size_t stride) {
    for (std::size_t s = 0; s < count; ++s) {
        const auto stream = static_cast<std::uint32_t>(firstStream + s);
        for (int first = 0; first < numOscillators; first += 4) {
            const std::array<double, 4> normals = noise.normals(step, stream, first / 4);
            for (int i = first; i < numOscillators && i < first + 4; ++i) {
                float& value = x[i * stride + s];
                value = static_cast<float>(factor * value + deviation * normals[i - first]);
            }
        }
    }
}

} // namespace OpenMMOscillators
