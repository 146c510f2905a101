#include "openmmoscillators/learning/SensorArray.h"

#include "openmmoscillators/learning/Imperfections.h"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

/** True where the lots are lowest, for a given share of them. */
std::vector<char> drawFlags(const std::vector<double>& lots, double share) {
    std::vector<std::size_t> order(lots.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lots[a] < lots[b]; });
    std::vector<char> flags(lots.size(), 0);
    const auto chosen = static_cast<std::size_t>(std::lround(share * static_cast<double>(lots.size())));
    for (std::size_t k = 0; k < chosen; ++k)
        flags[order[k]] = 1;
    return flags;
}

} // namespace

SensorArray::SensorArray(const SensorErrors& sensorErrors, int numSensors, const CounterNoise& sensorNoise,
                         std::uint32_t firstStream)
    : errors(sensorErrors), noise(sensorNoise), streams(firstStream),
      gains(drawNormals(noise, streams + Gain, errors.gainSpread, numSensors)),
      offsets(drawNormals(noise, streams + Offset, errors.offsetSpread, numSensors)), before(numSensors, 0.0),
      dead(drawFlags(drawNormals(noise, streams + Dead, 1.0, numSensors), errors.deadShare)) {}

void SensorArray::read(const std::vector<AlignedVector<float>*>& signals, std::size_t count, std::size_t stride) {
    for (std::size_t i = 0; i < gains.size(); ++i) {
        std::vector<std::vector<double>> noises;
        for (std::size_t k = 0; k < signals.size() && errors.noise > 0.0; ++k)
            noises.push_back(drawNormals(noise, streams + Reading + static_cast<std::uint32_t>(i), errors.noise, count,
                                         numRead + k));
        for (std::size_t s = 0; s < count; ++s)
            for (std::size_t k = 0; k < signals.size(); ++k) {
                float& value = (*signals[k])[i * stride + s];
                if (!std::isfinite(value))
                    continue; // what ran away is not read
                before[i] = errors.memory * before[i] + (1.0 - errors.memory) * value;
                const double reading =
                    (1.0 + gains[i]) * before[i] + offsets[i] + (noises.empty() ? 0.0 : noises[k][s]);
                value = dead[i] != 0 ? 0.0F : static_cast<float>(quantise(reading, errors.bits, errors.range));
            }
    }
    numRead += signals.size();
}

std::vector<double> SensorArray::getState() const {
    std::vector<double> state = before;
    state.push_back(static_cast<double>(numRead));
    return state;
}

void SensorArray::setState(const std::vector<double>& state) {
    if (state.size() != before.size() + 1)
        throw std::invalid_argument("SensorArray::setState: there are " + std::to_string(state.size()) +
                                    " numbers; expected " + std::to_string(before.size() + 1));
    before.assign(state.begin(), state.end() - 1);
    numRead = static_cast<std::uint64_t>(state.back());
}

} // namespace OpenMMOscillators
