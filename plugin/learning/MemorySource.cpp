#include "openmmoscillators/learning/MemorySource.h"

#include "openmmoscillators/learning/BatchLayout.h"
#include "openmmoscillators/network/Show.h"
#include <algorithm>
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
                   std::to_string(k % oscillators) + " is " + show(values[k]));
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
        refuse("time " + show(time) + " ps does not follow " + show(previous) + " ps");
    if (forces.size() != positions.size())
        refuse(std::to_string(forces.size()) + " forces given for " + std::to_string(positions.size()) + " positions");
    std::vector<float> x = checked("the positions", positions);
    std::vector<float> f = checked("the forces", forces);
    samples = x.size() / getNumOscillators();
    measurements.push_back({std::move(x), std::move(f), {}, {}});
    times.push_back(time);
}

void MemorySource::setInterval(const char* what, double interval) {
    if (times.empty())
        refuse(std::string(what) + " come after the positions of their time");
    if (!(std::isfinite(interval) && interval > 0.0))
        refuse("the interval of " + std::string(what) + " is " + show(interval) + " ps; it must be finite and > 0");
    const double before = measurements.back().interval;
    if (before != 0.0 && before != interval)
        refuse("the interval of " + std::string(what) + " is " + show(interval) + " ps; that of other motion at " +
               show(times.back()) + " ps is " + show(before) + " ps");
    measurements.back().interval = interval;
}

void MemorySource::addEvolution(double interval, const std::vector<double>& positions) {
    std::vector<float> evolved = checked("the evolved positions", positions);
    setInterval("the evolved positions", interval);
    measurements.back().evolved.push_back(std::move(evolved));
}

void MemorySource::setPrevious(double interval, const std::vector<double>& positions) {
    std::vector<float> previous = checked("the previous positions", positions);
    setInterval("the previous positions", interval);
    measurements.back().previous = std::move(previous);
}

bool MemorySource::provides(Signal signal) const {
    const auto everyTime = [this](auto has) { return std::all_of(measurements.begin(), measurements.end(), has); };
    switch (signal) {
    case Signal::InitialPosition:
        return !initial.empty();
    case Signal::EvolvedPosition:
        return everyTime([](const Measurement& m) { return !m.evolved.empty(); });
    case Signal::PreviousPosition:
        return everyTime([](const Measurement& m) { return !m.previous.empty(); });
    default:
        return true;
    }
}

void MemorySource::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("MemorySource::read", timeIndex, first, count);
    const int oscillators = getNumOscillators();
    const Measurement& measurement = measurements[timeIndex];
    const auto copy = [&](const std::vector<float>& values, AlignedVector<float>& batch) {
        if (values.empty())
            batch.clear();
        else
            copyToBatch(values.data() + first * oscillators, oscillators, count, batch);
    };
    block.count = count;
    block.stride = batchStride(count);
    block.interval = measurement.interval;
    copy(measurement.positions, block.position);
    copy(measurement.forces, block.force);
    copy(initial, block.initialPosition);
    copy(measurement.previous, block.previousPosition);
    block.evolvedPositions.resize(measurement.evolved.size());
    for (std::size_t m = 0; m < measurement.evolved.size(); ++m)
        copy(measurement.evolved[m], block.evolvedPositions[m]);
}

} // namespace OpenMMOscillators
