// Recordings, changed as HDF5 itself can change them.

#include "Readers.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const FuzzTarget target = targetOfEdits(exampleRecording(), readRecording);
    return target;
}

} // namespace OpenMMOscillators
