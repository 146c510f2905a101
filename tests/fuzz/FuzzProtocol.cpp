// Protocol files, changed as HDF5 itself can change them.

#include "Readers.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const FuzzTarget target = targetOfEdits(exampleProtocolFile(), readProtocolFile);
    return target;
}

} // namespace OpenMMOscillators
