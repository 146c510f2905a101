#include "openmmoscillators/learning/Minibatches.h"

#include "openmmoscillators/network/CounterNoise.h"
#include <algorithm>
#include <numeric>
#include <utility>

namespace OpenMMOscillators {

Minibatches::Minibatches(std::size_t numBlocks, std::size_t blocksPerBatch, std::uint64_t orderSeed)
    : perBatch(std::min(blocksPerBatch, numBlocks)), seed(orderSeed), order(numBlocks) {
    shuffle(0);
}

void Minibatches::shuffle(std::uint64_t newPass) {
    pass = newPass;
    std::iota(order.begin(), order.end(), std::size_t{0});
    const CounterNoise noise(seed);
    for (std::size_t i = order.size(); i > 1; --i) // Fisher & Yates
        std::swap(order[i - 1], order[noise.words(pass, 0, static_cast<std::uint32_t>(i))[0] % i]);
}

std::vector<std::size_t> Minibatches::get(long step) {
    // What is left over at the end of a pass is left out of it.
    const std::size_t batches = order.size() / perBatch;
    if (step / batches != pass)
        shuffle(step / batches);
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(step % batches * perBatch);
    return {first, first + static_cast<std::ptrdiff_t>(perBatch)};
}

} // namespace OpenMMOscillators
