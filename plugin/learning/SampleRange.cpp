#include "openmmoscillators/learning/SampleRange.h"

#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

SampleRange::SampleRange(const SampleSource& wholeSource, std::size_t firstSample, std::size_t sampleCount)
    : whole(wholeSource), offset(firstSample), samples(sampleCount) {
    const std::size_t available = whole.getNumSamples();
    if (samples == 0 || offset > available || samples > available - offset)
        throw std::out_of_range("SampleRange: " + std::to_string(samples) + " samples from " + std::to_string(offset) +
                                " on asked for; the source has " + std::to_string(available));
}

void SampleRange::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("SampleRange::read", timeIndex, first, count);
    whole.read(timeIndex, offset + first, count, block);
}

} // namespace OpenMMOscillators
