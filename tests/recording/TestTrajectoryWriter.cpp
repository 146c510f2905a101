#include "openmmoscillators/recording/TrajectoryWriter.h"

#include "openmmoscillators/recording/RecordingLayout.h"
#include "openmmoscillators/recording/RecordingNotes.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "recording/ErrorText.h"
#include "recording/ExampleRecording.h"
#include "recording/LimitedFileSize.h"
#include "recording/TemporaryDirectory.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <malloc.h>
#include <numeric>

using namespace OpenMMOscillators;

namespace {

class TestTrajectoryWriter : public ::testing::Test {
protected:
    std::unique_ptr<TrajectoryWriter> open(const RecordingSubject& subject, const TrajectoryWriter::Options& options) {
        return std::make_unique<TrajectoryWriter>(path, subject, options, RunProvenance{{"seed", 7LL}});
    }
    std::unique_ptr<TrajectoryWriter> open(const RecordingSubject& subject) {
        return open(subject, TrajectoryWriter::Options());
    }
    void write(const RecordingSubject& subject, int frames) {
        const auto writer = open(subject);
        appendFrames(*writer, frames);
        writer->close();
    }
    static TrajectoryWriter::Options appending() {
        TrajectoryWriter::Options options;
        options.append = true;
        return options;
    }
    static TrajectoryWriter::Options overwriting() {
        TrajectoryWriter::Options options;
        options.overwrite = true;
        return options;
    }

    TemporaryDirectory directory;
    const std::string path = directory.file("recording.h5md");
};

} // namespace

TEST_F(TestTrajectoryWriter, FramesComeBack) {
    write(makeSubject(4), 5);
    expectFrames(path, 5);
    const TrajectoryFile file(path);
    EXPECT_EQ(file.getNumReplicas(), 4);
    EXPECT_EQ(file.getNumOscillators(), 6);
    EXPECT_EQ(file.getNumParticles(), 24);
    EXPECT_EQ(file.getNetwork(), OscillatorNetwork::squareLattice(3, 2, 1));
    EXPECT_EQ(file.getProtocol().getSlice(0).get(ParameterFamily::KLin, 3), 1.5);
    EXPECT_EQ(directory.countFiles(), 1);
}

TEST_F(TestTrajectoryWriter, DoublePrecisionIsExact) {
    write(makeSubject(4, true), 5);
    expectFrames(path, 5, 0.0);
}

TEST_F(TestTrajectoryWriter, CompressedFramesComeBackAndAreSmaller) {
    RecordingSubject subject = makeSubject(2000);
    write(subject, 20);
    const auto plain = std::filesystem::file_size(path);
    TrajectoryWriter::Options options = overwriting();
    options.compression = 4;
    const auto writer = open(subject, options);
    appendFrames(*writer, 20);
    writer->close();
    expectFrames(path, 20);
    EXPECT_LT(std::filesystem::file_size(path), 0.9 * static_cast<double>(plain));
}

TEST_F(TestTrajectoryWriter, SlicesAreThoseOfTheWholeFrame) {
    write(makeSubject(5), 3);
    const TrajectoryFile file(path);
    const std::vector<double> whole = file.readDisplacements(2, 0, 5);
    for (int first = 0; first < 5; ++first)
        for (int count = 0; first + count <= 5; ++count) {
            const std::vector<double> slice = file.readDisplacements(2, first, count);
            ASSERT_EQ(slice.size(), 6u * count);
            EXPECT_TRUE(std::equal(slice.begin(), slice.end(), whole.begin() + 6 * first));
        }
}

TEST_F(TestTrajectoryWriter, ScatteredReplicasAreGathered) {
    RecordingSubject subject = makeSubject(3);
    std::vector<int> particles(18);
    for (int r = 0; r < 3; ++r)
        for (int i = 0; i < 6; ++i)
            particles[6 * r + i] = 3 * i + 2 - r; // oscillators of all replicas interleaved
    particles[0] = 18;                            // and a particle beyond one that is no oscillator
    subject.replicas = ReplicaTable(6, particles);
    subject.numParticles = 19;
    write(subject, 2);
    const TrajectoryFile file(path);
    const std::vector<double> x = file.readDisplacements(1, 0, 3);
    const std::vector<double> last = file.readDisplacements(1, 2, 1);
    for (int k = 0; k < 18; ++k)
        EXPECT_FLOAT_EQ(x[k], valueOf(1, 1, particles[k])) << k;
    EXPECT_TRUE(std::equal(last.begin(), last.end(), x.begin() + 12));
}

