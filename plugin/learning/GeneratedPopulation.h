#pragma once

#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/network/batch/BatchLayout.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

class ThreadPool;

/**
 * Samples on their way through generation, from noise towards data: they follow U_rev(x) = 2 U(x; theta(t)) - x^2 / (2
 * sigma^2) from the latest time to the earliest, by Euler-Maruyama steps. The noise depends on (seed, step, sample)
 * alone, so that two protocols tried on the same interval are compared under the same noise.
 */
class GeneratedPopulation {
public:
    /** @param populationSize  number of samples, rounded up to whole vectors of the processor */
    GeneratedPopulation(const OscillatorNetwork& generatedNetwork, const NoisingProcess& noisingProcess,
                        std::size_t populationSize, std::uint64_t noiseSeed, ThreadPool& threadPool);

    /** The samples at one time: panels[p][oscillator * panel size + sample], and how many steps led there. */
    struct State {
        std::vector<AlignedVector<float>> panels;
        std::uint64_t step = 0;
    };
    /** An interval of the protocol, theta linear in time; to < from, as generation goes from late to early. */
    struct Interval {
        double from, to;
        const NetworkParameters &thetaFrom, &thetaTo;
    };

    std::size_t getNumSamples() const { return streams.size(); }
    /** @throws std::invalid_argument if a state is not of this population on such a processor */
    void check(const State& state) const;
    /**
     * From the next start() on, some oscillators are not generated but follow the exact noised paths of data: sample s
     * those of datum s mod n.
     * @param data       n samples, with initial positions
     * @param startTime  time since the data of start(), in ps
     */
    void clamp(std::vector<int> oscillators, const std::vector<SampleBlock>& data, double startTime);
    bool isClamped() const { return !clamped.empty(); }
    /** Noise of the stationary distribution N(0, kT sigma^2); clamped oscillators are where their paths are. */
    State start() const;
    /** The state at the end of an interval that is begun in a state. */
    State carry(const State& state, const Interval& interval, int numSteps) const;
    /**
     * Put samples with an |x_i| beyond its radius, or not finite, back to where they were in an earlier state.
     * @param radii  one an oscillator, in nm
     * @return how many
     */
    std::size_t putBack(const State& earlier, const std::vector<double>& radii, State& state) const;
    /** The samples as blocks of a given size, for averages. */
    std::vector<SampleBlock> getBlocks(const State& state, std::size_t blockSize) const;
    /** The state whose samples, as blocks, have these positions: what getBlocks() does, undone. */
    State fromBlocks(const std::vector<SampleBlock>& blocks) const;

private:
    /** Make the displacements of a step, of clamped oscillators in a panel, those of their bridge. */
    void followPaths(const NoisingBridge& bridge, int panel, const float* x, const float* noise,
                     float* displacement) const;

    OscillatorNetwork network;
    BatchLayout layout;
    NoisingProcess process;
    std::uint64_t seed;
    ThreadPool& threads;
    std::size_t panelSize;
    std::vector<std::uint32_t> streams;
    std::vector<int> clamped;
    std::vector<std::vector<float>> codes; // [panel][clamped oscillator * panel size + sample]
    double clampedFrom = 0.0;              // the time of start()
};

} // namespace OpenMMOscillators
