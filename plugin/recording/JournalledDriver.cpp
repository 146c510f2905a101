#include "openmmoscillators/recording/JournalledDriver.h"

#include "openmmoscillators/recording/FlushJournal.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace OpenMMOscillators {

namespace {

using StateHandle = const std::shared_ptr<WriteState>*;

/** HDF5's view of an open file comes first: it knows nothing of the rest. */
struct OpenFile {
    H5FD_t base;
    int descriptor;
    haddr_t endOfAllocation, endOfFile;
    std::shared_ptr<WriteState> state;
    std::vector<FlushJournal::Write> pending; // until the flush to come: metadata, and what could not be written
};

OpenFile& openFile(H5FD_t* file) {
    return *reinterpret_cast<OpenFile*>(file);
}
const OpenFile& openFile(const H5FD_t* file) {
    return *reinterpret_cast<const OpenFile*>(file);
}

herr_t fail(hid_t minor) {
    H5Epush2(H5E_DEFAULT, __FILE__, "JournalledDriver", __LINE__, H5E_ERR_CLS, H5E_IO, minor, "error message = '%s'",
             std::strerror(errno));
    return -1;
}

H5FD_t* open(const char* name, unsigned flags, hid_t properties, haddr_t /*maximum*/) {
    const int access = O_RDWR | O_CLOEXEC | ((flags & H5F_ACC_CREAT) != 0 ? O_CREAT : 0) |
                       ((flags & H5F_ACC_TRUNC) != 0 ? O_TRUNC : 0);
    const int descriptor = ::open(name, access, 0666);
    struct stat status = {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        fail(H5E_CANTOPENFILE);
        return nullptr;
    }
    const void* handle = H5Pget_driver_info(properties);
    auto file = std::make_unique<OpenFile>();
    file->descriptor = descriptor;
    file->endOfFile = static_cast<haddr_t>(status.st_size);
    file->state = **static_cast<const StateHandle*>(handle);
    return &file.release()->base; // close() deletes it
}

bool writePending(const OpenFile& file) {
    if (*file.state->journal != nullptr)
        return (*file.state->journal)->commit(file.descriptor, file.pending);
    return std::all_of(file.pending.begin(), file.pending.end(), [&](const FlushJournal::Write& write) {
        return writeAt(file.descriptor, write.bytes.data(), write.bytes.size(), write.address);
    });
}

herr_t flush(H5FD_t* base, hid_t /*transfer*/, hbool_t /*closing*/) {
    OpenFile& file = openFile(base);
    if (file.pending.empty())
        return 0;
    if (!writePending(file)) {
        file.state->error = errno;
        return 0;
    }
    file.pending.clear();
    file.state->error = 0;
    return 0;
}

herr_t close(H5FD_t* base) {
    flush(base, H5P_DEFAULT, true);
    const std::unique_ptr<OpenFile> file(&openFile(base));
    if (::close(file->descriptor) != 0)
        file->state->error = errno;
    return 0;
}

herr_t query(const H5FD_t* /*file*/, unsigned long* flags) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

haddr_t getEndOfAllocation(const H5FD_t* file, H5FD_mem_t /*type*/) {
    return openFile(file).endOfAllocation;
}

herr_t setEndOfAllocation(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
    openFile(file).endOfAllocation = address;
    return 0;
}

haddr_t getEndOfFile(const H5FD_t* file, H5FD_mem_t /*type*/) {
    return openFile(file).endOfFile;
}

/** What lies beyond the end of the file is 0. */
bool readAt(int descriptor, haddr_t address, std::size_t size, char* bytes) {
    while (size > 0) {
        const ssize_t count = ::pread(descriptor, bytes, size, static_cast<off_t>(address));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0) {
            std::memset(bytes, 0, size);
            return true;
        }
        bytes += count;
        address += static_cast<haddr_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return true;
}

/** Where a pending write and what is read overlap, the write is what counts. */
void overlay(const FlushJournal::Write& write, haddr_t address, std::size_t size, char* bytes) {
    const haddr_t first = std::max<haddr_t>(write.address, address);
    const haddr_t last = std::min<haddr_t>(write.address + write.bytes.size(), address + size);
    if (first < last)
        std::memcpy(bytes + (first - address), write.bytes.data() + (first - write.address), last - first);
}

herr_t read(H5FD_t* base, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address, std::size_t size, void* buffer) {
    const OpenFile& file = openFile(base);
    char* bytes = static_cast<char*>(buffer);
    if (!readAt(file.descriptor, address, size, bytes))
        return fail(H5E_READERROR);
    for (const FlushJournal::Write& write : file.pending)
        overlay(write, address, size, bytes);
    return 0;
}

herr_t write(H5FD_t* base, H5FD_mem_t type, hid_t /*transfer*/, haddr_t address, std::size_t size, const void* buffer) {
    OpenFile& file = openFile(base);
    const char* bytes = static_cast<const char*>(buffer);
    // After a failure all waits, so that later writes stay later ones.
    bool waits = file.state->error != 0 || (type != H5FD_MEM_DRAW && *file.state->journal != nullptr);
    if (!waits && !writeAt(file.descriptor, bytes, size, address)) {
        file.state->error = errno;
        waits = true;
    }
    if (waits)
        file.pending.push_back({address, {bytes, bytes + size}});
    file.endOfFile = std::max(file.endOfFile, address + size);
    return 0;
}

/** Reserved space beyond the end stays; whoever reserved it gives it back. */
herr_t truncate(H5FD_t* base, hid_t /*transfer*/, hbool_t /*closing*/) {
    OpenFile& file = openFile(base);
    struct stat status = {};
    if (::fstat(file.descriptor, &status) != 0)
        return fail(H5E_SEEKERROR);
    if (static_cast<haddr_t>(status.st_size) < file.endOfAllocation &&
        ::ftruncate(file.descriptor, static_cast<off_t>(file.endOfAllocation)) != 0)
        file.state->error = errno;
    file.endOfFile = file.endOfAllocation;
    return 0;
}

hid_t driver() {
    static const hid_t registered = [] {
        static H5FD_class_t description = {};
#if H5_VERSION_GE(1, 13, 0)
        description.version = H5FD_CLASS_VERSION;
        description.value = H5_VFD_RESERVED + 100;
#endif
        description.name = "journalled";
        description.maxaddr = HADDR_MAX >> 1;
        description.fc_degree = H5F_CLOSE_WEAK;
        description.fapl_size = sizeof(StateHandle);
        description.open = open;
        description.close = close;
        description.query = query;
        description.get_eoa = getEndOfAllocation;
        description.set_eoa = setEndOfAllocation;
        description.get_eof = getEndOfFile;
        description.read = read;
        description.write = write;
        description.flush = flush;
        description.truncate = truncate;
        constexpr H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
        std::copy(std::begin(map), std::end(map), description.fl_map);
        return H5FDregister(&description);
    }();
    return registered;
}

} // namespace

void setJournalledDriver(const H5::FileAccPropList& properties, const std::shared_ptr<WriteState>& state) {
    const StateHandle handle = &state;
    if (H5Pset_driver(properties.getId(), driver(), &handle) < 0)
        throw H5::PropListIException("setJournalledDriver");
}

} // namespace OpenMMOscillators
