#pragma once

#include "openmmoscillators/learning/SampleSource.h"

namespace OpenMMOscillators {

/** Measured samples held in memory, added time by time. */
class MemorySource : public SampleSource {
public:
    /**
     * @param measured  the protocol under which the forces are measured; its layout gives the number of oscillators
     */
    explicit MemorySource(DrivingProtocol measured);

    /**
     * Set the data that the noise was added to, before the first addTime(): then InitialPosition is provided.
     * @param positions  x_0, [sample][oscillator], in nm
     * @throws std::invalid_argument if the size does not fit, or a value is not finite, or times are there already
     */
    void setInitialPositions(const std::vector<double>& positions);
    /**
     * Add the samples of one more time.
     * @param time       later than those before, in ps, > 0
     * @param positions  x_t, [sample][oscillator], in nm
     * @param forces     the forces measured there, [sample][oscillator], in kJ/(mol nm)
     * @throws std::invalid_argument if sizes do not fit, values are not finite, or times do not increase
     */
    void addTime(double time, const std::vector<double>& positions, const std::vector<double>& forces);
    /**
     * Add to the time added last where the network took the samples when it evolved freely, under the protocol that the
     * forces were measured under. May be called again for as many repetitions as there are.
     * @param interval   in ps, > 0, the same for all repetitions
     * @param positions  x', [sample][oscillator], in nm
     * @throws std::invalid_argument
     */
    void addEvolution(double interval, const std::vector<double>& positions);
    /**
     * Add to the time added last where the samples were one step of the noising process earlier.
     * @param interval   in ps, > 0
     * @param positions  [sample][oscillator], in nm
     * @throws std::invalid_argument
     */
    void setPrevious(double interval, const std::vector<double>& positions);

    int getNumOscillators() const override { return protocol.getLayout().getNumOscillators(); }
    std::size_t getNumSamples() const override { return samples; }
    const std::vector<double>& getTimes() const override { return times; }
    bool provides(Signal signal) const override;
    const DrivingProtocol& getProtocol() const override { return protocol; }
    void read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const override;

private:
    /** What was measured at one time. */
    struct Measurement {
        std::vector<float> positions, forces, previous;
        std::vector<std::vector<float>> evolved;
        double interval = 0.0;
    };
    std::vector<float> checked(const char* what, const std::vector<double>& values) const;
    void setInterval(const char* what, double interval);

    DrivingProtocol protocol;
    std::size_t samples = 0;
    std::vector<double> times;
    std::vector<float> initial;
    std::vector<Measurement> measurements;
};

} // namespace OpenMMOscillators
