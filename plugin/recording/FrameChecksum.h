#pragma once

#include <cstddef>
#include <cstdint>

namespace OpenMMOscillators {

/** CRC-32 (as of zip and PNG) of the numbers of a frame, by which damage to a file is found. */
class FrameChecksum {
public:
    template <typename T>
    void add(const T* values, std::size_t count) {
        addBytes(values, count * sizeof(T));
    }
    long long getValue() const { return static_cast<long long>(crc); }

private:
    void addBytes(const void* bytes, std::size_t size);
    std::uint32_t crc = 0;
};

} // namespace OpenMMOscillators
