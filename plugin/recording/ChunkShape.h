#pragma once

#include <cstddef>

namespace OpenMMOscillators {

/**
 * How many frames and particles lie together in a file. Frames are written one at a time, and read whole (viewers) or
 * by ranges of replicas (learning). So a large frame is cut into chunks of about 1 MiB of whole replicas; small frames
 * share a chunk of at most 64 KiB, so that thousands of them do not become thousands of tiny chunks.
 */
struct ChunkShape {
    std::size_t frames;
    std::size_t particles;

    /**
     * @param particleCount     particles in a frame, > 0
     * @param bytesPerParticle  in a frame, > 0
     * @param replicaSize       particles of a replica, > 0
     */
    static ChunkShape choose(std::size_t particleCount, std::size_t bytesPerParticle, std::size_t replicaSize);
};

} // namespace OpenMMOscillators
