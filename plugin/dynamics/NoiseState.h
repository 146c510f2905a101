#pragma once

#include <cstdint>

namespace OpenMMOscillators {

/** What the random numbers of a run depend on. The counter grows by one with every step. */
struct NoiseState {
    std::uint64_t seed = 0;
    std::uint64_t counter = 0;
};

} // namespace OpenMMOscillators
