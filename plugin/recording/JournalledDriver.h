#pragma once

#include <H5Cpp.h>

namespace OpenMMOscillators {

class FlushJournal;

/**
 * Have HDF5 write files in its usual format, but what is not numbers of datasets only at a flush, through a journal.
 * @param properties  of the file to be opened or made
 * @param journal     lives until the file is closed; a pointer to nullptr as long as writes need no journal
 */
void setJournalledDriver(const H5::FileAccPropList& properties, FlushJournal* const* journal);

} // namespace OpenMMOscillators
