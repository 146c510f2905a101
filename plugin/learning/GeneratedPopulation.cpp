#include "openmmoscillators/learning/GeneratedPopulation.h"

#include "openmmoscillators/learning/ThreadPool.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace OpenMMOscillators {

namespace {

/** Room for the normals of a panel: the kernel makes four oscillators at a time. */
std::size_t noiseSize(int numOscillators, std::size_t panelSize) {
    return (numOscillators + 3) / 4 * 4 * panelSize;
}

} // namespace

GeneratedPopulation::GeneratedPopulation(const OscillatorNetwork& generatedNetwork,
                                         const NoisingProcess& noisingProcess, std::size_t populationSize,
                                         std::uint64_t noiseSeed, ThreadPool& threadPool)
    : network(generatedNetwork), layout(network), process(noisingProcess), seed(noiseSeed), threads(threadPool),
      panelSize(getBatchKernels<float>().panelSize), streams((populationSize + panelSize - 1) / panelSize * panelSize) {
    std::iota(streams.begin(), streams.end(), 0U);
}

GeneratedPopulation::State GeneratedPopulation::start() const {
    const BatchKernels<float>& kernels = getBatchKernels<float>();
    const int oscillators = network.getNumOscillators();
    const auto deviation = static_cast<float>(std::sqrt(process.getStationaryVariance()));
    State state;
    state.panels.resize(streams.size() / panelSize);
    state.step = 1;
    threads.run(static_cast<int>(state.panels.size()), [&](int p) {
        AlignedVector<float>& x = state.panels[p];
        x.resize(noiseSize(oscillators, panelSize));
        kernels.normals(seed, 0, streams.data() + p * panelSize, oscillators, x.data());
        x.resize(oscillators * panelSize);
        for (float& value : x)
            value *= deviation;
    });
    return state;
}

GeneratedPopulation::State GeneratedPopulation::carry(const State& state, const Interval& interval,
                                                      int numSteps) const {
    const BatchKernels<float>& kernels = getBatchKernels<float>();
    const DrivingProtocol protocol =
        DrivingProtocol({interval.to, interval.from}, {interval.thetaTo, interval.thetaFrom})
            .forGeneration(process.getSigma());
    AlignedVector<float> first(layout.getPackedSize()), last(layout.getPackedSize());
    layout.pack(protocol.getSlice(0).data(), first.data());
    layout.pack(protocol.getSlice(1).data(), last.data());
    const double stepSize = (interval.from - interval.to) / numSteps;
    std::vector<AlignedVector<float>> theta(numSteps, AlignedVector<float>(layout.getPackedSize()));
    for (int k = 0; k < numSteps; ++k)
        kernels.interpolate(first.data(), last.data(), static_cast<float>(k) / static_cast<float>(numSteps),
                            layout.getPackedSize(), theta[k].data());
    const int oscillators = network.getNumOscillators();
    const std::vector<float> drift(oscillators, static_cast<float>(-stepSize));
    const std::vector<float> diffusion(oscillators,
                                       static_cast<float>(std::sqrt(2.0 * process.getThermalEnergy() * stepSize)));
    State result = state;
    result.step += numSteps;
    // A few panels at a time, so that the parameters are read once for all of them.
    constexpr int panelsAtOnce = 8;
    const int panels = static_cast<int>(state.panels.size());
    threads.run((panels + panelsAtOnce - 1) / panelsAtOnce, [&](int group) {
        AlignedVector<float> gradient(oscillators * panelSize), noise(noiseSize(oscillators, panelSize));
        for (int k = 0; k < numSteps; ++k)
            for (int p = group * panelsAtOnce; p < std::min(panels, (group + 1) * panelsAtOnce); ++p) {
                float* x = result.panels[p].data();
                kernels.gradient(layout, theta[k].data(), x, gradient.data());
                kernels.normals(seed, state.step + k, streams.data() + p * panelSize, oscillators, noise.data());
                const DisplacementTerm<float> terms[] = {{drift.data(), gradient.data()},
                                                         {diffusion.data(), noise.data()}};
                kernels.displacement(terms, 2, oscillators, gradient.data());
                kernels.advance(x, gradient.data(), oscillators * panelSize, x, x);
            }
    });
    return result;
}

std::size_t GeneratedPopulation::putBack(const State& earlier, double radius, State& state) const {
    const int oscillators = network.getNumOscillators();
    std::vector<std::size_t> counts(state.panels.size(), 0);
    threads.run(static_cast<int>(counts.size()), [&](int p) {
        AlignedVector<float>& x = state.panels[p];
        for (std::size_t s = 0; s < panelSize; ++s) {
            bool inside = true;
            for (int i = 0; i < oscillators; ++i)
                inside = inside && std::abs(x[i * panelSize + s]) <= radius; // false for what is no number
            if (inside)
                continue;
            ++counts[p];
            for (int i = 0; i < oscillators; ++i)
                x[i * panelSize + s] = earlier.panels[p][i * panelSize + s];
        }
    });
    return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
}

std::vector<SampleBlock> GeneratedPopulation::getBlocks(const State& state, std::size_t blockSize) const {
    const int oscillators = network.getNumOscillators();
    std::vector<SampleBlock> blocks((streams.size() + blockSize - 1) / blockSize);
    threads.run(static_cast<int>(blocks.size()), [&](int b) {
        SampleBlock& block = blocks[b];
        const std::size_t first = b * blockSize;
        block.count = std::min(blockSize, streams.size() - first);
        block.stride = batchStride(block.count);
        block.position.assign(oscillators * block.stride, 0.0F);
        for (std::size_t s = 0; s < block.count; ++s) {
            const AlignedVector<float>& panel = state.panels[(first + s) / panelSize];
            for (int i = 0; i < oscillators; ++i)
                block.position[i * block.stride + s] = panel[i * panelSize + (first + s) % panelSize];
        }
    });
    return blocks;
}

} // namespace OpenMMOscillators
