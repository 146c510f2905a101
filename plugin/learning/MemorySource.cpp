#include "openmmoscillators/learning/MemorySource.h"

#include "openmmoscillators/learning/BatchLayout.h"
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

[[noreturn]] void refuse(const std::string& message) {
    throw std::invalid_argument("MemorySource: " + message);
}

} // namespace

MemorySource::MemorySource(DrivingProtocol measured) : protocol(std::move(measured)) {
    if (getNumOscillators() < 1)
        refuse("the protocol under which the forces are measured has no oscillators");
}

std::vector<float> MemorySource::checked(const char* what, const std::vector<double>& values) const {
    const std::size_t oscillators = getNumOscillators();
    if (values.empty() || values.size() % oscillators != 0)
        refuse(std::string(what) + " holds " + std::to_string(values.size()) + " numbers; a multiple of " +
               std::to_string(oscillators) + " (one an oscillator) is needed");
    if (samples != 0 && values.size() != samples * oscillators)
        refuse(std::string(what) + " holds " + std::to_string(values.size() / oscillators) +
               " samples; those before hold " + std::to_string(samples));
    for (std::size_t k = 0; k < values.size(); ++k)
        if (!std::isfinite(values[k]))
            refuse(std::string(what) + " of sample " + std::to_string(k / oscillators) + ", oscillator " +
                   std::to_string(k % oscillators) + " is " + std::to_string(values[k]));
    return {values.begin(), values.end()};
}

void MemorySource::setInitialPositions(const std::vector<double>& positions) {
    if (!times.empty())
        refuse("initial positions must be set before the first time is added");
    samples = 0;
    initial = checked("the initial positions", positions);
    samples = initial.size() / getNumOscillators();
}

void MemorySource::addTime(double time, const std::vector<double>& positions, const std::vector<double>& forces) {
    const double previous = times.empty() ? 0.0 : times.back();
    if (!(std::isfinite(time) && time > previous))
        refuse("time " + std::to_string(time) + " ps does not follow " + std::to_string(previous) + " ps");
    if (forces.size() != positions.size())
        refuse(std::to_string(forces.size()) + " forces given for " + std::to_string(positions.size()) + " positions");
    std::vector<float> x = checked("the positions", positions);
    std::vector<float> f = checked("the forces", forces);
    samples = x.size() / getNumOscillators();
    positionsAt.push_back(std::move(x));
    forcesAt.push_back(std::move(f));
    times.push_back(time);
}

bool MemorySource::provides(Signal signal) const {
    return signal != Signal::InitialPosition || !initial.empty();
}

void MemorySource::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("MemorySource::read", timeIndex, first, count);
    const int oscillators = getNumOscillators();
    const std::size_t offset = first * oscillators;
    block.count = count;
    block.stride = batchStride(count);
    copyToBatch(positionsAt[timeIndex].data() + offset, oscillators, count, block.position);
    copyToBatch(forcesAt[timeIndex].data() + offset, oscillators, count, block.force);
    if (initial.empty())
        block.initialPosition.clear();
    else
        copyToBatch(initial.data() + offset, oscillators, count, block.initialPosition);
}

} // namespace OpenMMOscillators
