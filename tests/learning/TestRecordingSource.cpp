// Learning from a file gives what learning from memory gives, to the bit.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/ContrastiveDivergence.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/MemorySource.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/learning/RecordingSource.h"
#include "openmmoscillators/learning/ReversedPath.h"
#include "recording/TemporaryDirectory.h"
#include <H5Cpp.h>
#include <functional>
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

constexpr int oscillators = 3;
constexpr int samples = 1000;

void writeElement(H5::H5File& file, const std::string& name, const std::vector<float>& values,
                  const std::vector<double>& times) {
    file.createGroup("/particles/network/" + name);
    const hsize_t frames = times.size();
    const hsize_t shape[3] = {frames, oscillators * samples, 1};
    file.createDataSet("/particles/network/" + name + "/value", H5::PredType::IEEE_F32LE, H5::DataSpace(3, shape))
        .write(values.data(), H5::PredType::NATIVE_FLOAT);
    file.createDataSet("/particles/network/" + name + "/time", H5::PredType::IEEE_F64LE, H5::DataSpace(1, &frames))
        .write(times.data(), H5::PredType::NATIVE_DOUBLE);
}

/** What a laboratory would write: positions and forces of all elements, frame by frame, with or without the data. */
void writeLaboratoryFile(const std::string& path, const NoisedDataSource& source, bool withData) {
    std::vector<float> positions, forces;
    std::vector<double> times = source.getTimes();
    if (withData) {
        times.insert(times.begin(), 0.0);
        positions = source.getData();
        forces.assign(positions.size(), 0.0F);
    }
    for (std::size_t k = 0; k < source.getTimes().size(); ++k) {
        SampleBlock block;
        source.read(static_cast<int>(k), 0, samples, block);
        for (int s = 0; s < samples; ++s)
            for (int i = 0; i < oscillators; ++i) {
                positions.push_back(block.position[i * block.stride + s]);
                forces.push_back(block.force[i * block.stride + s]);
            }
    }
    H5::H5File file(path, H5F_ACC_TRUNC);
    file.createGroup("/particles");
    file.createGroup("/particles/network");
    writeElement(file, "position", positions, times);
    writeElement(file, "force", forces, times);
}

class RecordingSourceTest : public testing::Test {
protected:
    TemporaryDirectory directory;
    NoisedDataSource memory{triangle(), NoisingProcess(), {0.1, 0.5, 2.0}, clusters(oscillators, samples, 1), 0, 9};
    void SetUp() override { memory.setProtocol(DrivingProtocol(randomParameters(triangle(), 1, 0.2))); }
};

} // namespace

TEST_F(RecordingSourceTest, LearnsTheSameToTheBitAsFromMemory) {
    const std::string path = directory.file("laboratory.h5");
    writeLaboratoryFile(path, memory, true);
    const RecordingSource recording(path, memory.getProtocol());
    EXPECT_EQ(recording.getTimes(), memory.getTimes());
    EXPECT_EQ(recording.getNumSamples(), memory.getNumSamples());
    const DenoisingForceMatching denoising;
    const ForceMatching implicit;
    for (const LocalRule* rule :
         {static_cast<const LocalRule*>(&denoising), static_cast<const LocalRule*>(&implicit)}) {
        ProtocolLearner learner(triangle());
        const DrivingProtocol fromFile = learner.learn(*rule, recording);
        const DrivingProtocol fromMemory = learner.learn(*rule, memory);
        for (int k = 0; k < 3; ++k)
            EXPECT_EQ(fromFile.getSlice(k).getValues(), fromMemory.getSlice(k).getValues());
    }
}

TEST_F(RecordingSourceTest, WithoutTheDataDenoisingIsRefused) {
    const std::string path = directory.file("laboratory.h5");
    writeLaboratoryFile(path, memory, false);
    const RecordingSource recording(path, memory.getProtocol());
    EXPECT_FALSE(recording.provides(Signal::InitialPosition));
    ProtocolLearner learner(triangle());
    EXPECT_THROW(learner.learn(DenoisingForceMatching(), recording), std::invalid_argument);
    EXPECT_TRUE(learner.learn(ForceMatching(), recording).isTimeDependent());
}

