#pragma once

#include <csignal>
#include <sys/resource.h>

namespace OpenMMOscillators {

/** While it lives, this process cannot make files longer than a number of bytes: to it, the disk is full. */
class LimitedFileSize {
public:
    explicit LimitedFileSize(unsigned long bytes) : previousHandler(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &previous);
        rlimit limited = previous;
        limited.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    ~LimitedFileSize() {
        ::setrlimit(RLIMIT_FSIZE, &previous);
        std::signal(SIGXFSZ, previousHandler);
    }
    LimitedFileSize(const LimitedFileSize&) = delete;
    LimitedFileSize& operator=(const LimitedFileSize&) = delete;

private:
    void (*previousHandler)(int);
    rlimit previous = {};
};

} // namespace OpenMMOscillators
