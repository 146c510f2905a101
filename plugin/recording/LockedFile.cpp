#include "openmmoscillators/recording/LockedFile.h"

#include "openmmoscillators/recording/RecordingError.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace OpenMMOscillators {

LockedFile::LockedFile(const std::string& filePath, Access access)
    : descriptor(
          ::open(filePath.c_str(), O_RDWR | O_CLOEXEC | (access == Access::CreateIfMissing ? O_CREAT : 0), 0666)) {
    if (descriptor < 0)
        throw RecordingError(filePath, "", std::strerror(errno));
    // A lock of the open file description: it excludes other writers in this process too, and does not concern the
    // locks by which HDF5's readers exclude writers of theirs. Where a file system has no locks, there is none.
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES)) {
        ::close(descriptor);
        throw RecordingError(filePath, "", "another recording is being written to this file");
    }
}

LockedFile::~LockedFile() {
    ::close(descriptor);
}

void LockedFile::reserve(std::uint64_t size, const std::string& shownPath) {
    struct stat status = {};
    if (::fstat(descriptor, &status) != 0)
        throw RecordingError(shownPath, "", std::strerror(errno));
    const auto present = static_cast<std::uint64_t>(status.st_size);
    if (size <= present)
        return;
    const int error = ::posix_fallocate(descriptor, status.st_size, static_cast<off_t>(size - present));
    if (error == ENOSPC || error == EFBIG || error == EDQUOT || error == EIO) {
        (void)!::ftruncate(descriptor, status.st_size); // gives back what was allocated in part
        throw RecordingError(
            shownPath, "", "no room for another " + std::to_string(size - present) + " bytes: " + std::strerror(error));
    }
}

void LockedFile::truncate(std::uint64_t size, const std::string& shownPath) {
    if (::ftruncate(descriptor, static_cast<off_t>(size)) != 0)
        throw RecordingError(shownPath, "", std::strerror(errno));
}

void LockedFile::synchronise(const std::string& shownPath) {
    if (::fsync(descriptor) != 0)
        throw RecordingError(shownPath, "", std::strerror(errno));
}

} // namespace OpenMMOscillators
