// Learning from a file gives what learning from memory gives, to the bit.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/learning/RecordingSource.h"
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
