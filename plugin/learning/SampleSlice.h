#pragma once

#include "openmmoscillators/learning/LocalRule.h"
#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <cstddef>
#include <functional>
#include <vector>

namespace OpenMMOscillators {

class Device;
class ThreadPool;

/**
 * All samples of one time, in blocks that suit the batch arithmetic, and averages over them. Averages are sums over
 * blocks, in float within a block and in double between, added up in an order that does not depend on the number of
 * threads.
 */
class SampleSlice {
public:
    /** The arithmetic and the threads must outlive the slice. */
    SampleSlice(const BatchArithmetic<float>& batchArithmetic, ThreadPool& threadPool);

    /** Read all samples of a source at one time. */
    void load(const SampleSource& source, int timeIndex);
    /** Take these samples: every block but the last of the same size. */
    void assign(std::vector<SampleBlock> newBlocks);
    /** A copy of some of the blocks. */
    SampleSlice select(const std::vector<std::size_t>& chosen) const;
    std::size_t getNumSamples() const { return samples; }
    const std::vector<SampleBlock>& getBlocks() const { return blocks; }

    /**
     * The gradient of a rule's loss at the theta under which the forces were measured, plus change: P values, for as
     * much work as multiply(). The forces stay as they are.
     * @param change  P values, or null for none
     */
    std::vector<double> gradient(const LocalRule& rule, const NoiseLevel& level, const double* change = nullptr) const;
    /** A rule's loss. @param theta  the P parameters under which the forces were measured */
    double loss(const LocalRule& rule, const NoiseLevel& level, const double* theta) const;
    /** product = E[Phi^T Phi] v, P values each. */
    void multiply(const double* v, double* product) const;
    /** The diagonal of E[Phi^T Phi]. */
    std::vector<double> diagonal() const;
    /** E[dU/dtheta_a]. */
    std::vector<double> energyTerms() const;
    /**
     * Have what a rule reads measured on a device at theta, block after block: forces and, if the rule reads evolved
     * positions, as many evolutions of the same interval as the blocks have already.
     */
    void measure(Device& device, const NetworkParameters& theta, const LocalRule& rule);
    /**
     * Make the forces those that would be measured if theta changed by change (P values), and evolved positions those
     * that would be reached, to first order in the time of evolution.
     */
    void changeParameters(const double* change);

private:
    using AddSums = std::function<void(const SampleBlock& block, double* sums)>;
    std::vector<double> average(int numSums, const AddSums& addSums) const;
    void forEachChunk(const std::function<void(int chunk, std::size_t firstBlock, std::size_t lastBlock)>& task) const;
    int getNumChunks() const;

    const BatchArithmetic<float>& arithmetic;
    ThreadPool& threads;
    std::vector<SampleBlock> blocks;
    std::size_t samples = 0;
};

} // namespace OpenMMOscillators
