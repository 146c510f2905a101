#pragma once

#include <cerrno>
#include <csignal>
#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

namespace OpenMMOscillators {

/**
 * Ends a process, or the success of its writes, at the n-th write to a file: the function below stands before that of
 * the C library, also for HDF5. Include it in one source file of a test.
 */
class InterruptedWrites {
public:
    enum class Interruption {
        /** Killed before the write. */
        Kill,
        /** Killed when half of it is done. */
        KillHalfway,
        /** This write and all later ones fail: an input/output error. */
        Fail
    };
    static void begin(int fatalWrite, Interruption kind) {
        remaining = fatalWrite;
        interruption = kind;
    }

    template <typename Write>
    static ssize_t write(std::size_t size, Write&& realWrite) {
        if (remaining < 0 || --remaining > 0)
            return realWrite(size);
        if (interruption == Interruption::Fail) {
            remaining = 1;
            errno = EIO;
            return -1;
        }
        if (interruption == Interruption::KillHalfway)
            realWrite(size / 2);
        ::raise(SIGKILL);
        return -1;
    }

private:
    static inline int remaining = -1;
    static inline Interruption interruption = Interruption::Kill;
};

} // namespace OpenMMOscillators

extern "C" ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
    static const auto real = reinterpret_cast<decltype(&pwrite)>(::dlsym(RTLD_NEXT, "pwrite"));
    return OpenMMOscillators::InterruptedWrites::write(
        size, [&](std::size_t count) { return real(file, data, count, offset); });
}
