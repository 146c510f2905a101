#include "openmmoscillators/learning/InPlaceLoop.h"

#include "openmmoscillators/learning/Device.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include <utility>

namespace OpenMMOscillators {

void InPlaceLoop::addSlice(double time, const NetworkParameters& theta) {
    times.push_back(time);
    slices.push_back(theta);
}

std::vector<double> InPlaceLoop::gradient(SampleSlice& imposed, const NetworkParameters& theta) const {
    imposed.measure(device, theta, *dataRule);
    return imposed.gradient(*dataRule, dataLevel);
}

const SampleSlice& InPlaceLoop::readData(const SampleSlice& noised, const LocalRule& rule, const NoiseLevel& level,
                                         const NetworkParameters& theta) {
    data = &noised;
    dataRule = &rule;
    dataLevel = level;
    reference = theta;
    seen.emplace(noised);
    referenceGradient = gradient(*seen, theta);
    return *seen;
}

GeneratedPopulation::State InPlaceLoop::generate(const GeneratedPopulation& population, std::size_t blockSize,
                                                 double time, const NetworkParameters& theta) const {
    std::vector<double> path{time};
    std::vector<NetworkParameters> values{theta};
    path.insert(path.end(), times.rbegin(), times.rend());
    values.insert(values.end(), slices.rbegin(), slices.rend());
    const DrivingProtocol generation = DrivingProtocol(std::move(path), std::move(values)).forGeneration(sigma);
    device.setParameters(generation.getSlice(0));
    std::vector<SampleBlock> blocks = population.getBlocks(population.start(), blockSize);
    for (SampleBlock& block : blocks) {
        if (times.empty()) { // there is noise, and nothing to follow yet
            device.measure(block);
            continue;
        }
        block.evolvedPositions.resize(1);
        device.evolve(block, generation);
        block.position = std::move(block.evolvedPositions.front());
    }
    return population.fromBlocks(blocks);
}

void InPlaceLoop::multiply(const double* delta, double* product) const {
    NetworkParameters theta = reference;
    for (int a = 0; a < theta.size(); ++a)
        theta[a] += delta[a];
    SampleSlice moved = *data;
    const std::vector<double> changed = gradient(moved, theta);
    for (std::size_t a = 0; a < changed.size(); ++a)
        product[a] = (changed[a] - referenceGradient[a]) / dataRule->getCurvature(dataLevel);
}

} // namespace OpenMMOscillators
