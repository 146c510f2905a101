#pragma once

#include <cstddef>
#include <random>

namespace OpenMMOscillators {

/** The random choices of one case: the same for the same seed. */
class Random {
public:
    explicit Random(unsigned long seed) : generator(seed) {}
    /** 0 ... count - 1; 0 if there are none. */
    std::size_t below(std::size_t count) { return count == 0 ? 0 : generator() % count; }
    template <typename Container>
    auto& pick(Container& choices) {
        return choices[below(choices.size())];
    }

private:
    std::mt19937_64 generator;
};

} // namespace OpenMMOscillators
