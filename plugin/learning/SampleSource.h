#pragma once

#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

/**
 * Noised samples with what was measured on them: what every local rule learns from, be it a recording of a simulation
 * or of a laboratory, or data noised in memory.
 */
class SampleSource {
public:
    virtual ~SampleSource() = default;

    virtual int getNumOscillators() const = 0;
    /** The same number at every time. */
    virtual std::size_t getNumSamples() const = 0;
    /** Times since the data, in ps, strictly increasing. */
    virtual const std::vector<double>& getTimes() const = 0;
    virtual bool provides(Signal signal) const = 0;
    /**
     * The protocol under which the forces were measured (theta at a time of getTimes() is
     * getProtocol().evaluate(time)). Rules learn by how much theta must change: the forces are all that they see of it.
     */
    virtual const DrivingProtocol& getProtocol() const = 0;
    /**
     * Fill a block with samples first ... first + count - 1 at one time: every signal provided, other arrays empty.
     * May be called by several threads at once.
     * @throws std::out_of_range if there is no such time or there are not as many samples
     */
    virtual void read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const = 0;

protected:
    /** @throws std::out_of_range naming the caller and the ranges. */
    void checkRange(const char* caller, int timeIndex, std::size_t first, std::size_t count) const;
};

} // namespace OpenMMOscillators
