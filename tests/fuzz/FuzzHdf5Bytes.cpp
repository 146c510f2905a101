// The bytes of all files of HDF5. This tries the HDF5 library more than ours, and that library does not stand it: see
// docs/reliability.md.

#include "FuzzTarget.h"
#include "InputFile.h"
#include "Readers.h"
#include "openmmoscillators/recording/RecordingError.h"

namespace OpenMMOscillators {

namespace {

bool isTakenAs(void (*read)(const std::string&), const std::string& path) {
    try {
        read(path);
        return true;
    } catch (const RecordingError&) {
        return false;
    }
}

void readAsAny(const std::string& bytes) {
    const InputFile file(bytes);
    int taken = 0;
    for (const auto read : {readProtocolFile, readRecording, readLearningCheckpoint})
        taken += isTakenAs(read, file.getPath());
    if (taken == 0)
        throw RecordingError(file.getPath(), "", "this is nothing of ours");
}

} // namespace

const FuzzTarget& fuzzTarget() {
    static const FuzzTarget target = {{{"protocol", exampleProtocolFile()},
                                       {"recording", exampleRecording()},
                                       {"checkpoint", exampleLearningCheckpoint()}},
                                      readAsAny};
    return target;
}

} // namespace OpenMMOscillators
