#include "openmmoscillators/learning/RecordingSource.h"

#include "openmmoscillators/learning/BatchLayout.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include <stdexcept>

namespace OpenMMOscillators {

RecordingSource::RecordingSource(const std::string& path)
    : file(std::make_unique<TrajectoryFile>(path)), protocol(file->getProtocol()) {
    findTimes();
}

RecordingSource::RecordingSource(const std::string& path, const DrivingProtocol& measured)
    : file(std::make_unique<TrajectoryFile>(path, measured.getLayout().getNumOscillators())), protocol(measured) {
    findTimes();
}

RecordingSource::~RecordingSource() = default;

void RecordingSource::findTimes() {
    if (file->getNumOscillators() != getNumOscillators())
        throw std::invalid_argument("RecordingSource: " + file->getPath() + " holds replicas of " +
                                    std::to_string(file->getNumOscillators()) + " oscillators; the protocol is of " +
                                    std::to_string(getNumOscillators()));
    const std::vector<double>& all = file->getTimes();
    while (firstFrame < static_cast<int>(all.size()) && all[firstFrame] <= 0.0)
        ++firstFrame;
    times.assign(all.begin() + firstFrame, all.end());
    if (times.empty())
        throw std::invalid_argument("RecordingSource: " + file->getPath() + " holds no frame later than t = 0");
    samples = file->getNumReplicas();
}

bool RecordingSource::provides(Signal signal) const {
    switch (signal) {
    case Signal::Position:
        return true;
    case Signal::Force:
        return file->hasForces();
    case Signal::InitialPosition:
        return firstFrame > 0 && file->getTimes()[firstFrame - 1] == 0.0;
    }
    return false;
}

void RecordingSource::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("RecordingSource::read", timeIndex, first, count);
    const int oscillators = getNumOscillators(), replicas = static_cast<int>(count);
    const int frame = firstFrame + timeIndex, replica = static_cast<int>(first);
    std::vector<float> values(count * oscillators);
    const std::lock_guard<std::mutex> lock(reading);
    block.count = count;
    block.stride = batchStride(count);
    file->readDisplacements(frame, replica, replicas, values.data());
    copyToBatch(values.data(), oscillators, count, block.position);
    block.force.clear();
    block.initialPosition.clear();
    if (provides(Signal::Force)) {
        file->readForces(frame, replica, replicas, values.data());
        copyToBatch(values.data(), oscillators, count, block.force);
    }
    if (provides(Signal::InitialPosition)) {
        file->readDisplacements(firstFrame - 1, replica, replicas, values.data());
        copyToBatch(values.data(), oscillators, count, block.initialPosition);
    }
}

} // namespace OpenMMOscillators
