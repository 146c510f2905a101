#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace OpenMMOscillators {

/**
 * Threads that share out numbered tasks. Which thread runs a task is left to chance, so that whoever needs results that
 * do not depend on the number of threads gives every task a result of its own and combines them in the order of the
 * tasks.
 */
class ThreadPool {
public:
    /** @param numThreads  0: as many as the machine runs at once. @throws std::invalid_argument if negative */
    explicit ThreadPool(int numThreads = 0);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /** Threads that work on run(), the caller's own included. */
    int getNumThreads() const { return static_cast<int>(threads.size()) + 1; }
    /**
     * Call task(0) ... task(numTasks - 1) and wait until all are done. The first exception that a task throws is thrown
     * here. Not to be called from within a task.
     */
    void run(int numTasks, const std::function<void(int)>& task);

private:
    void work();
    void takeTasks();

    std::vector<std::thread> threads;
    std::mutex mutex;
    std::condition_variable started, finished;
    const std::function<void(int)>* current = nullptr;
    int nextTask = 0, tasks = 0, busy = 0;
    long generation = 0;
    bool stopping = false;
    std::exception_ptr failure;
};

} // namespace OpenMMOscillators
