#include "recording/ExampleRecording.h"
#include "recording/InterruptedWrites.h"
#include "recording/TemporaryDirectory.h"
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sys/wait.h>
#include <unistd.h>

using namespace OpenMMOscillators;
using Interruption = InterruptedWrites::Interruption;

namespace {

constexpr int frames = 6, framesPerFlush = 2;

/** Records in a process of its own that the given write ends; says through the pipe how many frames have been flushed.
 */
class DoomedRecording {
public:
    DoomedRecording(const std::string& path, const RecordingSubject& subject, int fatalWrite, Interruption kind) {
        int ends[2];
        if (::pipe(ends) != 0)
            throw std::runtime_error("no pipe");
        const pid_t child = ::fork();
        if (child == 0) {
            InterruptedWrites::begin(fatalWrite, kind);
            record(path, subject, ends[1]);
            ::_exit(0);
        }
        ::close(ends[1]);
        for (char flush; ::read(ends[0], &flush, 1) == 1;)
            flushed += framesPerFlush;
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        ended = WIFEXITED(status);
        survived = ended && WEXITSTATUS(status) == 0;
    }
    int flushed = 0;
    bool ended = false, survived = false;

private:
    static void record(const std::string& path, const RecordingSubject& subject, int report) {
        try {
            TrajectoryWriter writer(path, subject, {}, RunProvenance{{"seed", 7LL}});
            for (int k = 0; k < frames; k += framesPerFlush) {
                appendFrames(writer, framesPerFlush);
                writer.flush();
                if (::write(report, "f", 1) != 1)
                    ::_exit(2);
            }
            writer.close();
        } catch (const RecordingError&) {
            ::_exit(1);
        }
    }
};

std::string interruptionName(const testing::TestParamInfo<std::tuple<Interruption, int>>& info) {
    static const char* names[] = {"Kill", "KillHalfway", "Fail"};
    return names[static_cast<int>(std::get<0>(info.param))] + std::to_string(std::get<1>(info.param));
}

} // namespace

class TestInterruptedWrites : public testing::TestWithParam<std::tuple<Interruption, int>> {};

TEST_P(TestInterruptedWrites, NothingBeforeTheLastFlushIsLost) {
    const auto [kind, replicas] = GetParam();
    const RecordingSubject subject = makeSubject(replicas);
    // Every write in its turn where there is time for it, else one in a few, whose fsync() takes long enough.
    const int stride = std::getenv("OSCILLATORS_SOAK") != nullptr ? 1 : 5;
    int interruptions = 0, lastFrames = 0;
    for (bool survived = false; !survived; ++interruptions) {
        const TemporaryDirectory directory;
        const std::string path = directory.file("recording.h5md");
        const int fatal = 1 + stride * interruptions;
        const DoomedRecording recording(path, subject, fatal, kind);
        survived = recording.survived;
        ASSERT_EQ(recording.ended, survived || kind == Interruption::Fail) << "write " << fatal;
        if (!std::filesystem::exists(path)) {
            ASSERT_EQ(recording.flushed, 0) << "write " << fatal;
            continue;
        }
        lastFrames = TrajectoryFile(path).getNumFrames();
        ASSERT_GE(lastFrames, recording.flushed) << "write " << fatal;
        expectFrames(path, lastFrames);
    }
    EXPECT_EQ(lastFrames, frames); // of the one that nothing interrupted
    RecordProperty("interruptions", interruptions - 1);
    std::cout << interruptions - 1 << " interruptions\n";
}

INSTANTIATE_TEST_SUITE_P(Ways, TestInterruptedWrites,
                         testing::Combine(testing::Values(Interruption::Kill, Interruption::KillHalfway,
                                                          Interruption::Fail),
                                          testing::Values(4, 3000)), // several frames a chunk, several chunks a frame
                         interruptionName);
