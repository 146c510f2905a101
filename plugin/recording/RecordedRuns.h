#pragma once

#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/RunProvenance.h"

namespace OpenMMOscillators {

/** The groups oscillators/run_<k> of a recording: where each of its runs came from. */
namespace RecordedRuns {

/** Note that a run begins with frame firstFrame. */
void write(Hdf5File& file, const RunProvenance& run, long long firstFrame);
/** @throws RecordingError if a setting (see isSetting()) of this run is not that of the recording's last one */
void checkSettings(const Hdf5File& file, const RunProvenance& run);

} // namespace RecordedRuns
} // namespace OpenMMOscillators
