#include "openmmoscillators/learning/RecordingSource.h"

#include "openmmoscillators/learning/BatchLayout.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include <cmath>
#include <stdexcept>

namespace OpenMMOscillators {

RecordingSource::RecordingSource(const std::string& path, Motion recordedMotion)
    : file(std::make_unique<TrajectoryFile>(path)), protocol(file->getProtocol()), motion(recordedMotion) {
    findTimes();
}

RecordingSource::RecordingSource(const std::string& path, const DrivingProtocol& measured, Motion recordedMotion)
    : file(std::make_unique<TrajectoryFile>(path, measured.getLayout().getNumOscillators())), protocol(measured),
      motion(recordedMotion) {
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
    const int frames = static_cast<int>(all.size()) - firstFrame;
    if (frames == 0)
        throw std::invalid_argument("RecordingSource: " + file->getPath() + " holds no frame later than t = 0");
    if (motion != Motion::None && frames % 2 != 0)
        throw std::invalid_argument("RecordingSource: " + file->getPath() + " holds " + std::to_string(frames) +
                                    " frames later than t = 0; a recording of motion has them in pairs");
    const int numTimes = motion == Motion::None ? frames : frames / 2;
    for (int k = 0; k < numTimes; ++k)
        times.push_back(all[getFrame(k)]);
    samples = file->getNumReplicas();
}

int RecordingSource::getFrame(int timeIndex) const {
    if (motion == Motion::None)
        return firstFrame + timeIndex;
    return firstFrame + 2 * timeIndex + (motion == Motion::NoisingStep ? 1 : 0);
}

int RecordingSource::getPartnerFrame(int timeIndex) const {
    return firstFrame + 2 * timeIndex + (motion == Motion::NoisingStep ? 0 : 1);
}

bool RecordingSource::provides(Signal signal) const {
    switch (signal) {
    case Signal::Position:
        return true;
    case Signal::Force:
        return file->hasForces();
    case Signal::InitialPosition:
        return firstFrame > 0 && file->getTimes()[firstFrame - 1] == 0.0;
    case Signal::EvolvedPosition:
        return motion == Motion::FreeEvolution;
    case Signal::PreviousPosition:
        return motion == Motion::NoisingStep;
    }
    return false;
}

void RecordingSource::read(int timeIndex, std::size_t first, std::size_t count, SampleBlock& block) const {
    checkRange("RecordingSource::read", timeIndex, first, count);
    const int replica = static_cast<int>(first), replicas = static_cast<int>(count);
    std::vector<float> values(count * getNumOscillators());
    const std::lock_guard<std::mutex> lock(reading);
    const auto displacements = [&](int frame, AlignedVector<float>& batch) {
        file->readDisplacements(frame, replica, replicas, values.data());
        copyToBatch(values.data(), getNumOscillators(), count, batch);
    };
    block = SampleBlock();
    block.count = count;
    block.stride = batchStride(count);
    displacements(getFrame(timeIndex), block.position);
    if (provides(Signal::Force)) {
        file->readForces(getFrame(timeIndex), replica, replicas, values.data());
        copyToBatch(values.data(), getNumOscillators(), count, block.force);
    }
    if (provides(Signal::InitialPosition))
        displacements(firstFrame - 1, block.initialPosition);
    if (motion == Motion::None)
        return;
    const int partner = getPartnerFrame(timeIndex);
    block.interval = std::abs(file->getTimes()[partner] - times[timeIndex]);
    block.evolvedPositions.resize(motion == Motion::FreeEvolution ? 1 : 0);
    displacements(partner, motion == Motion::FreeEvolution ? block.evolvedPositions[0] : block.previousPosition);
}

} // namespace OpenMMOscillators
