#pragma once

#include "Random.h"
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

namespace OpenMMOscillators {

/** Changes a few places of a file or text: bits, bytes, numbers at the limits, pieces left out, repeated or exchanged.
 */
inline void mutateBytes(std::string& bytes, Random& random) {
    static const std::array<std::int64_t, 10> numbers = {0,     1,         -1,        127,       255,
                                                         65535, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
    for (std::size_t changes = 1 + random.below(4); changes > 0 && !bytes.empty(); --changes) {
        const std::size_t place = random.below(bytes.size());
        const std::size_t length = 1 + random.below(std::min<std::size_t>(64, bytes.size() - place));
        switch (random.below(7)) {
        case 0:
            bytes[place] = static_cast<char>(bytes[place] ^ (1 << random.below(8)));
            break;
        case 1:
            bytes[place] = static_cast<char>(random.below(256));
            break;
        case 2:
            std::memcpy(&bytes[place], &numbers[random.below(numbers.size())],
                        std::min<std::size_t>(8, bytes.size() - place));
            break;
        case 3:
            bytes.erase(place, length);
            break;
        case 4:
            bytes.insert(random.below(bytes.size()), bytes.substr(place, length));
            break;
        case 5:
            bytes.replace(place, length, std::to_string(numbers[random.below(numbers.size())]));
            break;
        default:
            bytes.resize(place);
        }
    }
}

} // namespace OpenMMOscillators
