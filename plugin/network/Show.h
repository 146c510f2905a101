#pragma once

#include <array>
#include <charconv>
#include <string>

namespace OpenMMOscillators {

/** A number for messages, with the fewest digits that read back to it: 1e-05 where std::to_string gives 0.000010. */
inline std::string show(double value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

} // namespace OpenMMOscillators
