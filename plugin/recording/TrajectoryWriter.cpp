#include "openmmoscillators/recording/TrajectoryWriter.h"

#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/FrameChecksum.h"
#include "openmmoscillators/recording/RecordedRuns.h"
#include "openmmoscillators/recording/RecordingLayout.h"
#include "openmmoscillators/recording/TrajectoryTimes.h"
#include <cmath>
#include <filesystem>
#include <utility>

namespace OpenMMOscillators {

namespace {

/** Longest time that a frame waits before it reaches the file, as long as frames come. */
constexpr std::chrono::seconds flushInterval(5);

/** A link stays a link when the file behind it is replaced. */
std::string resolve(const std::string& path) {
    std::error_code error;
    const std::filesystem::path resolved = std::filesystem::canonical(path, error);
    return error ? path : resolved.string();
}

template <typename T>
T readLast(const Hdf5Series& series) {
    double value;
    series.read({series.getNumFrames() - 1}, {1}, &value);
    return static_cast<T>(value);
}

} // namespace

TrajectoryWriter::TrajectoryWriter(const std::string& filePath, RecordingSubject recordingSubject,
                                   const Options& options, RunProvenance provenance)
    : path(resolve(filePath)), subject(std::move(recordingSubject)), newRun(std::move(provenance)) {
    const bool exists = std::filesystem::exists(path);
    if (exists && options.append)
        open();
    else if (!exists || options.overwrite)
        create(options);
    else
        throw RecordingError(path, "", "the file exists: choose to append to it or to overwrite it");
}

TrajectoryWriter::~TrajectoryWriter() {
    try {
        close();
    } catch (const RecordingError&) {
        // Who must know calls close().
    }
}

void TrajectoryWriter::create(const Options& options) {
    if (std::filesystem::exists(path))
        LockedFile(path, LockedFile::Access::Existing); // throws if somebody is writing to it
    FlushJournal::complete(path);                       // so that no journal of it is taken for one of its successor
    replacement.emplace(path);
    const std::uint64_t size = RecordingStructure::estimateSize(subject);
    getDisk().reserve(size, path);
    file.emplace(replacement->getTemporaryPath(), Hdf5File::Access::Create, &activeJournal);
    file->setPath(path);
    getDisk().reserve(size, path); // creating it has emptied it
    RecordingStructure::create(*file, subject, options.author);
    series.emplace(RecordingStructure::createSeries(*file, subject, options.compression));
    file->flush();
}

void TrajectoryWriter::open() {
    FlushJournal::complete(path);
    existing.emplace(path, LockedFile::Access::Existing);
    {
        const Hdf5File recording(path, Hdf5File::Access::Read);
        RecordingStructure::check(recording, subject);
        RecordedRuns::checkSettings(recording, *newRun);
        readTimes(recording, RecordingLayout::trajectory + "/" + subject.elements.front().name);
    }
    beginJournal();
    file.emplace(path, Hdf5File::Access::Modify, &activeJournal);
    series.emplace(RecordingStructure::openSeries(*file, subject));
    numFrames = series->step.getNumFrames();
    if (numFrames > 0) {
        lastStep = readLast<long long>(series->step);
        lastTime = readLast<double>(series->time);
    }
}

void TrajectoryWriter::checkNext(long long step, double time) const {
    if (!file)
        throw RecordingError(path, "", "the recording is closed");
    if (failed)
        throw RecordingError(path, "", "an earlier error ended this recording");
    if (!std::isfinite(time))
        throw RecordingError(path, "", "the time is " + show(time) + " ps, expected a finite number");
    if (numFrames > 0 && (time <= lastTime || step < lastStep))
        throw RecordingError(path, "",
                             "step " + std::to_string(step) + " at " + show(time) +
                                 " ps cannot follow the last frame, step " + std::to_string(lastStep) + " at " +
                                 show(lastTime) + " ps: times must increase");
}

void TrajectoryWriter::append(const FrameHead& head, const Fill& fill) {
    checkNext(head.step, head.time);
    getDisk().reserve(file->getSize() + RecordingStructure::estimateFrameSize(subject) +
                          (newRun ? RecordingStructure::estimateSize(subject) : 0),
                      path);
    try {
        writeFrame(head, fill);
    } catch (...) {
        rollBack();
        throw;
    }
    lastStep = head.step;
    lastTime = head.time;
    ++numFrames;
    const bool unnamed = replacement && !replacement->isCommitted();
    if (unnamed || std::chrono::steady_clock::now() - lastFlush > flushInterval)
        flush();
    if (unnamed) {
        replacement->commit();
        beginJournal();
    }
}

void TrajectoryWriter::beginJournal() {
    journal.emplace(path);
    activeJournal = &*journal;
}

void TrajectoryWriter::writeFrame(const FrameHead& head, const Fill& fill) {
    if (newRun) {
        RecordedRuns::write(*file, *newRun, static_cast<long long>(numFrames));
        newRun.reset();
    }
    FrameChecksum checksum;
    ElementValues values;
    if (subject.doublePrecision)
        values = std::vector<double>();
    for (std::size_t e = 0; e < series->elements.size(); ++e)
        std::visit(
            [&](auto& array) {
                array.resize(static_cast<std::size_t>(subject.numParticles) * subject.elements[e].components);
                fill(e, values);
                series->elements[e].append(array.data());
                checksum.add(array.data(), array.size());
            },
            values);
    for (Hdf5Series& edges : series->edges) {
        edges.append(head.edges.data());
        checksum.add(head.edges.data(), head.edges.size());
    }
    checksum.add(&head.time, 1);
    checksum.add(&head.step, 1);
    const long long checksumValue = checksum.getValue();
    for (Hdf5Series& checksums : series->checksums)
        checksums.append(&checksumValue);
    series->time.append(&head.time);
    series->step.append(&head.step);
}

void TrajectoryWriter::rollBack() {
    failed = true;
    try {
        for (Hdf5Series* each : series->list())
            if (each->getNumFrames() != numFrames)
                each->setNumFrames(numFrames);
    } catch (const RecordingError&) {
        // The first error is the one to be told; what was flushed before it stays.
    }
}

void TrajectoryWriter::flush() {
    if (!file)
        return;
    file->flush();
    lastFlush = std::chrono::steady_clock::now();
}

void TrajectoryWriter::close() {
    if (!file)
        return;
    file->flush(); // what waits to be written; closing the series would not tell of a failure
    series.reset();
    file->flush();
    const std::uint64_t size = file->getSize();
    file->close();
    file.reset();
    activeJournal = nullptr;
    journal.reset();
    getDisk().truncate(size, path);
    existing.reset(); // others may write to it from now on
    replacement.reset();
}

} // namespace OpenMMOscillators
