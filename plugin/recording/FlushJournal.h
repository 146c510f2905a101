#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * Makes the metadata that HDF5 writes at a flush appear in a file all or not at all, whenever the process is killed or
 * the power fails. What is to be written where goes to a file beside it first (<file>.journal, with a checksum), then
 * to the file itself. If that was interrupted, complete() does it again; a journal that is not whole is of a flush that
 * has not begun to change the file.
 *
 * The journal has its room on the disk before it is needed. Where there is none, flushes go on without it.
 */
class FlushJournal {
public:
    struct Write {
        std::uint64_t address;
        std::vector<char> bytes;
    };

    /** @param filePath  the file that is written to; it need not exist yet */
    explicit FlushJournal(const std::string& filePath);
    /** Removes the journal if no flush is under way. */
    ~FlushJournal();
    FlushJournal(const FlushJournal&) = delete;
    FlushJournal& operator=(const FlushJournal&) = delete;

    /**
     * Bring to the disk what the file holds, and then these writes, in their order.
     * @return whether that succeeded; errno says why not. The file is then as before, or complete() has yet to finish
     */
    bool commit(int file, const std::vector<Write>& writes);

    /**
     * Finish the interrupted flush of a file, if there is one and nobody is writing to the file.
     * @return whether there was one; false also where files may not be written to
     */
    static bool complete(const std::string& filePath);

private:
    bool save(const std::vector<Write>& writes) const;
    bool clear() const;

    std::string path;
    int descriptor;
    bool isPending = false;
};

/** pwrite() of all bytes. @return whether that succeeded; errno says why not */
bool writeAt(int file, const void* bytes, std::size_t size, std::uint64_t address);

} // namespace OpenMMOscillators
