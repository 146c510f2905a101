// Checkpoints of learning, changed as HDF5 itself can change them.

#include "Readers.h"

namespace OpenMMOscillators {

const FuzzTarget& fuzzTarget() {
    static const FuzzTarget target = targetOfEdits(exampleLearningCheckpoint(), readLearningCheckpoint);
    return target;
}

} // namespace OpenMMOscillators