TEST_F(RecordingSourceTest, RefusesAProtocolOfAnotherNetwork) {
    const std::string path = directory.file("laboratory.h5");
    writeLaboratoryFile(path, memory, true);
    const OscillatorNetwork other = OscillatorNetwork::squareLattice(7, 1, 1);
    EXPECT_ANY_THROW(RecordingSource(path, DrivingProtocol(NetworkParameters(other))));
    EXPECT_ANY_THROW(RecordingSource{path}); // the laboratory did not write a protocol
    EXPECT_ANY_THROW(RecordingSource(directory.file("none.h5"), memory.getProtocol()));
}

namespace {

std::vector<double> toRows(const AlignedVector<float>& batch, std::size_t stride) {
    std::vector<double> rows;
    for (int s = 0; s < samples; ++s)
        for (int i = 0; i < oscillators; ++i)
            rows.push_back(batch[i * stride + s]);
    return rows;
}

/** Positions in pairs of frames close in time, as a laboratory would write them, and the same in memory. */
MemorySource writeMotion(const std::string& path, const NoisedDataSource& source, Motion motion) {
    MemorySource memory(source.getProtocol());
    std::vector<float> positions, forces;
    std::vector<double> times;
    const auto addFrame = [&](double time, const std::vector<double>& rows, const std::vector<double>& measured) {
        times.push_back(time);
        positions.insert(positions.end(), rows.begin(), rows.end());
        forces.insert(forces.end(), measured.begin(), measured.end());
    };
    for (std::size_t k = 0; k < source.getTimes().size(); ++k) {
        SampleBlock block;
        source.read(static_cast<int>(k), 0, samples, block);
        const double time = source.getTimes()[k], dt = 1.0 / 256; // exact, also as a difference of times
        const std::vector<double> x = toRows(block.position, block.stride), f = toRows(block.force, block.stride);
        memory.addTime(time, x, f);
        if (motion == Motion::FreeEvolution) {
            const std::vector<double> evolved = toRows(block.evolvedPositions[0], block.stride);
            memory.addEvolution(dt, evolved);
            addFrame(time, x, f);
            addFrame(time + dt, evolved, f);
        } else {
            const std::vector<double> previous = toRows(block.previousPosition, block.stride);
            memory.setPrevious(dt, previous);
            addFrame(time - dt, previous, f);
            addFrame(time, x, f);
        }
    }
    H5::H5File file(path, H5F_ACC_TRUNC);
    file.createGroup("/particles");
    file.createGroup("/particles/network");
    writeElement(file, "position", positions, times);
    if (motion == Motion::NoisingStep) // contrastive divergence reads no force
        writeElement(file, "force", forces, times);
    return memory;
}

} // namespace

TEST_F(RecordingSourceTest, LearnsFromMotionTheSameToTheBitAsFromMemory) {
    const ContrastiveDivergence divergence;
    const ReversedPath reversed;
    const std::pair<Motion, const LocalRule*> cases[] = {{Motion::FreeEvolution, &divergence},
                                                         {Motion::NoisingStep, &reversed}};
    for (const auto& [motion, rule] : cases) {
        NoisedDataSource source(triangle(), NoisingProcess(), {0.125, 0.5, 2.0}, clusters(oscillators, samples, 1), 0,
                                9);
        source.showMotion(motion, 0.1);
        const std::string path = directory.file("motion.h5");
        const MemorySource inMemory = writeMotion(path, source, motion);
        const RecordingSource recording(path, source.getProtocol(), motion);
        EXPECT_EQ(recording.getTimes(), source.getTimes());
        ProtocolLearner learner(triangle());
        const DrivingProtocol fromFile = learner.learn(*rule, recording);
        const DrivingProtocol fromMemory = learner.learn(*rule, inMemory);
        for (int k = 0; k < 3; ++k)
            EXPECT_EQ(fromFile.getSlice(k).getValues(), fromMemory.getSlice(k).getValues());
        EXPECT_THROW(learner.learn(*rule, memory), std::invalid_argument); // shows no motion
    }
}

TEST_F(RecordingSourceTest, MotionComesInPairsOfFrames) {
    const std::string path = directory.file("laboratory.h5");
    writeLaboratoryFile(path, memory, true); // three frames later than the data
    EXPECT_THROW(RecordingSource(path, memory.getProtocol(), Motion::FreeEvolution), std::invalid_argument);
}
