#include "openmmoscillators/network/ThreadPool.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

ThreadPool::ThreadPool(int numThreads) {
    if (numThreads < 0)
        throw std::invalid_argument("ThreadPool: the number of threads is " + std::to_string(numThreads) +
                                    "; it must be >= 0 (0: as many as the machine runs at once)");
    const int count = numThreads > 0 ? numThreads : std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < count; ++i)
        threads.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard<std::mutex> lock(mutex);
        stopping = true;
    }
    started.notify_all();
    for (std::thread& thread : threads)
        thread.join();
}

void ThreadPool::run(int numTasks, const std::function<void(int)>& task) {
    {
        const std::lock_guard<std::mutex> lock(mutex);
        current = &task;
        nextTask = 0;
        tasks = numTasks;
        busy = static_cast<int>(threads.size());
        failure = nullptr;
        ++generation;
    }
    started.notify_all();
    takeTasks();
    std::unique_lock<std::mutex> lock(mutex);
    finished.wait(lock, [this] { return busy == 0; });
    if (failure)
        std::rethrow_exception(failure);
}

void ThreadPool::work() {
    long seen = 0;
    for (;;) {
        {
            std::unique_lock<std::mutex> lock(mutex);
            started.wait(lock, [&] { return stopping || generation != seen; });
            if (stopping)
                return;
            seen = generation;
        }
        takeTasks();
        const std::lock_guard<std::mutex> lock(mutex);
        if (--busy == 0)
            finished.notify_one();
    }
}

void ThreadPool::takeTasks() {
    for (;;) {
        int task = 0;
        {
            const std::lock_guard<std::mutex> lock(mutex);
            if (nextTask >= tasks || failure)
                return;
            task = nextTask++;
        }
        try {
            (*current)(task);
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex);
            if (!failure)
                failure = std::current_exception();
        }
    }
}

} // namespace OpenMMOscillators
