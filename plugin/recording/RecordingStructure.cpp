#include "openmmoscillators/recording/RecordingStructure.h"

#include "openmmoscillators/recording/ChunkShape.h"
#include "openmmoscillators/recording/NetworkGroup.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include <algorithm>

namespace OpenMMOscillators::RecordingStructure {

namespace {

using Number = Hdf5SeriesLayout::Number;

constexpr hsize_t framesPerHeadChunk = 1024;
const std::string box = RecordingLayout::trajectory + "/box";

std::string elementPath(const RecordedElement& element) {
    return RecordingLayout::trajectory + "/" + element.name;
}

std::string stepPath(const RecordingSubject& subject) {
    return elementPath(subject.elements.front()) + "/step";
}

std::string timePath(const RecordingSubject& subject) {
    return elementPath(subject.elements.front()) + "/time";
}

std::size_t numberSize(const RecordingSubject& subject) {
    return subject.doublePrecision ? 8 : 4;
}

ChunkShape chooseChunk(const RecordingSubject& subject, const RecordedElement& element) {
    return ChunkShape::choose(subject.numParticles, numberSize(subject) * element.components,
                              subject.replicas.getNumOscillators());
}

void createMetadata(Hdf5File& file, const std::string& author) {
    file.createGroup("/h5md");
    file.writeAttribute("/h5md", "version", std::vector<int>{1, 1});
    file.createGroup("/h5md/author");
    file.writeTextAttribute("/h5md/author", "name", author);
    file.createGroup("/h5md/creator");
    file.writeTextAttribute("/h5md/creator", "name", "openmm-oscillators");
    file.writeTextAttribute("/h5md/creator", "version", OSCILLATORS_VERSION);
    file.createGroup("/h5md/modules");
    file.createGroup("/h5md/modules/units");
    file.writeAttribute("/h5md/modules/units", "version", std::vector<int>{1, 0});
    file.writeTextAttribute("/h5md/modules/units", "system", "SI");
}

void createParticles(Hdf5File& file, const RecordingSubject& subject) {
    file.createGroup("/particles");
    file.createGroup(RecordingLayout::trajectory);
    file.writeAttribute(RecordingLayout::trajectory, RecordingLayout::numOscillators,
                        subject.replicas.getNumOscillators());
    file.writeAttribute(RecordingLayout::trajectory, RecordingLayout::displacementAxis, subject.displacementAxis);
    file.createGroup(box);
    file.writeAttribute(box, "dimension", 3);
    file.writeTextAttribute(box, "boundary", std::vector<std::string>(3, subject.periodic ? "periodic" : "none"));
}

void createOscillators(Hdf5File& file, const RecordingSubject& subject) {
    const std::string& group = RecordingLayout::oscillators;
    file.createGroup(group);
    file.writeTextAttribute(group, "format", RecordingLayout::format);
    file.writeAttribute(group, "version", RecordingLayout::version);
    file.writeAttribute(group, RecordingLayout::displacementAxis, subject.displacementAxis);
    file.writeAttribute(group, RecordingLayout::networkForceGroup, subject.networkForceGroup);
    NetworkGroup::write(file, group, subject.network, subject.protocol);
    file.write(group + "/replicas",
               {static_cast<hsize_t>(subject.replicas.getNumReplicas()),
                static_cast<hsize_t>(subject.replicas.getNumOscillators())},
               subject.replicas.getParticles());
}

Hdf5Series createElement(Hdf5File& file, const RecordingSubject& subject, const RecordedElement& element,
                         int compression) {
    const ChunkShape chunk = chooseChunk(subject, element);
    Hdf5SeriesLayout layout{subject.doublePrecision ? Number::Float64 : Number::Float32,
                            {static_cast<hsize_t>(subject.numParticles)},
                            {chunk.frames, chunk.particles},
                            compression};
    if (element.components > 1) {
        layout.frame.push_back(element.components);
        layout.chunk.push_back(element.components);
    }
    const std::string name = elementPath(element);
    if (&element != &subject.elements.front()) {
        file.createGroup(name);
        file.link(stepPath(subject), name + "/step");
        file.link(timePath(subject), name + "/time");
    }
    Hdf5Series series(file, name + "/value", layout);
    file.writeTextAttribute(name + "/value", "unit", element.unit);
    return series;
}

Hdf5Series createEdges(Hdf5File& file, const RecordingSubject& subject, int compression) {
    file.createGroup(box + "/edges");
    file.link(stepPath(subject), box + "/edges/step");
    file.link(timePath(subject), box + "/edges/time");
    Hdf5Series edges(file, box + "/edges/value", {Number::Float64, {3, 3}, {framesPerHeadChunk, 3, 3}, compression});
    file.writeTextAttribute(box + "/edges/value", "unit", RecordingLayout::length);
    return edges;
}

Hdf5Series createChecksums(Hdf5File& file, const RecordingSubject& subject, int compression) {
    Hdf5Series checksums(file, RecordingLayout::checksums, {Number::Int64, {}, {framesPerHeadChunk}, compression});
    std::vector<std::string> names;
    for (const RecordedElement& element : subject.elements)
        names.push_back(element.name);
    file.writeTextAttribute(RecordingLayout::checksums, "algorithm", "CRC-32");
    file.writeTextAttribute(RecordingLayout::checksums, "elements", names);
    return checksums;
}

class Comparison {
public:
    explicit Comparison(const Hdf5File& recording) : file(recording) {}
    void require(bool same, const std::string& object, const std::string& what) const {
        if (!same)
            throw RecordingError(file.getPath(), object, "cannot append: the recording has " + what);
    }
    void requireAttribute(const std::string& object, const std::string& name, int expected) const {
        const int found = file.readAttribute<int>(object, name);
        require(found == expected, object,
                name + " " + std::to_string(found) + ", this run has " + std::to_string(expected));
    }

private:
    const Hdf5File& file;
};

std::vector<std::string> recordedNames(const Hdf5File& file) {
    std::vector<std::string> names = file.listMembers(RecordingLayout::trajectory);
    names.erase(std::remove(names.begin(), names.end(), "box"), names.end());
    return names;
}

std::string join(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

void checkFormat(const Hdf5File& file) {
    if (!file.isGroup(RecordingLayout::oscillators) || !file.hasAttribute(RecordingLayout::oscillators, "format") ||
        file.readTextAttribute(RecordingLayout::oscillators, "format") != RecordingLayout::format)
        throw RecordingError(file.getPath(), RecordingLayout::oscillators,
                             "cannot append: this is not a recording of TrajectoryRecorder");
    Comparison(file).requireAttribute(RecordingLayout::oscillators, "version", RecordingLayout::version);
}

bool isSame(const DrivingProtocol& a, const DrivingProtocol& b) {
    bool same = a.getTimes() == b.getTimes() && a.getOutside() == b.getOutside();
    for (int k = 0; k < a.getNumSlices() && same; ++k)
        same = a.getSlice(k).getValues() == b.getSlice(k).getValues();
    return same;
}

void checkNetwork(const Hdf5File& file, const RecordingSubject& subject) {
    const std::string& group = RecordingLayout::oscillators;
    const Comparison comparison(file);
    const OscillatorNetwork network = NetworkGroup::readNetwork(file, group);
    comparison.require(network == subject.network, group + "/network", "another network");
    comparison.require(isSame(NetworkGroup::readProtocol(file, group, network), subject.protocol), group + "/protocol",
                       "another protocol");
    comparison.require(file.read<int>(group + "/replicas", {0, 0}) == subject.replicas.getParticles(),
                       group + "/replicas", "another layout of replicas");
    comparison.requireAttribute(group, RecordingLayout::displacementAxis, subject.displacementAxis);
    comparison.requireAttribute(group, RecordingLayout::networkForceGroup, subject.networkForceGroup);
}

Hdf5Series openElement(const Hdf5File& file, const RecordingSubject& subject, const RecordedElement& element) {
    Hdf5Series series(file, elementPath(element) + "/value");
    Hdf5Shape expected = {series.getNumFrames(), static_cast<hsize_t>(subject.numParticles)};
    if (element.components > 1)
        expected.push_back(element.components);
    const Comparison comparison(file);
    comparison.require(series.getShape() == expected, series.getName(),
                       "shape " + describeShape(series.getShape()) + ", this run has " + describeShape(expected));
    comparison.require(series.getNumberSize() == numberSize(subject) && !series.holdsIntegers(), series.getName(),
                       "numbers of " + std::to_string(8 * series.getNumberSize()) + " bits, this run has " +
                           std::to_string(8 * numberSize(subject)));
    return series;
}

} // namespace

std::vector<Hdf5Series*> Series::list() {
    std::vector<Hdf5Series*> all;
    for (Hdf5Series& element : elements)
        all.push_back(&element);
    for (Hdf5Series& edge : edges)
        all.push_back(&edge);
    for (Hdf5Series& checksum : checksums)
        all.push_back(&checksum);
    all.push_back(&time);
    all.push_back(&step);
    return all;
}

void create(Hdf5File& file, const RecordingSubject& subject, const std::string& author) {
    createMetadata(file, author);
    createParticles(file, subject);
    createOscillators(file, subject);
}

Series createSeries(Hdf5File& file, const RecordingSubject& subject, int compression) {
    file.createGroup(elementPath(subject.elements.front()));
    Series series{Hdf5Series(file, stepPath(subject), {Number::Int64, {}, {framesPerHeadChunk}, compression}),
                  Hdf5Series(file, timePath(subject), {Number::Float64, {}, {framesPerHeadChunk}, compression}),
                  {},
                  {},
                  {}};
    file.writeTextAttribute(timePath(subject), "unit", RecordingLayout::time);
    if (subject.periodic)
        series.edges.push_back(createEdges(file, subject, compression));
    for (const RecordedElement& element : subject.elements)
        series.elements.push_back(createElement(file, subject, element, compression));
    series.checksums.push_back(createChecksums(file, subject, compression));
    return series;
}

void check(const Hdf5File& file, const RecordingSubject& subject) {
    checkFormat(file);
    std::vector<std::string> names;
    for (const RecordedElement& element : subject.elements)
        names.push_back(element.name);
    std::sort(names.begin(), names.end());
    std::vector<std::string> found = recordedNames(file);
    std::sort(found.begin(), found.end());
    const Comparison comparison(file);
    comparison.require(found == names, RecordingLayout::trajectory,
                       "the fields " + join(found) + "; this run has " + join(names));
    comparison.require(file.has(box + "/edges") == subject.periodic, box,
                       subject.periodic ? "no periodic box" : "a periodic box");
    checkNetwork(file, subject);
}

Series openSeries(const Hdf5File& file, const RecordingSubject& subject) {
    Series series{Hdf5Series(file, stepPath(subject)), Hdf5Series(file, timePath(subject)), {}, {}, {}};
    if (subject.periodic)
        series.edges.emplace_back(file, box + "/edges/value");
    for (const RecordedElement& element : subject.elements)
        series.elements.push_back(openElement(file, subject, element));
    if (file.has(RecordingLayout::checksums))
        series.checksums.emplace_back(file, RecordingLayout::checksums);
    for (const Hdf5Series* each : series.list())
        Comparison(file).require(each->getNumFrames() == series.step.getNumFrames(), each->getName(),
                                 std::to_string(each->getNumFrames()) + " frames here, but " +
                                     std::to_string(series.step.getNumFrames()) + " steps");
    return series;
}

std::uint64_t estimateSize(const RecordingSubject& subject) {
    const auto slices = static_cast<std::uint64_t>(subject.protocol.getNumSlices());
    const auto parameters = static_cast<std::uint64_t>(subject.protocol.getNumParameters());
    const std::uint64_t network = 16 * subject.network.getNumOscillators() + 8 * subject.network.getNumEdges();
    const std::uint64_t table =
        std::uint64_t(4) * subject.replicas.getNumReplicas() * subject.replicas.getNumOscillators();
    constexpr std::uint64_t groupsAndAttributes = std::uint64_t(1) << 18;
    return 8 * slices * (1 + parameters) + network + table + groupsAndAttributes;
}

std::uint64_t estimateFrameSize(const RecordingSubject& subject) {
    // Two rows of chunks (one waits to be filled, one is new), deflated data at worst a little longer than plain ones,
    // and for each chunk its entry in the index, whose nodes may be half empty.
    constexpr std::uint64_t entry = 256;
    std::uint64_t size = (std::uint64_t(1) << 18) + 2 * framesPerHeadChunk * (8 + 8 + 8 + 72);
    for (const RecordedElement& element : subject.elements) {
        const ChunkShape chunk = chooseChunk(subject, element);
        const std::uint64_t chunks = (subject.numParticles + chunk.particles - 1) / chunk.particles;
        const std::uint64_t bytes = chunk.frames * chunk.particles * element.components * numberSize(subject);
        size += 2 * chunks * (bytes + bytes / 1000 + entry);
    }
    return size;
}

} // namespace OpenMMOscillators::RecordingStructure
