#pragma once

#include <H5Cpp.h>
#include <memory>

namespace OpenMMOscillators {

class FlushJournal;

/** What whoever writes a file shares with HDF5's driver. */
struct WriteState {
    /** Lives until the file is closed; a pointer to nullptr as long as writes need no journal. */
    FlushJournal* const* journal;
    /** errno of a write that failed and that no flush has made up for; 0: there is none. */
    int error = 0;
};

/**
 * Have HDF5 write files in its usual format, but what is not numbers of datasets only at a flush, through a journal.
 *
 * HDF5 does not survive writes that fail: it crashes when the file is closed. So it is not told. What could not be
 * written waits for the next flush, and whoever writes looks at WriteState::error.
 * @param properties  of the file to be opened or made
 * @param state       lives until the file is open, at this address
 */
void setJournalledDriver(const H5::FileAccPropList& properties, const std::shared_ptr<WriteState>& state);

} // namespace OpenMMOscillators
