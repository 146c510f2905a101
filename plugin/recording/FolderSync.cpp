#include "openmmoscillators/recording/FolderSync.h"

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace OpenMMOscillators {

void synchroniseFolderOf(const std::string& filePath) {
    const std::string folder = std::filesystem::path(filePath).parent_path().string();
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor); // some network file systems cannot, and need not
    ::close(descriptor);
}

} // namespace OpenMMOscillators
