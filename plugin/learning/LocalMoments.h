#pragma once

#include "openmmoscillators/learning/ParameterPatches.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

class SampleSlice;
class ThreadPool;
struct SampleBlock;

/**
 * The normal matrix E[Phi^T Phi] oscillator by oscillator: it is the sum over oscillators i of G_i = E[phi_i phi_i^T],
 * phi_i the row of Phi for x_i, which only the 4 + 3 degree parameters of that oscillator enter. Of each G_i the blocks
 * of the oscillator's patches are held, which is all of it where there is one patch.
 */
class LocalMoments {
public:
    /** @param mostEdges  of a patch, see ParameterPatches */
    LocalMoments(const OscillatorNetwork& measuredNetwork, int mostEdges);

    /**
     * Measure the blocks on the blocks of a slice that hold about numSamples samples, evenly spread over it; on all if
     * there are not as many.
     */
    void measure(const SampleSlice& slice, std::size_t numSamples, ThreadPool& threads);

    const OscillatorNetwork& getNetwork() const { return network; }
    const ParameterPatches& getPatches() const { return patches; }
    /** Entry (a, b) of the block of a patch, a and b positions in its parameters. */
    float get(int patch, int a, int b) const { return grams[patch][a * getStride(patch) + b]; }
    /** The whole block of a patch, with entry (a, b) at a * getStride(patch) + b. */
    const float* getBlock(int patch) const { return grams[patch].data(); }
    int getStride(int patch) const;

private:
    void measurePatch(int patch, const std::vector<const SampleBlock*>& blocks);
    void fillRows(const ParameterPatches::Patch& patch, const SampleBlock& block, float* rows,
                  std::size_t stride) const;

    OscillatorNetwork network;
    ParameterPatches patches;
    std::vector<AlignedVector<float>> grams;
};

} // namespace OpenMMOscillators
