#include "openmmoscillators/network/CounterNoise.h"

#include <Random123/philox.h>
#include <cmath>

namespace OpenMMOscillators {

namespace {

constexpr double scale = 1.0 / 4294967296.0; // 2^-32
constexpr double twoPi = 6.283185307179586476925286766559;

void boxMuller(std::uint32_t radial, std::uint32_t angular, double& first, double& second) {
    const double radius = std::sqrt(-2.0 * std::log((radial + 0.5) * scale));
    const double angle = twoPi * scale * angular;
    first = radius * std::cos(angle);
    second = radius * std::sin(angle);
}

} // namespace

std::array<std::uint32_t, 4> CounterNoise::words(std::uint64_t step, std::uint32_t stream, std::uint32_t block) const {
    const r123::Philox4x32::key_type key = {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
    const r123::Philox4x32::ctr_type counter = {
        {block, stream, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32)}};
    const r123::Philox4x32::ctr_type result = r123::Philox4x32()(counter, key);
    return {result[0], result[1], result[2], result[3]};
}

std::array<double, 4> CounterNoise::normals(std::uint64_t step, std::uint32_t stream, std::uint32_t block) const {
    const std::array<std::uint32_t, 4> word = words(step, stream, block);
    std::array<double, 4> normal{};
    boxMuller(word[0], word[1], normal[0], normal[1]);
    boxMuller(word[2], word[3], normal[2], normal[3]);
    return normal;
}

} // namespace OpenMMOscillators
