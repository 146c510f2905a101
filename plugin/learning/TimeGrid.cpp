#include "openmmoscillators/learning/TimeGrid.h"

#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/network/Show.h"
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators::TimeGrid {

std::vector<double> uniformInLogNoise(const NoisingProcess& process, double first, double last, int count) {
    if (!(std::isfinite(last) && first > 0.0 && last > first))
        throw std::invalid_argument("TimeGrid: the times run from " + show(first) + " ps to " + show(last) +
                                    " ps; 0 < first < last is needed");
    if (count < 2)
        throw std::invalid_argument("TimeGrid: " + std::to_string(count) + " times asked for; at least 2 are needed");
    const double width = process.getSigma() * process.getSigma();
    const double low = std::log(std::expm1(2.0 * first / width));
    const double high = std::log(std::expm1(2.0 * last / width));
    std::vector<double> times(count);
    for (int k = 0; k < count; ++k)
        times[k] = 0.5 * width * std::log1p(std::exp(low + (high - low) * k / (count - 1)));
    times.front() = first;
    times.back() = last;
    return times;
}

} // namespace OpenMMOscillators::TimeGrid
