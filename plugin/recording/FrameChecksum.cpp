#include "openmmoscillators/recording/FrameChecksum.h"

#include <zlib.h>

namespace OpenMMOscillators {

void FrameChecksum::addBytes(const void* bytes, std::size_t size) {
    crc = static_cast<std::uint32_t>(crc32_z(crc, static_cast<const unsigned char*>(bytes), size));
}

} // namespace OpenMMOscillators
