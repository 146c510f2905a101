#include "openmmoscillators/learning/NoisedDataSource.h"

#include "openmmoscillators/learning/BatchNoise.h"
#include "openmmoscillators/network/Show.h"
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
    : arithmetic(network), layout(network), process(noisingProcess), times(std::move(sampleTimes)), normals(noiseSeed),
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
            refuse("time " + show(time) + " ps does not follow " + show(previous) + " ps");
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
                   " is " + show(dataValues[k]));
}

void NoisedDataSource::setProtocol(const DrivingProtocol& measured) {
    if (!(measured.getLayout() == layout))
        refuse("the protocol has " + std::to_string(measured.getNumParameters()) + " parameters; the network has " +
               std::to_string(layout.getNumParameters()));
    protocol = measured;
}

void NoisedDataSource::showMotion(Motion shownMotion, double interval, int repetitions) {
    if (!(interval > 0.0 && interval < 0.5))
        refuse("the interval of the motion is " + show(interval) + " v / kT; it must be > 0 and < 0.5");
    if (repetitions < 1)
        refuse(std::to_string(repetitions) + " repetitions of the motion; there must be at least 1");
    motion = shownMotion;
    motionInterval = interval;
    evolutions = repetitions;
}

bool NoisedDataSource::provides(Signal signal) const {
    switch (signal) {
    case Signal::EvolvedPosition:
        return motion == Motion::FreeEvolution;
    case Signal::PreviousPosition:
        return motion == Motion::NoisingStep;
    default:
        return true;
    }
}

void NoisedDataSource::noise(int timeIndex, std::uint32_t firstStream, SampleBlock& block) const {
    const double time = times[timeIndex];
    const auto advance = [&](double interval, std::uint64_t step, AlignedVector<float>& x) {
        process.advance(interval, normals, step, firstStream, x.data(), getNumOscillators(), block.count, block.stride);
    };
    block.position = block.initialPosition;
    block.previousPosition.clear();
    if (motion != Motion::NoisingStep) {
        advance(time, timeIndex, block.position);
        return;
    }
    advance(time - block.interval, timeIndex, block.position);
    block.previousPosition = block.position;
    advance(block.interval, timeIndex + times.size(), block.position);
}

void NoisedDataSource::evolve(int timeIndex, std::uint32_t firstStream, SampleBlock& block) const {
    block.evolvedPositions.resize(motion == Motion::FreeEvolution ? evolutions : 0);
    const double deviation = std::sqrt(2.0 * process.getThermalEnergy() * block.interval);
    const auto interval = static_cast<float>(block.interval);
    const NetworkParameters theta = protocol.evaluate(times[timeIndex]);
    AlignedVector<float> gradient(block.position.size());
    std::uint64_t step = timeIndex;
    for (AlignedVector<float>& evolved : block.evolvedPositions) {
        step += times.size();
        evolved = block.position;
        for (std::size_t k = 0; k < evolved.size(); ++k)
            evolved[k] += interval * block.force[k];
        scaleAndAddNoise(1.0, deviation, normals, step, firstStream, evolved.data(), getNumOscillators(), block.count,
                         block.stride);
        arithmetic.gradient(theta.data(), evolved.data(), gradient.data(), block.count, block.stride);
        for (std::size_t k = 0; k < evolved.size(); ++k)
            evolved[k] -= 0.5F * interval * (block.force[k] + gradient[k]);
    }
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
    block.interval = motionInterval * process.getVariance(times[timeIndex]) / process.getThermalEnergy();
    noise(timeIndex, static_cast<std::uint32_t>(first), block);
    block.force.assign(block.stride * oscillators, 0.0F);
    const NetworkParameters theta = protocol.evaluate(times[timeIndex]);
    arithmetic.gradient(theta.data(), block.position.data(), block.force.data(), count, block.stride);
    for (float& value : block.force)
        value = -value;
    evolve(timeIndex, static_cast<std::uint32_t>(first), block);
}

} // namespace OpenMMOscillators
