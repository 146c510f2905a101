#pragma once

#include "openmmoscillators/network/CounterNoise.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/** Numbers of N(0, spread^2); the same for the same noise, stream and step. */
std::vector<double> drawNormals(const CounterNoise& noise, std::uint32_t stream, double spread, std::size_t count,
                                std::uint64_t step = 0);

/** What a converter of so many bits makes of a value: the nearest of 2^bits + 1 levels from -range to range. */
double quantise(double value, int bits, double range);

} // namespace OpenMMOscillators
