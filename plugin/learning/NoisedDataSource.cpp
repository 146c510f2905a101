#include "openmmoscillators/learning/NoisedDataSource.h"

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw std::invalid_argument("NoisedDataSource: " + message);
}

DrivingProtocol trapAlone(const OscillatorNetwork& network, const NoisingProcess& process) {
    NetworkParameters trap(network);
    trap.fillFamily(ParameterFamily::KLin, 1.0 / (process.getSigma() * process.getSigma()));
    return DrivingProtocol(trap);
}

} // namespace

NoisedDataSource::NoisedDataSource(const OscillatorNetwork& network, const NoisingProcess& noisingProcess,
                                   std::vector<double> sampleTimes, const std::vector<double>& dataValues,
                                   std::size_t sampleCount, std::uint64_t noiseSeed)
    : arithmetic(network), layout(network), process(noisingProcess), times(std::move(sampleTimes)), noise(noiseSeed),
      protocol(trapAlone(network, noisingProcess)) {
    checkTimes();
    checkData(dataValues);
    data.assign(dataValues.begin(), dataValues.end());
    samples = sampleCount > 0 ? sampleCount : getNumData();
}

void NoisedDataSource::checkTimes() const {
    if (times.empty())
        refuse("there are no times");
    double previous = 0.0;
    for (const double time : times) {
        if (!(std::isfinite(time) && time > previous))
            refuse("time " + std::to_string(time) + " ps does not follow " + std::to_string(previous) + " ps");
        previous = time;
    }
}

void NoisedDataSource::checkData(const std::vector<double>& dataValues) const {
    const std::size_t oscillators = getNumOscillators();
    if (oscillators == 0)
        refuse("the network has no oscillators");
    if (dataValues.empty() || dataValues.size() % oscillators != 0)
        refuse("the data hold " + std::to_string(dataValues.size()) + " numbers; a multiple of " +
               std::to_string(oscillators) + " (one an oscillator) is needed");
    for (std::size_t k = 0; k < dataValues.size(); ++k)
        if (!std::isfinite(dataValues[k]))
            refuse("datum " + std::to_string(k / oscillators) + ", oscillator " + std::to_string(k % oscillators) +
                   " is " + std::to_string(dataValues[k]));
}

void NoisedDataSource::setProtocol(const DrivingProtocol& measured) {
    if (!(measured.getLayout() == layout))
        refuse("the protocol has " + std::to_string(measured.getNumParameters()) + " parameters; the network has " +
               std::to_string(layout.getNumParameters()));
    protocol = measured;
}

void NoisedDataSource::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("NoisedDataSource::read", timeIndex, first, count);
    const int oscillators = getNumOscillators();
    block.count = count;
    block.stride = batchStride(count);
    block.initialPosition.assign(block.stride * oscillators, 0.0F);
    for (std::size_t s = 0; s < count; ++s) {
        const float* datum = data.data() + (first + s) % getNumData() * oscillators;
        for (int i = 0; i < oscillators; ++i)
            block.initialPosition[i * block.stride + s] = datum[i];
    }
    block.position = block.initialPosition;
    process.advance(times[timeIndex], noise, timeIndex, static_cast<std::uint32_t>(first), block.position.data(),
                    oscillators, count, block.stride);
    block.force.assign(block.stride * oscillators, 0.0F);
    const NetworkParameters theta = protocol.evaluate(times[timeIndex]);
    arithmetic.gradient(theta.data(), block.position.data(), block.force.data(), count, block.stride);
    for (float& value : block.force)
        value = -value;
}

} // namespace OpenMMOscillators
