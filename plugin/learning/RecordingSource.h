#pragma once

#include "openmmoscillators/learning/Motion.h"
#include "openmmoscillators/learning/SampleSource.h"
#include <memory>
#include <mutex>
#include <string>

namespace OpenMMOscillators {

class TrajectoryFile;

/**
 * The samples of a recording: each replica of the file is a sample, each frame later than t = 0 a time. A first frame
 * at t = 0 holds the data, so that InitialPosition is provided. The file's time is the time since the data.
 *
 * A recording of motion has its frames later than t = 0 in pairs, close in time: x_t and where the network took it in
 * free evolution, or two ends of a noising step, of which the later is x_t.
 */
class RecordingSource : public SampleSource {
public:
    /**
     * Read a recording that holds the protocol under which its forces were measured.
     * @throws RecordingError  if the file cannot be read or does not hold a network and its protocol
     * @throws std::invalid_argument  if no frame is later than t = 0, or such frames do not come in pairs
     */
    explicit RecordingSource(const std::string& path, Motion recordedMotion = Motion::None);
    /**
     * Read any trajectory, as one of a laboratory, under a given protocol.
     * @param measured  the protocol under which the forces were measured
     * @throws RecordingError  if the file cannot be read
     * @throws std::invalid_argument  if no frame is later than t = 0, or such frames do not come in pairs, or the
     * protocol is of another number of oscillators
     */
    RecordingSource(const std::string& path, const DrivingProtocol& measured, Motion recordedMotion = Motion::None);
    ~RecordingSource() override;

    int getNumOscillators() const override { return protocol.getLayout().getNumOscillators(); }
    std::size_t getNumSamples() const override { return samples; }
    const std::vector<double>& getTimes() const override { return times; }
    bool provides(Signal signal) const override;
    const DrivingProtocol& getProtocol() const override { return protocol; }
    void read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const override;

private:
    void findTimes();
    int getFrame(int timeIndex) const;
    int getPartnerFrame(int timeIndex) const;

    std::unique_ptr<TrajectoryFile> file;
    mutable std::mutex reading; // a TrajectoryFile serves one thread at a time
    DrivingProtocol protocol;
    Motion motion;
    std::size_t samples = 0;
    int firstFrame = 0;
    std::vector<double> times;
};

} // namespace OpenMMOscillators
