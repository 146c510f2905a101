#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * Which blocks of samples a stochastic step averages over. All blocks come in turn, in an order that is drawn anew for
 * every pass over them and depends on seed and pass alone: a run may be continued at any step.
 */
class Minibatches {
public:
    /** @param blocksPerBatch  at most numBlocks are taken */
    Minibatches(std::size_t numBlocks, std::size_t blocksPerBatch, std::uint64_t orderSeed);
    /** The blocks of a step. */
    std::vector<std::size_t> get(long step);

private:
    void shuffle(std::uint64_t newPass);

    std::size_t perBatch;
    std::uint64_t seed, pass = 0;
    std::vector<std::size_t> order;
};

} // namespace OpenMMOscillators
