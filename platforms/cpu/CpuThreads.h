#pragma once

#include "openmm/cpu/CpuPlatform.h"
#include "openmm/internal/ContextImpl.h"
#include "openmm/internal/ThreadPool.h"
#include <cstddef>

namespace OpenMMOscillators {

/**
 * Calls work(begin, end) on the threads of a Context (platform property Threads), each for a contiguous share
 * of [0, count). The work must not throw.
 */
template <typename Work>
void shareOnThreads(OpenMM::ContextImpl& context, std::size_t count, const Work& work) {
    OpenMM::ThreadPool& threads = OpenMM::CpuPlatform::getPlatformData(context).threads;
    const std::size_t numThreads = threads.getNumThreads();
    if (numThreads == 1 || count <= 1) {
        work(0, count);
        return;
    }
    threads.execute([&](OpenMM::ThreadPool& /*pool*/, int thread) {
        work(count * thread / numThreads, count * (thread + 1) / numThreads);
    });
    threads.waitForThreads();
}

} // namespace OpenMMOscillators
