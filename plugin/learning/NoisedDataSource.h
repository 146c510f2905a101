#pragma once

#include "openmmoscillators/learning/Motion.h"
#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include "openmmoscillators/network/OscillatorNetwork.h"

namespace OpenMMOscillators {

/**
 * A stream of noised data: sample s is datum s mod n, noised to each time independently by the exact transition of the
 * process, and its force is that of the network under a given protocol. Nothing is stored but the data: a block is
 * computed when it is read, the same however often and in whatever order blocks are read.
 */
class NoisedDataSource : public SampleSource {
public:
    /**
     * @param sampleTimes  in ps, > 0, strictly increasing
     * @param dataValues   the data x_0, [datum][oscillator], in nm
     * @param sampleCount  number of samples at each time; 0: one a datum
     * @param noiseSeed    of the noise
     * @throws std::invalid_argument naming the offending value
     */
    NoisedDataSource(const OscillatorNetwork& network, const NoisingProcess& noisingProcess,
                     std::vector<double> sampleTimes, const std::vector<double>& dataValues,
                     std::size_t sampleCount = 0, std::uint64_t noiseSeed = 0);

    /**
     * The protocol under which forces are measured; initially the noising trap alone (k_lin = 1 / sigma^2, all else 0).
     * @throws std::invalid_argument if it is not one of this network
     */
    void setProtocol(const DrivingProtocol& measured);
    /**
     * Also show motion. A noising step is the exact transition of the process, a free evolution one stochastic Heun
     * step under the protocol; either takes interval v(t) / kT at time t, that is a share of the time in which the
     * noise that was added relaxes, 2 t where t is small and sigma^2 where it is large.
     * @param interval     dimensionless, > 0 and < 0.5
     * @param repetitions  > 0; how often a free evolution is repeated from the same position
     * @throws std::invalid_argument
     */
    void showMotion(Motion shownMotion, double interval, int repetitions = 1);
    /** The data x_0, [datum][oscillator]. */
    const std::vector<float>& getData() const { return data; }
    std::size_t getNumData() const { return data.size() / getNumOscillators(); }
    const NoisingProcess& getProcess() const { return process; }

    int getNumOscillators() const override { return arithmetic.getNumOscillators(); }
    std::size_t getNumSamples() const override { return samples; }
    const std::vector<double>& getTimes() const override { return times; }
    bool provides(Signal signal) const override;
    const DrivingProtocol& getProtocol() const override { return protocol; }
    void read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const override;

private:
    void checkTimes() const;
    void checkData(const std::vector<double>& dataValues) const;
    void noise(int timeIndex, std::uint32_t firstStream, SampleBlock& block) const;
    void evolve(int timeIndex, std::uint32_t firstStream, SampleBlock& block) const;

    BatchArithmetic<float> arithmetic;
    ParameterLayout layout;
    NoisingProcess process;
    std::vector<double> times;
    std::vector<float> data;
    std::size_t samples;
    CounterNoise normals;
    DrivingProtocol protocol;
    Motion motion = Motion::None;
    double motionInterval = 0.0;
    int evolutions = 0;
};

} // namespace OpenMMOscillators
