#include "openmmoscillators/recording/TrajectoryFile.h"

#include "openmmoscillators/recording/FlushJournal.h"
#include "openmmoscillators/recording/Hdf5Series.h"
#include "openmmoscillators/recording/NetworkGroup.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include "openmmoscillators/recording/ReplicaTable.h"
#include "openmmoscillators/recording/TrajectoryTimes.h"
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace OpenMMOscillators {

namespace {

/** Vectors are read in blocks of this many particles, of which one component is kept. */
constexpr std::size_t blockSize = 65536;

bool isRecording(const Hdf5File& file) {
    return file.has(RecordingLayout::oscillators) && file.hasAttribute(RecordingLayout::oscillators, "format");
}

void checkFormat(const Hdf5File& file) {
    const std::string& path = file.getPath();
    if (!file.isGroup("/particles"))
        throw RecordingError(path, "/particles", "there is no such group: this is not an H5MD file");
    if (file.has("/h5md") && file.hasAttribute("/h5md", "version")) {
        const std::vector<int> version = file.readAttributes<int>("/h5md", "version");
        if (version.empty() || version.front() != 1)
            throw RecordingError(path, "/h5md",
                                 "found H5MD version " + (version.empty() ? "none" : std::to_string(version.front())) +
                                     ", this program reads version 1");
    }
    if (!isRecording(file))
        return;
    const std::string format = file.readTextAttribute(RecordingLayout::oscillators, "format");
    const int version = file.readAttribute<int>(RecordingLayout::oscillators, "version");
    if (format != RecordingLayout::format || version < 1 || version > RecordingLayout::version)
        throw RecordingError(path, RecordingLayout::oscillators,
                             "found format '" + format + "', version " + std::to_string(version) + "; expected '" +
                                 RecordingLayout::format + "', versions 1 to " +
                                 std::to_string(RecordingLayout::version));
}

std::string findParticles(const Hdf5File& file) {
    if (file.isGroup(RecordingLayout::trajectory))
        return RecordingLayout::trajectory;
    const std::vector<std::string> names = file.listMembers("/particles");
    if (names.size() == 1 && file.isGroup("/particles/" + names.front()))
        return "/particles/" + names.front();
    throw RecordingError(file.getPath(), "/particles",
                         "has " + std::to_string(names.size()) +
                             " members, expected one group, or one named 'trajectory'");
}

/** The file's own words on a number, if it has any. */
std::optional<int> findAttribute(const Hdf5File& file, const std::string& object, const std::string& name) {
    if (!file.hasAttribute(object, name))
        return std::nullopt;
    return file.readAttribute<int>(object, name);
}

void checkUnit(const Hdf5File& file, const std::string& dataset, const std::string& expected) {
    if (!file.hasAttribute(dataset, "unit"))
        return;
    const std::string unit = file.readTextAttribute(dataset, "unit");
    if (unit != expected)
        throw RecordingError(file.getPath(), dataset, "has unit '" + unit + "', expected '" + expected + "'");
}

/** One number for each particle and frame: a series of scalars, or one component of a series of vectors. */
class ParticleSeries {
public:
    ParticleSeries(const Hdf5File& file, const std::string& elementName, const std::string& unit,
                   std::optional<int> wantedAxis)
        : element(elementName), series(file, elementName + "/value") {
        const Hdf5Shape& shape = series.getShape();
        const bool suits = shape.size() == 2 || (shape.size() == 3 && shape[2] >= 1 && shape[2] <= 3);
        if (!suits || shape[1] == 0)
            throw RecordingError(file.getPath(), series.getName(),
                                 "has shape " + describeShape(shape) +
                                     ", expected [frames, particles] or [frames, particles, 1 to 3]");
        constexpr hsize_t most = std::numeric_limits<int>::max();
        if (shape[0] > most || shape[1] > most)
            throw RecordingError(file.getPath(), series.getName(),
                                 "has shape " + describeShape(shape) + ", expected extents of at most " +
                                     std::to_string(most));
        checkUnit(file, series.getName(), unit);
        if (shape.size() == 2)
            return;
        dimension = static_cast<int>(shape[2]);
        axis = wantedAxis.value_or(dimension - 1);
        if (axis < 0 || axis >= dimension)
            throw RecordingError(file.getPath(), series.getName(),
                                 "has " + std::to_string(dimension) + " components, but the displacement axis is " +
                                     std::to_string(axis));
    }

    const std::string& getElement() const { return element; }
    const std::string& getName() const { return series.getName(); }
    int getNumFrames() const { return static_cast<int>(series.getShape()[0]); }
    int getNumParticles() const { return static_cast<int>(series.getShape()[1]); }
    /** 0, 1, 2; nothing if it is a series of scalars. */
    std::optional<int> getAxis() const { return dimension ? std::optional<int>(axis) : std::nullopt; }

    template <typename Real>
    void read(int frame, std::size_t first, std::size_t count, Real* values) const {
        const auto row = static_cast<hsize_t>(frame);
        if (count == 0)
            return;
        if (dimension == 0)
            return series.read({row, first}, {1, count}, values);
        const auto components = static_cast<std::size_t>(dimension);
        std::vector<Real> block(std::min(count, blockSize) * components);
        for (std::size_t done = 0; done < count; done += blockSize) {
            const std::size_t size = std::min(blockSize, count - done);
            series.read({row, first + done, 0}, {1, size, components}, block.data());
            for (std::size_t p = 0; p < size; ++p)
                values[done + p] = block[p * components + axis];
        }
    }

private:
    std::string element;
    Hdf5Series series;
    int dimension = 0; // 0 for scalars
    int axis = 0;
};

} // namespace

namespace {

/** A path, once an interrupted flush of the file has been finished. */
const std::string& completed(const std::string& path) {
    FlushJournal::complete(path);
    return path;
}

} // namespace

class TrajectoryFile::Impl {
public:
    Impl(const std::string& path, int wantedOscillators)
        : file(completed(path), Hdf5File::Access::Read), particles((checkFormat(file), findParticles(file))),
          displacementAxis(findAttribute(file, particles, RecordingLayout::displacementAxis)),
          displacements(openDisplacements()), times(readTimes(file, displacements.getElement())),
          replicas(readReplicas(wantedOscillators)) {
        if (static_cast<int>(times.size()) != displacements.getNumFrames())
            throw RecordingError(path, displacements.getElement() + "/time",
                                 "has " + std::to_string(times.size()) + " times for " +
                                     std::to_string(displacements.getNumFrames()) + " frames");
        const std::string element = findForces();
        if (!element.empty())
            openForces(element);
    }

    ParticleSeries openDisplacements() const {
        for (const std::string& name : {RecordingLayout::displacement, RecordingLayout::position})
            if (file.has(particles + "/" + name))
                return ParticleSeries(file, particles + "/" + name, RecordingLayout::length, displacementAxis);
        throw RecordingError(file.getPath(), particles, "has neither a displacement nor a position");
    }

    /** The element with the network's forces; empty if there is none. */
    std::string findForces() const {
        std::vector<std::string> names = {RecordingLayout::displacementForce};
        if (isRecording(file))
            names.push_back(RecordingLayout::forceOfGroup(
                file.readAttribute<int>(RecordingLayout::oscillators, RecordingLayout::networkForceGroup)));
        else
            names.push_back(RecordingLayout::force);
        for (const std::string& name : names)
            if (file.has(particles + "/" + name))
                return particles + "/" + name;
        return "";
    }

    void openForces(const std::string& element) {
        const std::optional<int> axis = displacements.getAxis() ? displacements.getAxis() : displacementAxis;
        forces.emplace(file, element, RecordingLayout::forceUnit, axis);
        if (forces->getNumFrames() != displacements.getNumFrames() ||
            forces->getNumParticles() != displacements.getNumParticles())
            throw RecordingError(file.getPath(), forces->getName(),
                                 "has " + std::to_string(forces->getNumFrames()) + " frames of " +
                                     std::to_string(forces->getNumParticles()) + " particles, but " +
                                     displacements.getName() + " has " + std::to_string(displacements.getNumFrames()) +
                                     " of " + std::to_string(displacements.getNumParticles()));
        if (file.has(element + "/time") && readTimes(file, element) != times)
            throw RecordingError(file.getPath(), element + "/time",
                                 "differs from the times of " + displacements.getElement());
    }

    ReplicaTable readReplicas(int wanted) const {
        const std::string table = RecordingLayout::oscillators + "/replicas";
        const int count = displacements.getNumParticles();
        if (!file.has(table))
            return makeReplicas(wanted, count);
        const Hdf5Shape shape = file.getShape(table);
        std::vector<int> entries = file.read<int>(table, {0, 0});
        if (entries.empty())
            throw RecordingError(file.getPath(), table, "has shape " + describeShape(shape) + ", expected replicas");
        for (std::size_t k = 0; k < entries.size(); ++k)
            if (entries[k] < 0 || entries[k] >= count)
                throw RecordingError(file.getPath(), table,
                                     "entry " + std::to_string(k) + " is particle " + std::to_string(entries[k]) +
                                         ", but there are " + std::to_string(count) + " particles");
        const int oscillators = static_cast<int>(shape[1]);
        checkAgreement(wanted, oscillators, table);
        return ReplicaTable(oscillators, std::move(entries));
    }

    ReplicaTable makeReplicas(int wanted, int count) const {
        const std::optional<int> stated = findAttribute(file, particles, RecordingLayout::numOscillators);
        if (stated)
            checkAgreement(wanted, *stated, particles + "@" + RecordingLayout::numOscillators);
        const int oscillators = stated.value_or(wanted);
        if (oscillators <= 0 && !stated)
            throw RecordingError(file.getPath(), particles,
                                 "does not say how many oscillators a replica has: give the number of oscillators of "
                                 "the network, or the group an attribute num_oscillators");
        if (oscillators <= 0 || count % oscillators != 0)
            throw RecordingError(file.getPath(), particles,
                                 "has " + std::to_string(count) + " particles, expected a multiple of the " +
                                     std::to_string(oscillators) + " oscillators of a replica");
        return ReplicaTable(count / oscillators, oscillators);
    }

    void checkAgreement(int wanted, int found, const std::string& object) const {
        if (wanted > 0 && wanted != found)
            throw RecordingError(file.getPath(), object,
                                 "replicas have " + std::to_string(found) + " oscillators, expected " +
                                     std::to_string(wanted));
    }

    void checkSlice(const ParticleSeries& series, int frame, int firstReplica, int count) const {
        if (frame < 0 || frame >= series.getNumFrames())
            throw RecordingError(file.getPath(), series.getName(),
                                 "there is no frame " + std::to_string(frame) + ": the file has " +
                                     std::to_string(series.getNumFrames()));
        if (firstReplica < 0 || count < 0 || count > replicas.getNumReplicas() - firstReplica)
            throw RecordingError(file.getPath(), series.getName(),
                                 "there are no replicas " + std::to_string(firstReplica) + " to " +
                                     std::to_string(static_cast<long long>(firstReplica) + count - 1) +
                                     ": the file has " + std::to_string(replicas.getNumReplicas()));
    }

    template <typename Real>
    void readSlice(const ParticleSeries& series, int frame, int firstReplica, int count, Real* values) const {
        checkSlice(series, frame, firstReplica, count);
        const ReplicaTable::Range range = replicas.getRange(firstReplica, count);
        if (range.inOrder)
            return series.read(frame, range.first, range.count, values);
        std::vector<Real> all(range.count);
        series.read(frame, range.first, range.count, all.data());
        for (int r = firstReplica; r < firstReplica + count; ++r)
            for (int i = 0; i < replicas.getNumOscillators(); ++i)
                *values++ = all[replicas.getParticle(r, i) - range.first];
    }

    const ParticleSeries& getForces() const {
        if (!forces)
            throw RecordingError(file.getPath(), particles, "has no forces of the network");
        return *forces;
    }

    void checkProtocol() const {
        if (!file.has(RecordingLayout::oscillators + "/network"))
            throw RecordingError(file.getPath(), RecordingLayout::oscillators + "/network",
                                 "the file holds no network");
    }

    Hdf5File file;
    std::string particles;
    std::optional<int> displacementAxis;
    ParticleSeries displacements;
    std::vector<double> times;
    ReplicaTable replicas;
    std::optional<ParticleSeries> forces;
};

TrajectoryFile::TrajectoryFile(const std::string& path, int numOscillators)
    : impl(std::make_unique<const Impl>(path, numOscillators)) {}
TrajectoryFile::~TrajectoryFile() = default;
TrajectoryFile::TrajectoryFile(TrajectoryFile&&) noexcept = default;
TrajectoryFile& TrajectoryFile::operator=(TrajectoryFile&&) noexcept = default;

const std::string& TrajectoryFile::getPath() const {
    return impl->file.getPath();
}
int TrajectoryFile::getNumFrames() const {
    return static_cast<int>(impl->times.size());
}
int TrajectoryFile::getNumParticles() const {
    return impl->displacements.getNumParticles();
}
int TrajectoryFile::getNumReplicas() const {
    return impl->replicas.getNumReplicas();
}
int TrajectoryFile::getNumOscillators() const {
    return impl->replicas.getNumOscillators();
}
int TrajectoryFile::getDisplacementAxis() const {
    return impl->displacements.getAxis().value_or(impl->displacementAxis.value_or(2));
}
const std::vector<double>& TrajectoryFile::getTimes() const {
    return impl->times;
}
bool TrajectoryFile::hasForces() const {
    return impl->forces.has_value();
}
bool TrajectoryFile::hasProtocol() const {
    return impl->file.has(RecordingLayout::oscillators + "/network");
}

OscillatorNetwork TrajectoryFile::getNetwork() const {
    impl->checkProtocol();
    return NetworkGroup::readNetwork(impl->file, RecordingLayout::oscillators);
}

DrivingProtocol TrajectoryFile::getProtocol() const {
    return NetworkGroup::readProtocol(impl->file, RecordingLayout::oscillators, getNetwork());
}

template <typename Real>
void TrajectoryFile::readDisplacements(int frame, int firstReplica, int count, Real* values) const {
    impl->readSlice(impl->displacements, frame, firstReplica, count, values);
}

template <typename Real>
void TrajectoryFile::readForces(int frame, int firstReplica, int count, Real* values) const {
    impl->readSlice(impl->getForces(), frame, firstReplica, count, values);
}

std::vector<double> TrajectoryFile::readDisplacements(int frame, int firstReplica, int count) const {
    impl->checkSlice(impl->displacements, frame, firstReplica, count);
    std::vector<double> values(static_cast<std::size_t>(count) * getNumOscillators());
    readDisplacements(frame, firstReplica, count, values.data());
    return values;
}

std::vector<double> TrajectoryFile::readForces(int frame, int firstReplica, int count) const {
    impl->checkSlice(impl->getForces(), frame, firstReplica, count);
    std::vector<double> values(static_cast<std::size_t>(count) * getNumOscillators());
    readForces(frame, firstReplica, count, values.data());
    return values;
}

template void TrajectoryFile::readDisplacements(int, int, int, float*) const;
template void TrajectoryFile::readDisplacements(int, int, int, double*) const;
template void TrajectoryFile::readForces(int, int, int, float*) const;
template void TrajectoryFile::readForces(int, int, int, double*) const;

} // namespace OpenMMOscillators
