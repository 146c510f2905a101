#include "openmmoscillators/learning/ImperfectDevice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

// Streams of random numbers: those that make the device, at step 0, and those of every measured block.
enum Stream : std::uint32_t { Gain, Offset, Dead, CommandGain, CommandOffset, Drift, Reading };

std::vector<double> drawNormals(const CounterNoise& noise, Stream stream, double spread, std::size_t count,
                                std::uint64_t step = 0) {
    std::vector<double> values(count);
    for (std::size_t first = 0; first < count; first += 4) {
        const auto normals = noise.normals(step, stream, static_cast<std::uint32_t>(first / 4));
        for (std::size_t k = first; k < std::min(count, first + 4); ++k)
            values[k] = spread * normals[k - first];
    }
    return values;
}

/** A given share of true among count flags, at random places. */
std::vector<char> drawFlags(const CounterNoise& noise, double share, std::size_t count) {
    const std::vector<double> lots = drawNormals(noise, Dead, 1.0, count);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lots[a] < lots[b]; });
    std::vector<char> flags(count, 0);
    for (std::size_t k = 0; k < static_cast<std::size_t>(std::lround(share * static_cast<double>(count))); ++k)
        flags[order[k]] = 1;
    return flags;
}

/** The nearest of the 2^bits + 1 levels from -range to range. */
double quantise(double value, int bits, double range) {
    if (bits == 0)
        return value;
    const double level = std::ldexp(range, 1 - bits);
    return std::clamp(std::round(value / level) * level, -range, range);
}

const DeviceErrors& checked(const DeviceErrors& errors) {
    std::string why;
    if (!errors.isValid(&why))
        throw std::invalid_argument("ImperfectDevice: " + why);
    return errors;
}

} // namespace

ImperfectDevice::ImperfectDevice(Device& trueDevice, const DeviceErrors& deviceErrors)
    : device(trueDevice), errors(checked(deviceErrors)), noise(static_cast<std::uint64_t>(errors.seed)) {
    const std::size_t oscillators = getLayout().getNumOscillators(), parameters = getLayout().getNumParameters();
    gains = drawNormals(noise, Gain, errors.gainSpread, oscillators);
    offsets = drawNormals(noise, Offset, errors.offsetSpread, oscillators);
    before.assign(oscillators, 0.0);
    dead = drawFlags(noise, errors.deadShare, oscillators);
    commandGains = drawNormals(noise, CommandGain, errors.commandGainSpread, parameters);
    commandOffsets = drawNormals(noise, CommandOffset, errors.commandOffsetSpread, parameters);
}

NetworkParameters ImperfectDevice::getActing(const NetworkParameters& theta) const {
    if (!(theta.getLayout() == getLayout()))
        throw std::invalid_argument("ImperfectDevice: there are " + std::to_string(theta.size()) +
                                    " parameters; the device has " + std::to_string(getLayout().getNumParameters()));
    NetworkParameters acting = theta;
    for (int a = 0; a < theta.size(); ++a)
        acting[a] =
            (1.0 + commandGains[a]) * quantise(theta[a], errors.commandBits, errors.commandRange) + commandOffsets[a];
    for (int i = 0; i < getLayout().getSize(ParameterFamily::K6); ++i) {
        double& k6 = acting.family(ParameterFamily::K6)[i];
        k6 = std::max(k6, 0.0);
    }
    return acting;
}

void ImperfectDevice::setParameters(const NetworkParameters& theta) {
    device.setParameters(getActing(theta));
    commanded = theta;
}

void ImperfectDevice::takeDriftStep() {
    const std::vector<double> steps = drawNormals(noise, Drift, errors.drift, commandGains.size(), blocks);
    for (std::size_t a = 0; a < steps.size(); ++a)
        commandGains[a] += steps[a];
    device.setParameters(getActing(commanded));
}

void ImperfectDevice::measure(SampleBlock& block) {
    ++blocks;
    if (errors.drift > 0.0)
        takeDriftStep();
    device.measure(block);
    for (int i = 0; i < getLayout().getNumOscillators(); ++i)
        read(i, block);
}

void ImperfectDevice::read(int oscillator, SampleBlock& block) {
    float* force = block.force.data() + oscillator * block.stride;
    std::vector<double> noises(block.count, 0.0);
    if (errors.forceNoise > 0.0)
        noises = drawNormals(noise, static_cast<Stream>(Reading + oscillator), errors.forceNoise, block.count, blocks);
    double& y = before[oscillator];
    for (std::size_t s = 0; s < block.count; ++s) {
        y = errors.memory * y + (1.0 - errors.memory) * force[s];
        const double reading = (1.0 + gains[oscillator]) * y + offsets[oscillator] + noises[s];
        force[s] = dead[oscillator] != 0 ? 0.0F : static_cast<float>(quantise(reading, errors.bits, errors.forceRange));
    }
}

} // namespace OpenMMOscillators
