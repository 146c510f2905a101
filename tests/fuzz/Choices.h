#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace OpenMMOscillators {

/**
 * An input as a row of decisions: few bytes each, so that a fuzzer that changes one byte changes one decision. When
 * there are no more bytes, all are 0.
 */
class Choices {
public:
    explicit Choices(std::string input) : bytes(std::move(input)) {}

    bool areLeft() const { return place < bytes.size(); }
    /** The next bytes as a value of this type. */
    template <typename T>
    T take() {
        T value{};
        const std::size_t size = std::min(sizeof(T), bytes.size() - place);
        std::memcpy(&value, bytes.data() + place, size);
        place += size;
        return value;
    }
    /** 0 ... count - 1, from one byte or two. */
    std::size_t below(std::size_t count) {
        if (count <= 1)
            return 0;
        return (count <= 256 ? take<unsigned char>() : take<unsigned short>()) % count;
    }
    template <typename Container>
    const auto& pick(const Container& choices) {
        return choices[below(choices.size())];
    }
    /** Up to 255 bytes. */
    std::string text() {
        const std::size_t size = std::min<std::size_t>(take<unsigned char>(), bytes.size() - place);
        place += size;
        return bytes.substr(place - size, size);
    }
    /** All that is left. */
    std::string rest() { return bytes.substr(std::exchange(place, bytes.size())); }

private:
    std::string bytes;
    std::size_t place = 0;
};

} // namespace OpenMMOscillators
