#pragma once

#include "openmmoscillators/recording/Hdf5Series.h"
#include "openmmoscillators/recording/RecordingSubject.h"
#include <cstdint>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** The groups, attributes and datasets of a recording: H5MD 1.1 with its units module, and the group oscillators. */
namespace RecordingStructure {

/** The series of a recording; all have the same number of frames. */
struct Series {
    Hdf5Series step, time;
    /** [3][3], empty unless the System is periodic. */
    std::vector<Hdf5Series> edges;
    /** In the order of RecordingSubject::elements. */
    std::vector<Hdf5Series> elements;
    /** One, or none in a recording that was begun before there were any. */
    std::vector<Hdf5Series> checksums;

    /** All of them. */
    std::vector<Hdf5Series*> list();
};

/** Everything but the series. */
void create(Hdf5File& file, const RecordingSubject& subject, const std::string& author);
Series createSeries(Hdf5File& file, const RecordingSubject& subject, int compression);
/** @throws RecordingError unless the file is a whole recording of this subject */
void check(const Hdf5File& file, const RecordingSubject& subject);
/** @throws RecordingError unless they belong to the subject and have equally many frames */
Series openSeries(const Hdf5File& file, const RecordingSubject& subject);

/** At least as many bytes as create(), createSeries() and a run need. */
std::uint64_t estimateSize(const RecordingSubject& subject);
/** At least as many bytes as one more frame needs, with what waits in caches. */
std::uint64_t estimateFrameSize(const RecordingSubject& subject);

} // namespace RecordingStructure
} // namespace OpenMMOscillators
