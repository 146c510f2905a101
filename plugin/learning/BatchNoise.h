#pragma once

#include "openmmoscillators/network/CounterNoise.h"
#include <cstddef>
#include <cstdint>

namespace OpenMMOscillators {

/**
 * x -> factor x + deviation epsilon of a batch x[oscillator * stride + sample], epsilon of sample s, oscillator i the
 * standard normal of noise at (step, stream firstStream + s, index i).
 */
void scaleAndAddNoise(double factor, double deviation, const CounterNoise& noise, std::uint64_t step,
                      std::uint32_t firstStream, float* x, int numOscillators, std::size_t count, std::size_t stride);

} // namespace OpenMMOscillators
