#include "openmmoscillators/learning/Imperfections.h"

#include <algorithm>
#include <cmath>

namespace OpenMMOscillators {

std::vector<double> drawNormals(const CounterNoise& noise, std::uint32_t stream, double spread, std::size_t count,
                                std::uint64_t step) {
    std::vector<double> values(count);
    for (std::size_t first = 0; first < count; first += 4) {
        const auto normals = noise.normals(step, stream, static_cast<std::uint32_t>(first / 4));
        for (std::size_t k = first; k < std::min(count, first + 4); ++k)
            values[k] = spread * normals[k - first];
    }
    return values;
}

double quantise(double value, int bits, double range) {
    if (bits == 0)
        return value;
    const double level = std::ldexp(range, 1 - bits);
    return std::clamp(std::round(value / level) * level, -range, range);
}

} // namespace OpenMMOscillators
