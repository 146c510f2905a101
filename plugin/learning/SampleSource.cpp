#include "openmmoscillators/learning/SampleSource.h"

#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

void SampleSource::checkRange(const char* caller, int timeIndex, std::size_t first, std::size_t count) const {
    const std::size_t numTimes = getTimes().size();
    if (timeIndex < 0 || static_cast<std::size_t>(timeIndex) >= numTimes)
        throw std::out_of_range(std::string(caller) + ": there is no time of index " + std::to_string(timeIndex) +
                                "; there are " + std::to_string(numTimes));
    if (first > getNumSamples() || count > getNumSamples() - first)
        throw std::out_of_range(std::string(caller) + ": samples " + std::to_string(first) + " to " +
                                std::to_string(first + count) + " asked for; there are " +
                                std::to_string(getNumSamples()));
}

} // namespace OpenMMOscillators
