#include "Subjects.h"

#include "ByteMutation.h"
#include "Hdf5Mutation.h"
#include "openmm/serialization/XmlSerializer.h"
#include "openmmoscillators/recording/ProtocolFile.h"
#include "recording/ExampleRecording.h"
#include "support/NetworkSystem.h"
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace OpenMMOscillators {

namespace {

std::string load(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void save(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

LearnedProtocol exampleProtocol() {
    LearnedProtocol learned;
    learned.network = OscillatorNetwork::squareLattice(3, 2, 1);
    const NetworkParameters theta(learned.network);
    learned.protocol = DrivingProtocol({0.1, 0.2, 0.4}, {theta, theta, theta});
    return learned;
}

void readRecording(const std::string& path) {
    const TrajectoryFile file(path);
    const int last = file.getNumFrames() - 1;
    if (last < 0 || file.getNumReplicas() < 1)
        return;
    const int count = std::min(file.getNumReplicas(), 4);
    file.readDisplacements(0, 0, count);
    file.readDisplacements(last, file.getNumReplicas() - count, count);
    if (file.hasForces())
        file.readForces(last, 0, count);
    if (file.hasProtocol()) {
        file.getNetwork();
        file.getProtocol();
    }
}

/**
 * A file of HDF5, which is changed as HDF5 itself can change it, or cut off. Other damage to its bytes would try that
 * library more than ours: where variable-length strings are kept, it reads beyond its memory.
 */
FuzzSubject fileSubject(const std::string& name, const std::string& path,
                        std::function<void(const std::string&)> read) {
    const std::string original = load(path);
    const auto mutate = [=](Random& random) {
        const bool isCut = random.below(8) == 0;
        save(path, isCut ? original.substr(0, random.below(original.size())) : original);
        if (!isCut)
            mutateHdf5(path, random);
    };
    return {name, mutate, [=] { read(path); }};
}

/** A text or block of bytes. */
FuzzSubject memorySubject(const std::string& name, const std::string& original,
                          std::function<void(const std::string&)> read) {
    const auto input = std::make_shared<std::string>();
    const auto mutate = [=](Random& random) {
        *input = original;
        mutateBytes(*input, random);
    };
    return {name, mutate, [=] { read(*input); }};
}

template <typename T>
std::string toXml(const T& object, const char* name) {
    std::ostringstream stream;
    OpenMM::XmlSerializer::serialize(&object, name, stream);
    return stream.str();
}

template <typename T>
void readXml(const std::string& xml) {
    std::istringstream stream(xml);
    const std::unique_ptr<T> object(OpenMM::XmlSerializer::deserialize<T>(stream));
}

/** A Context whose checkpoints and States are read. */
struct ReadingContext {
    ReadingContext() : system(exampleProtocol().network, exampleProtocol().protocol, 2) {
        context = system.context(integrator, testPlatforms().front(), std::vector<double>(12, 0.1));
    }
    NetworkSystem system;
    OverdampedLangevinIntegrator integrator{300.0, 1.0, 0.01};
    std::unique_ptr<OpenMM::Context> context;
};

void addFileSubjects(std::vector<FuzzSubject>& subjects, const std::string& folder) {
    const std::string recording = folder + "/recording.h5md", protocol = folder + "/protocol.h5";
    TrajectoryWriter writer(recording, makeSubject(4), {}, RunProvenance{{"seed", 7LL}});
    appendFrames(writer, 3);
    writer.close();
    ProtocolFile::write(protocol, exampleProtocol());
    subjects.push_back(fileSubject("recording", recording, readRecording));
    subjects.push_back(fileSubject("protocol", protocol, [](const std::string& path) { ProtocolFile::read(path); }));
}

void addObjectSubjects(std::vector<FuzzSubject>& subjects) {
    const auto reading = std::make_shared<ReadingContext>();
    reading->integrator.step(3);
    subjects.push_back(
        memorySubject("force XML", toXml(*reading->system.force, "Force"), readXml<OscillatorNetworkForce>));
    subjects.push_back(memorySubject("integrator XML", toXml(reading->integrator, "Integrator"),
                                     readXml<OverdampedLangevinIntegrator>));
    const OpenMM::State state = reading->context->getState(OpenMM::State::IntegratorParameters);
    subjects.push_back(memorySubject("State", toXml(state, "State"), [reading](const std::string& xml) {
        std::istringstream stream(xml);
        const std::unique_ptr<OpenMM::State> read(OpenMM::XmlSerializer::deserialize<OpenMM::State>(stream));
        reading->context->setState(*read);
    }));
    std::ostringstream checkpoint;
    reading->integrator.createCheckpoint(checkpoint);
    subjects.push_back(memorySubject("checkpoint", checkpoint.str(), [reading](const std::string& bytes) {
        std::istringstream stream(bytes);
        reading->integrator.loadCheckpoint(stream);
    }));
}

} // namespace

std::vector<FuzzSubject> makeSubjects(const std::string& folder) {
    std::vector<FuzzSubject> subjects;
    addFileSubjects(subjects, folder);
    addObjectSubjects(subjects);
    return subjects;
}

} // namespace OpenMMOscillators
