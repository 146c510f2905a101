#pragma once

#include <cstdint>
#include <string>

namespace OpenMMOscillators {

/**
 * A descriptor of a file that HDF5 writes, for what HDF5 does not do itself: to keep a second writer out, to have disk
 * space allocated before it is needed, and to bring data to the disk. Readers are not kept out.
 */
class LockedFile {
public:
    enum class Access { Existing, CreateIfMissing };
    /** @throws RecordingError if the file cannot be opened for writing, or another LockedFile holds it */
    LockedFile(const std::string& filePath, Access access);
    ~LockedFile();
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;

    /**
     * Make sure that the first size bytes of the file have room on the disk.
     * @param shownPath  the file's name in the message
     * @throws RecordingError if the disk is full or the file may not grow that far; the file keeps its contents
     */
    void reserve(std::uint64_t size, const std::string& shownPath);
    /** Give back what was reserved beyond size bytes. @throws RecordingError */
    void truncate(std::uint64_t size, const std::string& shownPath);
    /** Have the disk hold all that was written. @throws RecordingError */
    void synchronise(const std::string& shownPath);

private:
    int descriptor;
};

} // namespace OpenMMOscillators
