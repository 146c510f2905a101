#include "openmmoscillators/recording/FlushJournal.h"

#include "openmmoscillators/recording/FolderSync.h"
#include "openmmoscillators/recording/FrameChecksum.h"
#include "openmmoscillators/recording/LockedFile.h"
#include "openmmoscillators/recording/RecordingError.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace OpenMMOscillators {

namespace {

constexpr off_t reservedBytes = 1 << 20;

struct Header {
    std::array<char, 8> mark;
    std::uint64_t size; // of what follows; 0 if no flush is under way
    std::uint64_t checksum;
};
constexpr std::array<char, 8> journalMark = {'O', 'O', 'j', 'o', 'u', 'r', 'n', '1'};

std::string journalPath(const std::string& filePath) {
    return filePath + ".journal";
}

std::uint64_t checksumOf(const std::vector<char>& bytes) {
    FrameChecksum checksum;
    checksum.add(bytes.data(), bytes.size());
    return static_cast<std::uint64_t>(checksum.getValue());
}

void appendNumber(std::vector<char>& bytes, std::uint64_t number) {
    const char* first = reinterpret_cast<const char*>(&number);
    bytes.insert(bytes.end(), first, first + sizeof(number));
}

bool apply(int file, const std::vector<FlushJournal::Write>& writes) {
    const auto isWritten = [&](const FlushJournal::Write& write) {
        return writeAt(file, write.bytes.data(), write.bytes.size(), write.address);
    };
    return std::all_of(writes.begin(), writes.end(), isWritten) && ::fdatasync(file) == 0;
}

/** Reads numbers and bytes of a journal one after another, and no further than it goes. */
class Reader {
public:
    explicit Reader(const std::vector<char>& source) : bytes(source) {}
    bool isAtEnd() const { return place == bytes.size(); }
    bool read(void* target, std::size_t size) {
        if (size > bytes.size() - place)
            return false;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(place), size, static_cast<char*>(target));
        place += size;
        return true;
    }
    std::size_t getRest() const { return bytes.size() - place; }

private:
    const std::vector<char>& bytes;
    std::size_t place = 0;
};

/** The writes of a journal that is whole, else none. */
std::vector<FlushJournal::Write> load(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::vector<char> content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    Header header{};
    if (content.size() < sizeof(header))
        return {};
    std::memcpy(&header, content.data(), sizeof(header));
    if (header.mark != journalMark || header.size == 0 || header.size > content.size() - sizeof(header))
        return {};
    const auto first = content.begin() + sizeof(header);
    const std::vector<char> bytes(first, first + static_cast<std::ptrdiff_t>(header.size));
    if (checksumOf(bytes) != header.checksum)
        return {};
    std::vector<FlushJournal::Write> writes;
    for (Reader reader(bytes); !reader.isAtEnd();) {
        FlushJournal::Write write{};
        std::uint64_t size = 0;
        if (!reader.read(&write.address, sizeof(write.address)) || !reader.read(&size, sizeof(size)) ||
            size > reader.getRest())
            return {};
        write.bytes.resize(size);
        reader.read(write.bytes.data(), size);
        writes.push_back(std::move(write));
    }
    return writes;
}

} // namespace

bool writeAt(int file, const void* bytes, std::size_t size, std::uint64_t address) {
    const char* rest = static_cast<const char*>(bytes);
    while (size > 0) {
        const ssize_t written = ::pwrite(file, rest, size, static_cast<off_t>(address));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        rest += written;
        size -= static_cast<std::size_t>(written);
        address += static_cast<std::uint64_t>(written);
    }
    return true;
}

FlushJournal::FlushJournal(const std::string& filePath)
    : path(journalPath(filePath)), descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (descriptor >= 0 && ::posix_fallocate(descriptor, 0, reservedBytes) != 0) {
        ::close(descriptor);
        descriptor = -1;
    }
    if (descriptor < 0)
        ::unlink(path.c_str());
    synchroniseFolderOf(path);
}

FlushJournal::~FlushJournal() {
    if (descriptor < 0)
        return;
    ::close(descriptor);
    if (!isPending) {
        ::unlink(path.c_str());
        synchroniseFolderOf(path); // or it might come back after the file has changed
    }
}

bool FlushJournal::save(const std::vector<Write>& writes) const {
    std::vector<char> bytes;
    for (const Write& write : writes) {
        appendNumber(bytes, write.address);
        appendNumber(bytes, write.bytes.size());
        bytes.insert(bytes.end(), write.bytes.begin(), write.bytes.end());
    }
    const Header header{journalMark, bytes.size(), checksumOf(bytes)};
    return writeAt(descriptor, bytes.data(), bytes.size(), sizeof(header)) &&
           writeAt(descriptor, &header, sizeof(header), 0) && ::fdatasync(descriptor) == 0;
}

bool FlushJournal::clear() const {
    const Header header{journalMark, 0, 0};
    return writeAt(descriptor, &header, sizeof(header), 0);
}

bool FlushJournal::commit(int file, const std::vector<Write>& writes) {
    if (writes.empty())
        return true;
    if (::fdatasync(file) != 0) // the numbers that the metadata speak of
        return false;
    if (descriptor >= 0 && !save(writes)) {
        const int reason = errno;
        clear();
        if (reason != ENOSPC && reason != EDQUOT && reason != EFBIG) {
            errno = reason;
            return false;
        }
    } else
        isPending = descriptor >= 0;
    if (!apply(file, writes))
        return false;
    if (isPending)
        isPending = !clear();
    return true;
}

bool FlushJournal::complete(const std::string& filePath) {
    const std::string path = journalPath(filePath);
    if (!std::filesystem::exists(path))
        return false;
    try {
        if (!std::filesystem::exists(filePath)) {
            std::filesystem::remove(path);
            return false;
        }
        const LockedFile lock(filePath, LockedFile::Access::Existing); // throws while somebody is writing
        const std::vector<Write> writes = load(path);
        if (!writes.empty()) {
            const int file = ::open(filePath.c_str(), O_RDWR | O_CLOEXEC);
            const bool isDone = file >= 0 && apply(file, writes);
            ::close(file);
            if (!isDone)
                return false;
        }
        std::filesystem::remove(path);
        synchroniseFolderOf(path);
        return !writes.empty();
    } catch (const std::exception&) { // RecordingError, filesystem_error: not ours to finish
        return false;
    }
}

} // namespace OpenMMOscillators
