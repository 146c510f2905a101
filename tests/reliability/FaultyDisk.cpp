/**
 * Stands before the C library's functions that change files (LD_PRELOAD): the n-th change of a file in a folder meets a
 * fault. faulty_disk_begin() chooses it, in the process or one that it forks.
 */
#include "UnsyncedChanges.h"
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <dlfcn.h>
#include <mutex>

namespace {

enum Fault { None, Kill, InputOutputError, DiskFull, PowerLoss };

struct {
    std::recursive_mutex mutex;
    Fault fault = None;
    std::string folder;
    long fatal = 0, count = 0;
    unsigned seed = 0;
    bool isBusy = false; // with what this file itself does
    UnsyncedChanges unsynced;
} disk;

template <typename Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::string nameOf(int descriptor) {
    char name[4096];
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), name, sizeof name);
    return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : "";
}

bool isHere(const std::string& path) {
    return !disk.folder.empty() && path.compare(0, disk.folder.size() + 1, disk.folder + "/") == 0;
}

bool isFolder(int descriptor) {
    return nameOf(descriptor) == disk.folder;
}

[[noreturn]] void loseAndDie() {
    if (disk.fault == PowerLoss)
        disk.unsynced.lose(disk.seed);
    ::raise(SIGKILL);
    std::abort();
}

/** Counts a change; returns the error it is to fail with, or 0. */
int meetFault() {
    ++disk.count;
    switch (disk.fault) {
    case Kill:
    case PowerLoss:
        if (disk.count == disk.fatal)
            loseAndDie();
        return 0;
    case InputOutputError:
        return disk.count == disk.fatal ? EIO : 0;
    case DiskFull:
        return disk.count >= disk.fatal ? ENOSPC : 0;
    default:
        return 0;
    }
}

/**
 * Does a change of a file unless it is to fail.
 * @param note    tells UnsyncedChanges of it
 * @param change  does it
 */
template <typename Note, typename Change>
auto meet(bool concerned, Note&& note, Change&& change) -> decltype(change()) {
    const std::lock_guard<std::recursive_mutex> guard(disk.mutex);
    if (!concerned || disk.isBusy)
        return change();
    disk.isBusy = true;
    const int error = meetFault();
    if (error == 0 && disk.fault == PowerLoss)
        note();
    disk.isBusy = false;
    if (error != 0) {
        errno = error;
        return -1;
    }
    return change();
}

const auto nothing = [] {};

int openFile(const char* name, int flags, mode_t mode, int (*open)(const char*, int, ...)) {
    const bool isNew = (flags & O_CREAT) != 0 && ::access(name, F_OK) != 0;
    const bool isEmptied = (flags & O_TRUNC) != 0 && !isNew;
    if (isEmptied && isHere(name) && !disk.isBusy) {
        const int descriptor = open(name, O_RDWR | O_CLOEXEC);
        if (descriptor >= 0) {
            const int result = ::ftruncate(descriptor, 0); // which may meet a fault
            ::close(descriptor);
            if (result != 0)
                return -1;
        }
        flags &= ~O_TRUNC;
    }
    return meet(
        isNew && isHere(name), [&] { disk.unsynced.noteCreation(name); }, [&] { return open(name, flags, mode); });
}

ssize_t writeHere(int file, const void* bytes, size_t size, off_t place,
                  ssize_t (*write)(int, const void*, size_t, off_t)) {
    return meet(
        isHere(nameOf(file)), [&] { disk.unsynced.noteWrite(file, bytes, size, place); },
        [&] { return write(file, bytes, size, place); });
}

int setSize(int file, off_t size, int (*set)(int, off_t)) {
    return meet(
        isHere(nameOf(file)), [&] { disk.unsynced.noteSize(file, size); }, [&] { return set(file, size); });
}

int synchronise(int file, int (*sync)(int)) {
    return meet(
        isHere(nameOf(file)) || isFolder(file), [&] { disk.unsynced.noteSync(file); }, [&] { return sync(file); });
}

int removeFile(const char* path, int (*remove)(const char*)) {
    const bool concerned = isHere(path) && ::access(path, F_OK) == 0;
    return meet(
        concerned, [&] { disk.unsynced.noteRemoval(path); }, [&] { return remove(path); });
}

int allocate(int file, off_t offset, off_t size, int (*allocate)(int, off_t, off_t)) {
    const int result = meet(
        isHere(nameOf(file)), [&] { disk.unsynced.noteSize(file, offset + size); },
        [&] { return allocate(file, offset, size); });
    return result == -1 ? errno : result; // posix_fallocate() returns its error
}

} // namespace

extern "C" {

/**
 * @param folder  without a slash at the end
 * @param shadow  an empty folder of the same file system
 * @param fault   as in enum Fault
 * @param fatal   which change meets it, from 1 on
 */
void faulty_disk_begin(const char* folder, const char* shadow, int fault, long fatal, unsigned seed) {
    disk.folder = folder;
    disk.fault = static_cast<Fault>(fault);
    disk.fatal = fatal;
    disk.count = 0;
    disk.seed = seed;
    disk.unsynced.begin(shadow);
}

/** Changes so far. */
long faulty_disk_count() {
    return disk.count;
}

/** The power fails now. */
void faulty_disk_lose_power() {
    disk.isBusy = true;
    loseAndDie();
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t place) {
    return writeHere(file, bytes, size, place, real<decltype(pwrite)>("pwrite"));
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off_t place) {
    return pwrite(file, bytes, size, place);
}
ssize_t write(int file, const void* bytes, size_t size) {
    const off_t place =
        (::fcntl(file, F_GETFL) & O_APPEND) != 0 ? ::lseek(file, 0, SEEK_END) : ::lseek(file, 0, SEEK_CUR);
    return meet(
        place >= 0 && isHere(nameOf(file)), [&] { disk.unsynced.noteWrite(file, bytes, size, place); },
        [&] { return real<decltype(write)>("write")(file, bytes, size); });
}
int ftruncate(int file, off_t size) {
    return setSize(file, size, real<decltype(ftruncate)>("ftruncate"));
}
int ftruncate64(int file, off_t size) {
    return ftruncate(file, size);
}
int posix_fallocate(int file, off_t offset, off_t size) {
    return allocate(file, offset, size, real<decltype(posix_fallocate)>("posix_fallocate"));
}
int posix_fallocate64(int file, off_t offset, off_t size) {
    return posix_fallocate(file, offset, size);
}
int fsync(int file) {
    return synchronise(file, real<decltype(fsync)>("fsync"));
}
int fdatasync(int file) {
    return synchronise(file, real<decltype(fdatasync)>("fdatasync"));
}
int rename(const char* from, const char* to) {
    return meet(
        isHere(from) || isHere(to), [&] { disk.unsynced.noteRename(from, to); },
        [&] { return real<decltype(rename)>("rename")(from, to); });
}
int unlink(const char* path) {
    return removeFile(path, real<decltype(unlink)>("unlink"));
}
int remove(const char* path) {
    return removeFile(path, real<decltype(remove)>("remove"));
}
int open(const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return openFile(name, flags, mode, real<int(const char*, int, ...)>("open"));
}
int open64(const char* name, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return openFile(name, flags, mode, real<int(const char*, int, ...)>("open64"));
}
}
