#include "openmmoscillators/learning/GeneratedPopulation.h"

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/ThreadPool.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

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

void GeneratedPopulation::check(const State& state) const {
    const std::size_t panels = streams.size() / panelSize, size = network.getNumOscillators() * panelSize;
    if (state.panels.size() != panels || std::any_of(state.panels.begin(), state.panels.end(),
                                                     [size](const auto& panel) { return panel.size() != size; }))
        throw std::invalid_argument("GeneratedPopulation: the state has " + std::to_string(state.panels.size()) +
                                    " panels; here there are " + std::to_string(panels) + ", of " +
                                    std::to_string(size) + " numbers each");
}

void GeneratedPopulation::clamp(std::vector<int> oscillators, const std::vector<SampleBlock>& data, double startTime) {
    clamped = std::move(oscillators);
    clampedFrom = startTime;
    codes.assign(streams.size() / panelSize, std::vector<float>(clamped.size() * panelSize));
    std::size_t block = 0, first = 0; // of the datum
    for (std::size_t s = 0; s < streams.size(); ++s) {
        if (s - first == data[block].count) {
            first = s;
            block = (block + 1) % data.size();
        }
        for (std::size_t k = 0; k < clamped.size(); ++k)
            codes[s / panelSize][k * panelSize + s % panelSize] =
                data[block].initialPosition[clamped[k] * data[block].stride + s - first];
    }
}

void GeneratedPopulation::followPaths(const NoisingBridge& bridge, int panel, const float* x, const float* noise,
                                      float* displacement) const {
    const auto later = static_cast<float>(bridge.later - 1.0), datum = static_cast<float>(bridge.datum),
               deviation = static_cast<float>(bridge.deviation);
    for (std::size_t k = 0; k < clamped.size(); ++k)
        for (std::size_t s = 0; s < panelSize; ++s) {
            const std::size_t at = clamped[k] * panelSize + s;
            displacement[at] = later * x[at] + datum * codes[panel][k * panelSize + s] + deviation * noise[at];
        }
}

GeneratedPopulation::State GeneratedPopulation::start() const {
    const BatchKernels<float>& kernels = getBatchKernels<float>();
    const int oscillators = network.getNumOscillators();
    const auto deviation = static_cast<float>(std::sqrt(process.getStationaryVariance()));
    const auto meanFactor = static_cast<float>(process.getMeanFactor(clampedFrom)),
               toStart =
                   static_cast<float>(std::sqrt(process.getVariance(clampedFrom) / process.getStationaryVariance()));
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
        for (std::size_t k = 0; k < clamped.size(); ++k)
            for (std::size_t s = 0; s < panelSize; ++s) {
                float& value = x[clamped[k] * panelSize + s];
                value = toStart * value + meanFactor * codes[p][k * panelSize + s];
            }
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
    std::vector<NoisingBridge> bridges;
    for (int k = 0; k < numSteps; ++k) // the last one may be rounded to before the end
        bridges.push_back(
            process.getBridge(std::max(interval.to, interval.from - (k + 1) * stepSize), interval.from - k * stepSize));
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
                if (!clamped.empty())
                    followPaths(bridges[k], p, x, noise.data(), gradient.data());
                kernels.advance(x, gradient.data(), oscillators * panelSize, x, x);
            }
    });
    return result;
}

std::size_t GeneratedPopulation::putBack(const State& earlier, const std::vector<double>& radii, State& state) const {
    const int oscillators = network.getNumOscillators();
    std::vector<std::size_t> counts(state.panels.size(), 0);
    threads.run(static_cast<int>(counts.size()), [&](int p) {
        AlignedVector<float>& x = state.panels[p];
        for (std::size_t s = 0; s < panelSize; ++s) {
            bool inside = true;
            for (int i = 0; i < oscillators; ++i)
                inside = inside && std::abs(x[i * panelSize + s]) <= radii[i]; // false for what is no number
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

GeneratedPopulation::State GeneratedPopulation::fromBlocks(const std::vector<SampleBlock>& blocks) const {
    const std::size_t oscillators = network.getNumOscillators();
    State state;
    state.panels.resize(streams.size() / panelSize, AlignedVector<float>(oscillators * panelSize));
    std::size_t sample = 0;
    for (const SampleBlock& block : blocks)
        for (std::size_t s = 0; s < block.count; ++s, ++sample)
            for (std::size_t i = 0; i < oscillators; ++i)
                state.panels[sample / panelSize][i * panelSize + sample % panelSize] =
                    block.position[i * block.stride + s];
    return state;
}

} // namespace OpenMMOscillators