TEST_F(TestTrajectoryWriter, ALargeFrameIsCutIntoChunksAndReadInSlices) {
    RecordingSubject subject = makeSubject(100000); // 2.4 MB a scalar, 7.2 MB a vector
    write(subject, 2);
    const TrajectoryFile file(path);
    std::vector<float> values(6 * 1000);
    for (int first = 0; first < 100000; first += 33000) {
        file.readForces(1, first, 1000, values.data());
        for (std::size_t k = 0; k < values.size(); k += 7)
            ASSERT_FLOAT_EQ(values[k], valueOf(1, 2, 6 * first + k));
    }
}

TEST_F(TestTrajectoryWriter, AppendingContinues) {
    write(makeSubject(4), 300); // more than one chunk
    for (int run = 0; run < 2; ++run) {
        const auto writer = open(makeSubject(4), appending());
        EXPECT_EQ(writer->getNumFrames(), 300 + 200 * run);
        appendFrames(*writer, 200);
        writer->close();
    }
    expectFrames(path, 700);
}

TEST_F(TestTrajectoryWriter, AppendingToNothingBegins) {
    const auto writer = open(makeSubject(4), appending());
    appendFrames(*writer, 2);
    writer->close();
    expectFrames(path, 2);
}

TEST_F(TestTrajectoryWriter, AppendingRefusesAnotherKindOfRecording) {
    write(makeSubject(4), 2);
    const std::string before = readBytes(path);
    const auto refuse = [&](const RecordingSubject& subject, const std::string& object, const std::string& reason) {
        EXPECT_RECORDING_ERROR(open(subject, appending()), path, object, reason);
    };
    RecordingSubject subject = makeSubject(4);
    subject.network.setOscillatorSite(0, -1.0, 0.0);
    refuse(subject, "/oscillators/network", "another network");
    subject = makeSubject(4);
    subject.protocol.setParameter(0, 3, 9.0);
    refuse(subject, "/oscillators/protocol", "another protocol");
    subject = makeSubject(4);
    subject.replicas = ReplicaTable(3, 6);
    refuse(subject, "/oscillators/replicas", "another layout of replicas");
    subject = makeSubject(4);
    subject.displacementAxis = 0;
    refuse(subject, "/oscillators", "displacement_axis 2, this run has 0");
    subject = makeSubject(4);
    subject.networkForceGroup = 3;
    refuse(subject, "/oscillators", "network_force_group 0, this run has 3");
    subject = makeSubject(4);
    subject.elements.pop_back();
    refuse(subject, "/particles/trajectory", "the fields displacement, displacement_force, position; this run has");
    subject = makeSubject(4);
    subject.numParticles = 25;
    refuse(subject, "/particles/trajectory/position/value", "[2, 24, 3], this run has [2, 25, 3]");
    refuse(makeSubject(4, true), "position/value", "32 bits, this run has 64");
    EXPECT_EQ(readBytes(path), before);
    EXPECT_EQ(directory.countFiles(), 1);
}

TEST_F(TestTrajectoryWriter, AppendingRefusesForeignAndDamagedFiles) {
    writeBytes(path, "text");
    EXPECT_RECORDING_ERROR(open(makeSubject(4), appending()), path, "not an HDF5 file");
    {
        Hdf5File foreign(path, Hdf5File::Access::Create);
        foreign.createGroup("/particles");
    }
    const std::string before = readBytes(path);
    EXPECT_RECORDING_ERROR(open(makeSubject(4), appending()), path, "/oscillators", "cannot append");
    EXPECT_EQ(readBytes(path), before);
}

