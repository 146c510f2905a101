#include "openmmoscillators/network/CounterNoise.h"
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <vector>

using OpenMMOscillators::CounterNoise;

TEST(CounterNoise, WordsArePhilox4x32) {
    // Known answers of Random123 (kat_vectors, philox 4x32 10 rounds): counters and keys all 0, all 1, and digits of
    // pi.
    const std::array<std::uint32_t, 4> zeros = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    const std::array<std::uint32_t, 4> ones = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    const std::array<std::uint32_t, 4> pi = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    EXPECT_EQ(CounterNoise(0).words(0, 0, 0), zeros);
    EXPECT_EQ(CounterNoise(~std::uint64_t{0}).words(~std::uint64_t{0}, 0xffffffffu, 0xffffffffu), ones);
    // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0: low word first
    EXPECT_EQ(CounterNoise(0x299f31d0a4093822u).words(0x0370734413198a2eu, 0x85a308d3u, 0x243f6a88u), pi);
}

TEST(CounterNoise, NormalsAreBoxMullerOfTheWords) {
    const CounterNoise noise(42);
    const auto words = noise.words(7, 3, 5);
    const auto normals = noise.normals(7, 3, 5);
    for (int pair = 0; pair < 2; ++pair) {
        const double radius = std::sqrt(-2.0 * std::log((words[2 * pair] + 0.5) / 4294967296.0));
        const double angle = 2.0 * M_PI * words[2 * pair + 1] / 4294967296.0;
        EXPECT_NEAR(normals[2 * pair], radius * std::cos(angle), 1e-14);
        EXPECT_NEAR(normals[2 * pair + 1], radius * std::sin(angle), 1e-14);
    }
}

TEST(CounterNoise, NormalsAreStandardAndIndependent) {
    // 4e5 numbers: standard errors of the moments 1 to 4 are sqrt(1, 2, 15, 96)/sqrt(n). Tolerance 5 of them for about
    // 20 comparisons: a false alarm once in 1e5 seeds (and the seed is fixed).
    const int steps = 1000, streams = 10, blocks = 10;
    const double n = 4.0 * steps * streams * blocks;
    const CounterNoise noise(20240607);
    double moment[5] = {};
    double lag[3] = {}; // products with the neighbour in step, stream and index
    for (int s = 0; s < steps; ++s)
        for (int r = 0; r < streams; ++r)
            for (int b = 0; b < blocks; ++b) {
                const auto here = noise.normals(s, r, b);
                const auto later = noise.normals(s + 1, r, b), beside = noise.normals(s, r + 1, b);
                for (int i = 0; i < 4; ++i) {
                    double power = 1.0;
                    for (double& m : moment) {
                        m += power / n;
                        power *= here[i];
                    }
                    lag[0] += here[i] * later[i] / n;
                    lag[1] += here[i] * beside[i] / n;
                    lag[2] += here[i] * here[(i + 1) % 4] / n;
                }
            }
    EXPECT_NEAR(moment[1], 0.0, 5.0 * std::sqrt(1.0 / n));
    EXPECT_NEAR(moment[2], 1.0, 5.0 * std::sqrt(2.0 / n));
    EXPECT_NEAR(moment[3], 0.0, 5.0 * std::sqrt(15.0 / n));
    EXPECT_NEAR(moment[4], 3.0, 5.0 * std::sqrt(96.0 / n));
    for (double product : lag)
        EXPECT_NEAR(product, 0.0, 5.0 * std::sqrt(2.0 / n)); // neighbours are counted twice at most
}

TEST(CounterNoise, EveryPartOfTheAddressMatters) {
    std::set<std::uint32_t> first = {
        CounterNoise(1).words(2, 3, 4)[0],
        CounterNoise(2).words(2, 3, 4)[0],
        CounterNoise(1 + (std::uint64_t{1} << 32)).words(2, 3, 4)[0],
        CounterNoise(1).words(3, 3, 4)[0],
        CounterNoise(1).words(2 + (std::uint64_t{1} << 32), 3, 4)[0],
        CounterNoise(1).words(2, 4, 4)[0],
        CounterNoise(1).words(2, 3, 5)[0],
    };
    EXPECT_EQ(first.size(), 7u);
}
