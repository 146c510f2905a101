#pragma once

#include "NumpyArrays.h"
#include "openmmoscillators/recording/TrajectoryFile.h"

/** Frames as Python sees them: arrays of shape (replicas, oscillators). */
namespace RecordingArrays {

using NumpyArrays::Table;
using OpenMMOscillators::TrajectoryFile;

/** An array for some replicas; count -1 stands for all from the first on. The reader checks the range. */
inline Table<float> makeTable(const TrajectoryFile& file, int firstReplica, int& count) {
    if (count == -1)
        count = file.getNumReplicas() - firstReplica;
    const std::size_t rows = count > 0 ? count : 0;
    return {std::vector<float>(rows * file.getNumOscillators()), static_cast<npy_intp>(rows), file.getNumOscillators()};
}

inline Table<float> readDisplacements(const TrajectoryFile& file, int frame, int firstReplica, int count) {
    Table<float> table = makeTable(file, firstReplica, count);
    file.readDisplacements(frame, firstReplica, count, table.values.data());
    return table;
}

inline Table<float> readForces(const TrajectoryFile& file, int frame, int firstReplica, int count) {
    Table<float> table = makeTable(file, firstReplica, count);
    file.readForces(frame, firstReplica, count, table.values.data());
    return table;
}

} // namespace RecordingArrays
