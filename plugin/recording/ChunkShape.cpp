#include "openmmoscillators/recording/ChunkShape.h"

#include <algorithm>

namespace OpenMMOscillators {

namespace {

constexpr std::size_t largeChunk = std::size_t(1) << 20;
constexpr std::size_t sharedChunk = std::size_t(1) << 16;

std::size_t divideUp(std::size_t value, std::size_t divisor) {
    return (value + divisor - 1) / divisor;
}

} // namespace

ChunkShape ChunkShape::choose(std::size_t particleCount, std::size_t bytesPerParticle, std::size_t replicaSize) {
    const std::size_t frameBytes = particleCount * bytesPerParticle;
    if (frameBytes <= sharedChunk)
        return {sharedChunk / frameBytes, particleCount};
    const std::size_t pieces = divideUp(frameBytes, largeChunk);
    std::size_t particles = divideUp(particleCount, pieces);
    if (pieces > 1 && particles > replicaSize)
        particles = divideUp(particles, replicaSize) * replicaSize;
    return {1, std::min(particles, particleCount)};
}

} // namespace OpenMMOscillators
