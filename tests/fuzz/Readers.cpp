#include "Readers.h"

#include "ExampleContext.h"
#include "Hdf5Edits.h"
#include "InputFile.h"
#include "openmmoscillators/learning/LearningCheckpoint.h"
#include "openmmoscillators/recording/ProtocolFile.h"
#include "openmmoscillators/recording/RunProvenance.h"
#include "recording/ExampleRecording.h"
#include "recording/TemporaryDirectory.h"
#include <algorithm>

namespace OpenMMOscillators {

namespace {

const std::string identity = "example";

template <typename Write>
std::string bytesOf(const Write& write) {
    const TemporaryDirectory folder;
    const std::string path = folder.file("example.h5");
    write(path);
    return readBytes(path);
}

LearningState exampleLearningState() {
    LearningState state;
    const NetworkParameters theta = exampleProtocol().getSlice(0);
    const std::vector<double> values = theta.getValues();
    state.learned = {theta, theta};
    state.reports.resize(2);
    state.matched = theta;
    state.loop.time = 0.2;
    state.loop.theta = theta;
    state.loop.correction = state.loop.direction = values;
    state.loop.population = {{AlignedVector<float>(12, 0.5F), AlignedVector<float>(12, 0.25F)}, 7};
    state.stochastic = StochasticState{theta, {3, {values, values}}, values};
    state.device = {1.0, 2.0};
    return state;
}

} // namespace

std::string exampleProtocolFile() {
    LearnedProtocol learned;
    learned.network = exampleNetwork();
    learned.network.setOscillatorRole(5, OscillatorRole::Latent);
    learned.protocol = exampleProtocol();
    return bytesOf([&](const std::string& path) { ProtocolFile::write(path, learned); });
}

void readProtocolFile(const std::string& path) {
    ProtocolFile::read(path);
}

std::string exampleRecording() {
    return bytesOf([](const std::string& path) {
        TrajectoryWriter writer(path, makeSubject(4), {}, RunProvenance{{"seed", 7LL}});
        appendFrames(writer, 3);
        writer.close();
    });
}

void readRecording(const std::string& path) {
    const TrajectoryFile file(path);
    if (file.hasProtocol())
        file.getProtocol();
    const int last = file.getNumFrames() - 1, count = std::min(file.getNumReplicas(), 4);
    if (last < 0)
        return;
    file.readDisplacements(0, 0, count);
    file.readDisplacements(last, file.getNumReplicas() - count, count);
    if (file.hasForces())
        file.readForces(last, 0, count);
}

std::string exampleLearningCheckpoint() {
    return bytesOf([](const std::string& path) { LearningCheckpoint(path, identity).save(exampleLearningState()); });
}

void readLearningCheckpoint(const std::string& path) {
    LearningCheckpoint(path, identity).load(exampleNetwork());
}

FuzzTarget targetOfEdits(const std::string& original, void (*read)(const std::string& path)) {
    const auto readEdited = [=](const std::string& input) { read(InputFile(editHdf5(original, input)).getPath()); };
    return {{{"unchanged", ""}}, readEdited};
}

} // namespace OpenMMOscillators
