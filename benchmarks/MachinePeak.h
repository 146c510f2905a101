#pragma once

#include <cstddef>

namespace OpenMMOscillators {

/** What one core of this machine does at best, measured with the instruction set that the kernels use. */
namespace MachinePeak {

/** Fused multiply-adds of independent Reals a nanosecond. */
template <typename Real>
double fusedMultiplyAdds();
/** Bytes a nanosecond that a loop can read from an array of this size, again and again. */
double readBandwidth(std::size_t bytes);

} // namespace MachinePeak
} // namespace OpenMMOscillators