TEST_F(TestTrajectoryWriter, FilesAreOnlyReplacedOnRequestAndOnlyByAFrame) {
    writeBytes(path, "precious");
    EXPECT_RECORDING_ERROR(open(makeSubject(4)), path, "exists");
    {
        const auto writer = open(makeSubject(4), overwriting());
        EXPECT_EQ(readBytes(path), "precious");
    }
    EXPECT_EQ(readBytes(path), "precious");
    EXPECT_EQ(directory.countFiles(), 1);
    const auto writer = open(makeSubject(4), overwriting());
    appendFrame(*writer);
    expectFrames(path, 1); // while the recording goes on
    appendFrame(*writer);
    writer->close();
    expectFrames(path, 2);
    EXPECT_EQ(directory.countFiles(), 1);
}

TEST_F(TestTrajectoryWriter, NotesAreAddedOnce) {
    write(makeSubject(4), 2);
    annotateRecording(path, "noising", {{"sigma", 1.5}}, {{"route", "exact"}});
    annotateRecording(path, "noising", {{"sigma", 9.0}}, {}); // after an interruption
    EXPECT_EQ(directory.countFiles(), 1);
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.readAttribute<double>("/oscillators/noising", "sigma"), 1.5);
    EXPECT_EQ(file.readTextAttribute("/oscillators/noising", "route"), "exact");
    expectFrames(path, 2);
}

TEST_F(TestTrajectoryWriter, NotesAreRefusedWhileSomebodyIsWriting) {
    const auto writer = open(makeSubject(4));
    appendFrame(*writer);
    EXPECT_RECORDING_ERROR(annotateRecording(path, "noising", {}, {}), path, "another recording");
    EXPECT_RECORDING_ERROR(annotateRecording(directory.file("none"), "noising", {}, {}), "none", "No such file");
}

TEST_F(TestTrajectoryWriter, ALinkKeepsPointingToTheReplacedFile) {
    const std::string target = directory.file("target.h5md");
    writeBytes(target, "old");
    std::filesystem::create_symlink(target, path);
    const auto writer = open(makeSubject(4), overwriting());
    appendFrame(*writer);
    writer->close();
    EXPECT_TRUE(std::filesystem::is_symlink(path));
    expectFrames(target, 1);
}

TEST_F(TestTrajectoryWriter, TwoWritersExcludeEachOther) {
    const auto first = open(makeSubject(4));
    EXPECT_RECORDING_ERROR(open(makeSubject(4)), path, "another recording");
    appendFrame(*first);
    EXPECT_RECORDING_ERROR(open(makeSubject(4), appending()), path, "another recording");
    EXPECT_RECORDING_ERROR(open(makeSubject(4), overwriting()), path, "another recording");
    appendFrame(*first);
    first->close();
    expectFrames(path, 2);
}

TEST_F(TestTrajectoryWriter, FlushedFramesAreReadableBeforeTheEnd) {
    const auto writer = open(makeSubject(4));
    appendFrames(*writer, 150);
    writer->flush();
    // A copy, as another process finds it: what a crash at this moment would leave.
    const std::string copy = directory.file("copy.h5md");
    writeBytes(copy, readBytes(path));
    expectFrames(copy, 150);
    appendFrames(*writer, 2000);
    writeBytes(copy, readBytes(path));
    EXPECT_GE(TrajectoryFile(copy).getNumFrames(), 150);
}

// Memory in use is counted, not what the process occupies. The indices of 6000 chunks would be some 2.3 MB, and what
// waits for the next flush may be 5 s of them: 6000 without one, of which the file must show nothing.
TEST_F(TestTrajectoryWriter, MemoryDoesNotGrowWithTheLengthOfARecording) {
    RecordingSubject subject = makeSubject(2800); // 67 kB a frame: a chunk of its own
    subject.elements.erase(subject.elements.begin());
    TrajectoryWriter::Options options;
    options.compression = 1;
    const auto writer = open(subject, options);
    const auto append = [&](int frames) {
        for (int k = 0; k < frames; ++k) {
            const int frame = writer->getNumFrames();
            writer->append({frame, 1.0 * frame, {}}, [](std::size_t, ElementValues&) {});
        }
    };
    append(3000);
    writer->flush();
    const std::size_t before = ::mallinfo2().uordblks;
    append(3000);
    const std::string copy = directory.file("copy.h5md");
    writeBytes(copy, readBytes(path));
    EXPECT_GE(TrajectoryFile(copy).getNumFrames(), 3000);
    writer->flush();
    if (before == 0)
        GTEST_SKIP() << "a sanitizer's allocator does not tell what is in use";
    EXPECT_LT(::mallinfo2().uordblks, before + 300000);
}

