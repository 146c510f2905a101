#include "openmmoscillators/recording/ReplacementFile.h"

#include "openmmoscillators/recording/FolderSync.h"
#include "openmmoscillators/recording/RecordingError.h"
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace OpenMMOscillators {

ReplacementFile::ReplacementFile(const std::string& finalPath)
    : path(finalPath), temporaryPath(finalPath + ".partial"), file(temporaryPath, LockedFile::Access::CreateIfMissing) {
}

ReplacementFile::~ReplacementFile() {
    if (!committed)
        std::remove(temporaryPath.c_str());
}

void ReplacementFile::commit() {
    file.synchronise(path);
    if (std::rename(temporaryPath.c_str(), path.c_str()) != 0)
        throw RecordingError(path, "", std::strerror(errno));
    committed = true;
    synchroniseFolderOf(path);
}

} // namespace OpenMMOscillators
