#include "openmmoscillators/network/ClampedPaths.h"

#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

ClampedPaths::ClampedPaths(std::vector<double> gridTimes) : times(std::move(gridTimes)) {
    if (times.empty())
        throw std::invalid_argument("ClampedPaths: there are no times, expected at least one");
    for (std::size_t k = 0; k < times.size(); ++k)
        if (!std::isfinite(times[k]) || (k > 0 && !(times[k] > times[k - 1])))
            throw std::invalid_argument("ClampedPaths: time " + std::to_string(k) + " is " + show(times[k]) +
                                        " ps, expected finite, strictly increasing times");
}

int ClampedPaths::add(int replica, int oscillator, std::vector<double> values) {
    const std::string what =
        "ClampedPaths::add: oscillator " + std::to_string(oscillator) + " of replica " + std::to_string(replica);
    if (replica < 0 || oscillator < 0)
        throw std::out_of_range(what + " does not exist, expected indices >= 0");
    if (values.size() != times.size())
        throw std::invalid_argument(what + " has " + std::to_string(values.size()) + " values, expected one for each " +
                                    "of the " + std::to_string(times.size()) + " times");
    for (std::size_t k = 0; k < values.size(); ++k)
        if (!std::isfinite(values[k]))
            throw std::invalid_argument(what + ": value " + std::to_string(k) + " is " + show(values[k]) +
                                        ", expected a finite number");
    if (!clamped.insert({replica, oscillator}).second)
        throw std::invalid_argument(what + " is clamped already");
    paths.push_back({replica, oscillator, std::move(values)});
    return getNumPaths() - 1;
}

const ClampedPaths::Path& ClampedPaths::getPath(int index) const {
    if (index < 0 || index >= getNumPaths())
        throw std::out_of_range("ClampedPaths::getPath: path " + std::to_string(index) + " does not exist: there are " +
                                std::to_string(getNumPaths()));
    return paths[index];
}

DrivingProtocol::Position ClampedPaths::locate(double time) const {
    const int last = static_cast<int>(times.size()) - 1;
    const int upper = static_cast<int>(std::upper_bound(times.begin(), times.end(), time) - times.begin());
    if (upper == 0)
        return {0, 0, 0.0};
    if (upper > last)
        return {last, last, 0.0};
    return {upper - 1, upper, (time - times[upper - 1]) / (times[upper] - times[upper - 1])};
}

} // namespace OpenMMOscillators
