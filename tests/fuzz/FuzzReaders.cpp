/**
 * Feeds damaged input to everything that reads what others may have written, in processes of their own:
 *
 *     FuzzReaders SECONDS [SEED]
 *     FuzzReaders case SUBJECT SEED     one case again, in this process
 *
 * A reader may take the input or throw OpenMMException, RecordingError or what the network room throws. Anything else,
 * a crash, a sanitizer's complaint or a process that takes more than timeLimit is a failure; its seed is told. Exit
 * status 1 then.
 */
#include "Subjects.h"
#include "openmm/OpenMMException.h"
#include "openmmoscillators/recording/RecordingError.h"
#include "recording/TemporaryDirectory.h"
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

using namespace OpenMMOscillators;

namespace {

constexpr int casesAProcess = 100;
constexpr unsigned timeLimit = 20; // s, for a process

struct Tally {
    long cases = 0, taken = 0, refused = 0, failed = 0;
};

/** What a process writes to its pipe for every case. */
enum Outcome : char { Taken = 't', Refused = 'r', Foreign = 'f' };

char runCase(const FuzzSubject& subject, unsigned long seed) {
    Random random(seed);
    subject.mutate(random);
    try {
        subject.read();
        return Taken;
    } catch (const OpenMM::OpenMMException&) {
        return Refused;
    } catch (const RecordingError&) {
        return Refused;
    } catch (const std::exception& error) {
        std::cerr << subject.name << ", seed " << seed << ": foreign exception: " << error.what() << std::endl;
        return Foreign;
    }
}

void runProcess(std::size_t subject, unsigned long seed, int report) {
    ::alarm(timeLimit);
    const TemporaryDirectory folder;
    const std::vector<FuzzSubject> subjects = makeSubjects(folder.file(""));
    for (int k = 0; k < casesAProcess; ++k) {
        const char outcome = runCase(subjects[subject], seed + static_cast<unsigned long>(k));
        if (::write(report, &outcome, 1) != 1)
            ::_exit(2);
    }
}

/** Runs cases seed, seed + 1 ... in another process; goes on behind a case that ends it. */
void runCases(std::size_t subject, const std::string& name, unsigned long seed, Tally& tally) {
    int ends[2];
    if (::pipe(ends) != 0)
        std::abort();
    const pid_t child = ::fork();
    if (child == 0) {
        runProcess(subject, seed, ends[1]);
        ::_exit(0);
    }
    ::close(ends[1]);
    long done = 0;
    for (char outcome; ::read(ends[0], &outcome, 1) == 1; ++done) {
        tally.taken += outcome == Taken;
        tally.refused += outcome == Refused;
        tally.failed += outcome == Foreign;
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (status != 0) {
        ++tally.failed;
        std::cerr << name << ", seed " << seed + static_cast<unsigned long>(done) << ": the process ended with "
                  << (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                                          : "status " + std::to_string(WEXITSTATUS(status)))
                  << std::endl;
    }
    tally.cases += done + (status != 0);
}

int repeatCase(const std::string& name, unsigned long seed) {
    const TemporaryDirectory folder;
    for (const FuzzSubject& subject : makeSubjects(folder.file("")))
        if (subject.name == name)
            std::cout << runCase(subject, seed) << std::endl;
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string(argv[1]) == "case")
        return repeatCase(argv[2], std::strtoul(argv[3], nullptr, 10));
    const double seconds = argc > 1 ? std::atof(argv[1]) : 10.0;
    const unsigned long firstSeed = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1;
    std::vector<std::string> names;
    {
        const TemporaryDirectory folder;
        for (const FuzzSubject& subject : makeSubjects(folder.file("")))
            names.push_back(subject.name);
    }
    long failed = 0;
    for (std::size_t subject = 0; subject < names.size(); ++subject) {
        Tally tally;
        const auto end = std::chrono::steady_clock::now() +
                         std::chrono::duration<double>(seconds / static_cast<double>(names.size()));
        do
            runCases(subject, names[subject], firstSeed + static_cast<unsigned long>(tally.cases), tally);
        while (std::chrono::steady_clock::now() < end);
        std::cout << names[subject] << ": " << tally.cases << " inputs, " << tally.taken << " taken, " << tally.refused
                  << " refused, " << tally.failed << " failures" << std::endl;
        failed += tally.failed;
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
