#pragma once

#include "openmmoscillators/recording/LockedFile.h"
#include <string>

namespace OpenMMOscillators {

/**
 * A file under construction that takes the place of another at once: it is written as <path>.partial beside the other
 * and renamed by commit(). If that never happens, the old file stays whole and the new one is removed.
 *
 * HDF5 itself may crash when the disk is full, already when it creates a file: reserve() first.
 */
class ReplacementFile {
public:
    /** @throws RecordingError if the temporary file cannot be made, or somebody else is writing it */
    explicit ReplacementFile(const std::string& finalPath);
    ~ReplacementFile();
    ReplacementFile(const ReplacementFile&) = delete;
    ReplacementFile& operator=(const ReplacementFile&) = delete;

    const std::string& getTemporaryPath() const { return temporaryPath; }
    LockedFile& getFile() { return file; }
    bool isCommitted() const { return committed; }
    /** Bring what was written to the disk and give the file its name. @throws RecordingError */
    void commit();

private:
    std::string path;
    std::string temporaryPath;
    LockedFile file;
    bool committed = false;
};

} // namespace OpenMMOscillators
