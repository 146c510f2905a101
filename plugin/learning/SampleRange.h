#pragma once

#include "openmmoscillators/learning/SampleSource.h"

namespace OpenMMOscillators {

/** Consecutive samples of another source, as a part held out for validation. The other source must outlive it. */
class SampleRange : public SampleSource {
public:
    /** @throws std::out_of_range if the source does not have these samples, or count is 0 */
    SampleRange(const SampleSource& wholeSource, std::size_t firstSample, std::size_t sampleCount);

    int getNumOscillators() const override { return whole.getNumOscillators(); }
    std::size_t getNumSamples() const override { return samples; }
    const std::vector<double>& getTimes() const override { return whole.getTimes(); }
    bool provides(Signal signal) const override { return whole.provides(signal); }
    const DrivingProtocol& getProtocol() const override { return whole.getProtocol(); }
    void read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const override;

private:
    const SampleSource& whole;
    std::size_t offset, samples;
};

} // namespace OpenMMOscillators
