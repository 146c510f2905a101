#pragma once

#include <array>
#include <cstdint>

namespace OpenMMOscillators {

/**
 * Standard normal numbers that depend on nothing but (seed, step, stream, index): the same on every platform, for any
 * number of threads and any way of cutting a run into calls. Philox4x32-10 (Salmon et al., SC11; Random123) followed by
 * Box-Muller:
 *
 *   key     = (seed low word, seed high word)
 *   counter = (index / 4, stream, step low word, step high word)   ->  words w0 w1 w2 w3
 *   n0, n1  = r cos a, r sin a   with r = sqrt(-2 ln((w0 + 1/2) 2^-32)), a = 2 pi w1 2^-32;   n2, n3 likewise of w2, w3
 *
 * In the dynamics stream is the replica and index the oscillator; see NoiseStreams for coordinates of other particles.
 * Vectorised kernels form the same words and may form the normals in float.
 */
class CounterNoise {
public:
    explicit CounterNoise(std::uint64_t noiseSeed) : seed(noiseSeed) {}
    /** The four words of indices 4 block ... 4 block + 3. */
    std::array<std::uint32_t, 4> words(std::uint64_t step, std::uint32_t stream, std::uint32_t block) const;
    /** The four normals of indices 4 block ... 4 block + 3. */
    std::array<double, 4> normals(std::uint64_t step, std::uint32_t stream, std::uint32_t block) const;

private:
    std::uint64_t seed;
};

} // namespace OpenMMOscillators
