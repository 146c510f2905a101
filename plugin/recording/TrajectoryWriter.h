#pragma once

#include "openmmoscillators/recording/FlushJournal.h"
#include "openmmoscillators/recording/LockedFile.h"
#include "openmmoscillators/recording/RecordingStructure.h"
#include "openmmoscillators/recording/ReplacementFile.h"
#include "openmmoscillators/recording/RunProvenance.h"
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace OpenMMOscillators {

/** Values of one element in one frame, [particle][component], in the precision of the recording. */
using ElementValues = std::variant<std::vector<float>, std::vector<double>>;

/** A frame without its elements. */
struct FrameHead {
    long long step;
    /** In ps. */
    double time;
    /** Edge vectors of the periodic box by rows, in nm: nine numbers, used if the subject is periodic. */
    std::vector<double> edges;
};

/** Writes the file of TrajectoryRecorder, whatever the values come from. */
class TrajectoryWriter {
public:
    struct Options {
        int compression = 0;
        bool append = false;
        bool overwrite = false;
        std::string author;
    };
    /** Gives the values of an element, by its index in RecordingSubject::elements, into an array of the right size. */
    using Fill = std::function<void(std::size_t element, ElementValues& values)>;

    /** @throws RecordingError as TrajectoryRecorder's constructor does */
    TrajectoryWriter(const std::string& filePath, RecordingSubject recordingSubject, const Options& options,
                     RunProvenance provenance);
    /** Closes the file; errors are lost. */
    ~TrajectoryWriter();
    TrajectoryWriter(const TrajectoryWriter&) = delete;
    TrajectoryWriter& operator=(const TrajectoryWriter&) = delete;

    const std::string& getPath() const { return path; }
    int getNumFrames() const { return static_cast<int>(numFrames); }
    const RecordingSubject& getSubject() const { return subject; }
    /** @throws RecordingError if a frame of this step and time cannot follow the last one, or the file is closed */
    void checkNext(long long step, double time) const;
    /** Append a frame. @throws RecordingError; the file then has the frames it had */
    void append(const FrameHead& head, const Fill& fill);
    void flush();
    void close();

private:
    void create(const Options& options);
    void open();
    LockedFile& getDisk() { return existing ? *existing : replacement->getFile(); }
    void beginJournal();
    void writeFrame(const FrameHead& head, const Fill& fill);
    void rollBack();

    std::string path;
    RecordingSubject subject;
    std::optional<RunProvenance> newRun; // until this run has a frame
    // Destroyed in reverse order: HDF5 lets go of the file before its descriptor does.
    std::optional<LockedFile> existing;
    std::optional<ReplacementFile> replacement;
    std::optional<FlushJournal> journal; // once the file has its name
    FlushJournal* activeJournal = nullptr;
    std::optional<Hdf5File> file;
    std::optional<RecordingStructure::Series> series;
    hsize_t numFrames = 0;
    long long lastStep = 0;
    double lastTime = 0.0;
    bool failed = false;
    std::chrono::steady_clock::time_point lastFlush = std::chrono::steady_clock::now();
};

} // namespace OpenMMOscillators
