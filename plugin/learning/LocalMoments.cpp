#include "openmmoscillators/learning/LocalMoments.h"

#include "openmmoscillators/learning/GramKernel.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/network/ParameterFamily.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>

namespace OpenMMOscillators {

namespace {

// Samples that go through the kernel at once: the rows of some three hundred parameters stay in the second-level cache.
constexpr std::size_t samplesAtOnce = 512;

} // namespace

LocalMoments::LocalMoments(const OscillatorNetwork& measuredNetwork, int mostEdges)
    : network(measuredNetwork), patches(network, mostEdges), grams(patches.getNumPatches()) {}

int LocalMoments::getStride(int patch) const {
    const int size = static_cast<int>(patches.getPatch(patch).parameters.size());
    return (size + gramRowMultiple - 1) / gramRowMultiple * gramRowMultiple;
}

void LocalMoments::measure(const SampleSlice& slice, std::size_t numSamples, ThreadPool& threads) {
    const std::vector<SampleBlock>& all = slice.getBlocks();
    const std::size_t blockSize = std::max<std::size_t>(1, all.front().count);
    const std::size_t wanted = std::clamp<std::size_t>((numSamples + blockSize - 1) / blockSize, 1, all.size());
    std::vector<const SampleBlock*> chosen;
    for (std::size_t k = 0; k < wanted; ++k)
        chosen.push_back(&all[k * all.size() / wanted]);
    threads.run(patches.getNumPatches(), [&](int patch) { measurePatch(patch, chosen); });
}

void LocalMoments::measurePatch(int patch, const std::vector<const SampleBlock*>& blocks) {
    const int size = getStride(patch);
    AlignedVector<float>& gram = grams[patch];
    gram.assign(static_cast<std::size_t>(size) * size, 0.0F);
    AlignedVector<float> rows;
    std::size_t samples = 0;
    for (std::size_t first = 0; first < blocks.size();) {
        std::size_t last = first, stride = 0;
        while (last < blocks.size() && (last == first || stride + blocks[last]->stride <= samplesAtOnce))
            stride += blocks[last++]->stride;
        rows.assign(stride * size, 0.0F);
        std::size_t offset = 0;
        for (; first < last; ++first) {
            fillRows(patches.getPatch(patch), *blocks[first], rows.data() + offset, stride);
            offset += blocks[first]->stride;
            samples += blocks[first]->count;
        }
        addGram(rows.data(), size, stride, gram.data());
    }
    for (float& value : gram)
        value /= static_cast<float>(samples);
}

void LocalMoments::fillRows(const ParameterPatches::Patch& patch, const SampleBlock& block, float* rows,
                            std::size_t stride) const {
    const float* x = block.position.data() + patch.oscillator * block.stride;
    for (std::size_t s = 0; s < block.count; ++s) {
        const float square = x[s] * x[s];
        rows[s] = x[s];
        rows[stride + s] = x[s] * square;
        rows[2 * stride + s] = x[s] * square * square;
        rows[3 * stride + s] = 1.0F;
    }
    float* row = rows + numOscillatorFamilies * stride;
    for (const int e : patch.edges) {
        const auto [first, second] = network.getEdges()[e];
        const bool isFirst = first == patch.oscillator;
        const float* other = block.position.data() + (isFirst ? second : first) * block.stride;
        for (std::size_t s = 0; s < block.count; ++s) {
            const float d = x[s] - other[s]; // whichever end it is: both terms are odd in the difference
            row[s] = 2.0F * d;
            row[stride + s] = isFirst ? 2.0F * x[s] * other[s] : other[s] * other[s];
            row[2 * stride + s] = d * d * d;
        }
        row += numEdgeFamilies * stride;
    }
}

} // namespace OpenMMOscillators
