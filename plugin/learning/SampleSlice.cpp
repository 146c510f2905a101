#include "openmmoscillators/learning/SampleSlice.h"

#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <utility>

namespace OpenMMOscillators {

namespace {

// Blocks are added up in this many chunks, whatever the number of threads: that fixes the order of the sums.
constexpr std::size_t mostChunks = 32;
// Blocks come in multiples of this many, of one size: that shares them out evenly among two or four threads.
constexpr std::size_t blockMultiple = 4;

/** Samples of a block: at most `largest`, where they are not few enough for one block. */
std::size_t blockSizeFor(std::size_t samples, std::size_t largest) {
    if (samples <= largest)
        return largest;
    const std::size_t blocks = (samples + largest - 1) / largest;
    const std::size_t evenly = (blocks + blockMultiple - 1) / blockMultiple * blockMultiple;
    // Odd multiples of the alignment, lest the rows of a block fall on few sets of the cache.
    return (batchStride((samples + evenly - 1) / evenly) / batchAlignment | 1) * batchAlignment;
}

} // namespace

SampleSlice::SampleSlice(const BatchArithmetic<float>& batchArithmetic, ThreadPool& threadPool)
    : arithmetic(batchArithmetic), threads(threadPool) {}

int SampleSlice::getNumChunks() const {
    return static_cast<int>(std::min(mostChunks, blocks.size()));
}

void SampleSlice::forEachChunk(const std::function<void(int, std::size_t, std::size_t)>& task) const {
    const std::size_t chunks = getNumChunks();
    threads.run(static_cast<int>(chunks),
                [&](int chunk) { task(chunk, blocks.size() * chunk / chunks, blocks.size() * (chunk + 1) / chunks); });
}

void SampleSlice::load(const SampleSource& source, int timeIndex) {
    samples = source.getNumSamples();
    const std::size_t size = blockSizeFor(samples, arithmetic.getBlockSize());
    blocks.resize((samples + size - 1) / size);
    threads.run(static_cast<int>(blocks.size()), [&](int b) {
        const std::size_t first = b * size;
        source.read(timeIndex, first, std::min(size, samples - first), blocks[b]);
    });
}

void SampleSlice::assign(std::vector<SampleBlock> newBlocks) {
    blocks = std::move(newBlocks);
    samples = 0;
    for (const SampleBlock& block : blocks)
        samples += block.count;
}

SampleSlice SampleSlice::select(const std::vector<std::size_t>& chosen) const {
    std::vector<SampleBlock> copies(chosen.size());
    threads.run(static_cast<int>(chosen.size()), [&](int b) { copies[b] = blocks.at(chosen[b]); });
    SampleSlice selected(arithmetic, threads);
    selected.assign(std::move(copies));
    return selected;
}

std::vector<double> SampleSlice::average(int numSums, const AddSums& addSums) const {
    std::vector<std::vector<double>> partial(getNumChunks());
    forEachChunk([&](int chunk, std::size_t first, std::size_t last) {
        partial[chunk].assign(numSums, 0.0);
        for (std::size_t b = first; b < last; ++b)
            addSums(blocks[b], partial[chunk].data());
    });
    std::vector<double> result(numSums, 0.0);
    for (const std::vector<double>& sums : partial)
        for (int a = 0; a < numSums; ++a)
            result[a] += sums[a];
    for (double& value : result)
        value /= static_cast<double>(samples);
    return result;
}

std::vector<double> SampleSlice::gradient(const LocalRule& rule, const NoiseLevel& level, const double* change) const {
    return average(arithmetic.getNumParameters(), [&](const SampleBlock& block, double* sums) {
        rule.addGradient(arithmetic, level, block, change, sums);
    });
}

double SampleSlice::loss(const LocalRule& rule, const NoiseLevel& level, const double* theta) const {
    return average(
        1, [&](const SampleBlock& block, double* sum) { *sum += rule.sumLoss(arithmetic, level, theta, block); })[0];
}

void SampleSlice::multiply(const double* v, double* product) const {
    const std::vector<double> result =
        average(arithmetic.getNumParameters(), [&](const SampleBlock& block, double* sums) {
            arithmetic.addNormalProduct(v, block.position.data(), sums, block.count, block.stride);
        });
    std::copy(result.begin(), result.end(), product);
}

std::vector<double> SampleSlice::diagonal() const {
    return average(arithmetic.getNumParameters(), [&](const SampleBlock& block, double* sums) {
        arithmetic.addSquares(block.position.data(), sums, block.count, block.stride);
    });
}

std::vector<double> SampleSlice::energyTerms() const {
    return average(arithmetic.getNumParameters(), [&](const SampleBlock& block, double* sums) {
        arithmetic.addEnergyTerms(block.position.data(), sums, block.count, block.stride);
    });
}

void SampleSlice::measure(Device& device, const NetworkParameters& theta, const LocalRule& rule) {
    const bool isMotion = rule.reads(Signal::EvolvedPosition);
    if (!isMotion)
        device.setParameters(theta);
    for (SampleBlock& block : blocks)
        if (isMotion)
            device.evolve(block, DrivingProtocol({0.0, block.interval}, {theta, theta}));
        else
            device.measure(block);
}

void SampleSlice::changeParameters(const double* change) {
    threads.run(static_cast<int>(blocks.size()), [&](int b) {
        SampleBlock& block = blocks[b];
        AlignedVector<float> gradient(block.position.size());
        arithmetic.gradient(change, block.position.data(), gradient.data(), block.count, block.stride);
        for (std::size_t k = 0; k < block.force.size(); ++k)
            block.force[k] -= gradient[k];
        const auto interval = static_cast<float>(block.interval);
        for (AlignedVector<float>& evolved : block.evolvedPositions)
            for (std::size_t k = 0; k < evolved.size(); ++k)
                evolved[k] -= interval * gradient[k];
    });
}

} // namespace OpenMMOscillators
