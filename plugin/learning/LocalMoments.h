#pragma once

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
 * phi_i the row of Phi for x_i, which only the 4 + 3 degree parameters of that oscillator enter.
 */
class LocalMoments {
public:
    explicit LocalMoments(const OscillatorNetwork& measuredNetwork);

    /**
     * Measure the G_i on the blocks of a slice that hold about numSamples samples, evenly spread over it; on all if
     * there are not as many.
     */
    void measure(const SampleSlice& slice, std::size_t numSamples, ThreadPool& threads);

    int getNumOscillators() const { return network.getNumOscillators(); }
    int getNumParameters() const { return network.getNumParameters(); }
    /** Flat indices of the parameters of an oscillator: its own four, then three for each of its edges. */
    const std::vector<int>& getParameters(int oscillator) const { return parameters[oscillator]; }
    /** Entry (a, b) of G_i, a and b positions in getParameters(). */
    double get(int oscillator, int a, int b) const { return grams[oscillator][a * paddedSize(oscillator) + b]; }

private:
    int paddedSize(int oscillator) const;
    void measureOscillator(int oscillator, const std::vector<const SampleBlock*>& blocks);
    void fillRows(int oscillator, const SampleBlock& block, float* rows, std::size_t stride) const;

    OscillatorNetwork network;
    std::vector<std::vector<int>> edgesOf, parameters;
    std::vector<AlignedVector<float>> grams;
};

} // namespace OpenMMOscillators
