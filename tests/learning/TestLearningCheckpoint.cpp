// Learning that is interrupted and continued: the same to the bit, and never from a checkpoint of other learning.

#include "openmmoscillators/learning/LearningCheckpoint.h"

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/recording/ArrayFile.h"
#include "recording/ErrorText.h"
#include "recording/TemporaryDirectory.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

struct Interruption {};

/** Throws once so many slices have been learned. */
struct Interrupter : LearningMonitor {
    int left;
    explicit Interrupter(int slices) : left(slices) {}
    void sliceLearned(const SliceReport& /*slice*/, int /*numRemaining*/) override {
        if (--left == 0)
            throw Interruption();
    }
};

class LearningResumed : public ::testing::TestWithParam<SliceOptimizer> {
protected:
    LearningResumed() {
        options.optimizer = GetParam();
        options.closedLoop = true;
        options.feedback.populationSize = 512;
        options.stochastic.steps = 100;
    }
    DrivingProtocol learn(LearningMonitor* monitor, LearningCheckpoint* checkpoint) {
        ProtocolLearner learner(network, options);
        const DrivingProtocol learned = learner.learn(DenoisingForceMatching(), source, &source, monitor, checkpoint);
        report = learner.getReport();
        return learned;
    }

    const OscillatorNetwork network = triangle();
    const NoisedDataSource source{network, NoisingProcess(1.0, 0.1), {0.1, 0.4, 1.0, 2.0}, clusters(3, 1000, 1), 0, 1};
    LearningOptions options;
    LearningReport report;
    const TemporaryDirectory directory;
};

} // namespace

TEST_P(LearningResumed, AfterAnySliceIsTheSameToTheBit) {
    const DrivingProtocol whole = learn(nullptr, nullptr);
    const LearningReport wholeReport = report;
    for (int slices = 1; slices <= 4; ++slices) {
        const std::string path = directory.file("c" + std::to_string(slices));
        {
            LearningCheckpoint checkpoint(path, "this");
            Interrupter interrupter(slices);
            EXPECT_THROW(learn(&interrupter, &checkpoint), Interruption);
        }
        LearningCheckpoint checkpoint(path, "this");
        EXPECT_TRUE(checkpoint.exists());
        const DrivingProtocol resumed = learn(nullptr, &checkpoint);
        for (int k = 0; k < 4; ++k)
            EXPECT_EQ(resumed.getSlice(k).getValues(), whole.getSlice(k).getValues()) << slices << ", slice " << k;
        EXPECT_EQ(report.getTimes(), wholeReport.getTimes());
        EXPECT_EQ(report.getTrainingLosses(), wholeReport.getTrainingLosses());
        EXPECT_EQ(report.getMismatches(), wholeReport.getMismatches());
        checkpoint.remove();
        EXPECT_FALSE(checkpoint.exists());
    }
}

INSTANTIATE_TEST_SUITE_P(Optimizers, LearningResumed,
                         ::testing::Values(SliceOptimizer::Exact, SliceOptimizer::Adam, SliceOptimizer::Sgd),
                         [](const auto& instance) { return getSliceOptimizerName(instance.param); });

TEST(LearningCheckpoint, KeepsAStateWithinASlice) {
    const TemporaryDirectory directory;
    const OscillatorNetwork network = triangle();
    LearningOptions options;
    options.optimizer = SliceOptimizer::Adam;
    LearningState state;
    state.matched = randomParameters(network, 3);
    state.stochastic = StochasticSliceSolver(network, options).start(randomParameters(network, 4));
    state.stochastic->optimizer.step = 17;
    state.stochastic->optimizer.averages[1][5] = 0.25;
    state.stochastic->sum[2] = 1.0 / 3.0;
    LearningCheckpoint checkpoint(directory.file("c"), "this");
    EXPECT_FALSE(checkpoint.load(network));
    checkpoint.save(state);
    const LearningState read = *checkpoint.load(network);
    EXPECT_TRUE(read.learned.empty());
    EXPECT_EQ(read.matched.getValues(), state.matched.getValues());
    ASSERT_TRUE(read.stochastic);
    EXPECT_EQ(read.stochastic->theta.getValues(), state.stochastic->theta.getValues());
    EXPECT_EQ(read.stochastic->optimizer.step, 17);
    EXPECT_EQ(read.stochastic->optimizer.averages, state.stochastic->optimizer.averages);
    EXPECT_EQ(read.stochastic->sum, state.stochastic->sum);
}

TEST(LearningCheckpoint, RefusesOtherLearning) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("c");
    LearningState state;
    state.matched = randomParameters(triangle(), 3);
    LearningCheckpoint(path, "this").save(state);
    EXPECT_EQ(LearningCheckpoint::readIdentity(path), "this");
    EXPECT_RECORDING_ERROR(LearningCheckpoint(path, "that").load(triangle()), path, "settings or samples differ");
    EXPECT_RECORDING_ERROR(LearningCheckpoint(path, "this").load(OscillatorNetwork::squareLattice(2, 2, 1)), path,
                           "no checkpoint of this network");
    writeBytes(path, readBytes(path).substr(0, 500));
    EXPECT_RECORDING_ERROR(LearningCheckpoint(path, "this").load(triangle()), path);
}

TEST(LearningCheckpoint, RefusesNumbersThatItCannotHaveWritten) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("c");
    const OscillatorNetwork network = triangle();
    LearningOptions options;
    options.optimizer = SliceOptimizer::Adam;
    LearningState state;
    state.stochastic = StochasticSliceSolver(network, options).start(randomParameters(network, 4));
    LearningCheckpoint(path, "this").save(state);
    const ArrayFile whole = ArrayFile::read(path);
    const std::vector<std::pair<std::vector<double>, std::string>> damages = {{{17.0, 1000.0}, "expected 1000 rows"},
                                                                              {{NAN, 2.0}, "found nan"},
                                                                              {{-1.0, 2.0}, "found -1"},
                                                                              {{1e300, 2.0}, "found 1e+300"}};
    for (const auto& [numbers, message] : damages) {
        ArrayFile damaged = whole;
        damaged.arrays["stochastic"] = numbers;
        damaged.write(path);
        EXPECT_RECORDING_ERROR(LearningCheckpoint(path, "this").load(network), path, message);
    }
}

TEST(LearningCheckpoint, TellsIfItCannotBeRemoved) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("c");
    LearningCheckpoint(path, "this").remove(); // there is none
    std::filesystem::create_directory(path);
    writeBytes(path + "/occupant", "x");
    EXPECT_RECORDING_ERROR(LearningCheckpoint(path, "this").remove(), path, "cannot be removed");
}