TEST_F(TestTrajectoryWriter, TimesMustIncrease) {
    const auto writer = open(makeSubject(4));
    const auto append = [&](long long step, double time) {
        writer->append({step, time, {}}, [](std::size_t, ElementValues&) {});
    };
    append(10, 1.0);
    EXPECT_RECORDING_ERROR(append(11, 1.0), path, "step 11", "cannot follow");
    EXPECT_RECORDING_ERROR(append(9, 2.0), path, "step 9", "cannot follow");
    EXPECT_RECORDING_ERROR(append(12, std::numeric_limits<double>::quiet_NaN()), path, "nan");
    append(10, 2.0);
    writer->close();
    EXPECT_RECORDING_ERROR(append(20, 3.0), path, "closed");
    EXPECT_EQ(TrajectoryFile(path).getTimes(), (std::vector<double>{1.0, 2.0}));
}

TEST_F(TestTrajectoryWriter, AFullDiskKeepsTheFramesThatWereWritten) {
    const RecordingSubject subject = makeSubject(10000); // 1.2 MB a frame
    for (const int compression : {0, 1}) {
        TrajectoryWriter::Options options = overwriting();
        options.compression = compression;
        int frames = 0;
        {
            const auto writer = open(subject, options);
            const LimitedFileSize limited(15ul << 20);
            std::string text;
            while (text.empty() && frames < 100) {
                text = errorText([&] { appendFrame(*writer); });
                frames = writer->getNumFrames();
            }
            EXPECT_PRED2(contains, text, path);
            EXPECT_PRED2(contains, text, "File too large");
            EXPECT_FALSE(contains(text, "\n"));
            writer->close();
        }
        EXPECT_GT(frames, 3);
        EXPECT_LT(frames, 100);
        expectFrames(path, frames);
    }
    const auto writer = open(subject, appending()); // and it can go on where there is room again
    appendFrame(*writer);
}

TEST_F(TestTrajectoryWriter, AFullDiskAtTheStartLeavesTheOldFileWhole) {
    write(makeSubject(4), 3);
    const std::string before = readBytes(path);
    for (unsigned long bytes = 0; bytes < (1ul << 21); bytes += 150000) {
        const LimitedFileSize limited(bytes);
        const std::string text = errorText([&] { appendFrame(*open(makeSubject(40000), overwriting())); });
        EXPECT_PRED2(contains, text, "File too large");
        EXPECT_EQ(readBytes(path), before);
        EXPECT_EQ(directory.countFiles(), 1);
    }
    {
        const LimitedFileSize limited(before.size());
        EXPECT_RECORDING_ERROR(appendFrame(*open(makeSubject(4), appending())), path, "File too large");
    }
    expectFrames(path, 3);
}

TEST_F(TestTrajectoryWriter, AnErrorInTheMiddleOfAFrameRemovesItsTraces) {
    const auto writer = open(makeSubject(4));
    appendFrames(*writer, 3);
    EXPECT_THROW(writer->append({100, 100.0, {}},
                                [](std::size_t element, ElementValues&) {
                                    if (element == 2)
                                        throw std::runtime_error("no forces");
                                }),
                 std::runtime_error);
    EXPECT_EQ(writer->getNumFrames(), 3);
    writer->close();
    expectFrames(path, 3);
}

TEST_F(TestTrajectoryWriter, SaysWhereItCannotWrite) {
    EXPECT_RECORDING_ERROR(TrajectoryWriter(directory.file("missing/a.h5md"), makeSubject(1), {}, {}), "missing",
                           "No such file or directory");
}
