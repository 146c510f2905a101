#include "openmmoscillators/recording/TrajectoryFile.h"

#include "openmmoscillators/recording/Hdf5File.h"
#include "recording/ErrorText.h"
#include "recording/TemporaryDirectory.h"
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

using namespace OpenMMOscillators;

namespace {

const std::string rack = "/particles/rack";

/** Files such as a laboratory writes: 2 frames of 6 particles. */
class TestTrajectoryFile : public ::testing::Test {
protected:
    static std::vector<double> countUp(std::size_t count, double first) {
        std::vector<double> values(count);
        std::iota(values.begin(), values.end(), first);
        return values;
    }
    Hdf5File create() const {
        Hdf5File file(path, Hdf5File::Access::Create);
        file.createGroup("/particles");
        file.createGroup(rack);
        return file;
    }
    static void addElement(Hdf5File& file, const std::string& name, const Hdf5Shape& shape, double first) {
        std::size_t size = 1;
        for (const hsize_t extent : shape)
            size *= extent;
        file.createGroup(rack + "/" + name);
        file.write(rack + "/" + name + "/value", shape, countUp(size, first));
    }
    static void addTimes(Hdf5File& file, const std::string& name, const std::vector<double>& times) {
        file.write(rack + "/" + name + "/time", {times.size()}, times);
    }
    /** Positions 0, 1, 2, ... and forces 100, 101, ... of three coordinates. */
    Hdf5File createLaboratoryFile() const {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 3}, 0.0);
        addTimes(file, "position", {0.5, 2.0});
        addElement(file, "force", {2, 6, 3}, 100.0);
        return file;
    }

    TemporaryDirectory directory;
    const std::string path = directory.file("laboratory.h5");
};

} // namespace

TEST_F(TestTrajectoryFile, ReadsWhatALaboratoryWrote) {
    createLaboratoryFile();
    const TrajectoryFile file(path, 3);
    EXPECT_EQ(file.getNumFrames(), 2);
    EXPECT_EQ(file.getNumReplicas(), 2);
    EXPECT_EQ(file.getNumOscillators(), 3);
    EXPECT_EQ(file.getDisplacementAxis(), 2);
    EXPECT_EQ(file.getTimes(), (std::vector<double>{0.5, 2.0}));
    EXPECT_TRUE(file.hasForces());
    EXPECT_FALSE(file.hasProtocol());
    EXPECT_EQ(file.readDisplacements(0, 0, 2), (std::vector<double>{2, 5, 8, 11, 14, 17}));
    EXPECT_EQ(file.readDisplacements(1, 1, 1), (std::vector<double>{29, 32, 35}));
    EXPECT_EQ(file.readForces(1, 1, 1), (std::vector<double>{129, 132, 135}));
    EXPECT_RECORDING_ERROR(file.getNetwork(), path, "/oscillators/network");
}

TEST_F(TestTrajectoryFile, AttributesSayAxisAndSizeOfReplicas) {
    Hdf5File file = createLaboratoryFile();
    file.writeAttribute(rack, "num_oscillators", 2);
    file.writeAttribute(rack, "displacement_axis", 0);
    file.close();
    const TrajectoryFile read(path);
    EXPECT_EQ(read.getNumReplicas(), 3);
    EXPECT_EQ(read.readDisplacements(0, 1, 1), (std::vector<double>{6, 9}));
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "num_oscillators", "have 2 oscillators, expected 3");
}

TEST_F(TestTrajectoryFile, ReadsScalarsAndOtherDimensions) {
    {
        Hdf5File file = create();
        addElement(file, "displacement", {2, 6}, 0.0);
        addTimes(file, "displacement", {0.0, 1.0});
        addElement(file, "displacement_force", {2, 6}, 50.0);
        addElement(file, "position", {2, 6, 3}, 1000.0);
    }
    EXPECT_EQ(TrajectoryFile(path, 6).readDisplacements(1, 0, 1), countUp(6, 6.0));
    EXPECT_EQ(TrajectoryFile(path, 6).readForces(1, 0, 1), countUp(6, 56.0));
    {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 1}, 0.0);
        addTimes(file, "position", {0.0, 1.0});
    }
    EXPECT_EQ(TrajectoryFile(path, 3).readDisplacements(1, 1, 1), countUp(3, 9.0));
}

TEST_F(TestTrajectoryFile, ReadsEquidistantTimesAndWholeNumbers) {
    Hdf5File file = create();
    file.createGroup(rack + "/position");
    file.write(rack + "/position/value", {3, 2, 1}, std::vector<int>{1, 2, 3, 4, 5, 6});
    file.write(rack + "/position/time", {}, std::vector<double>{0.5});
    file.writeAttribute(rack + "/position/time", "offset", 2.0);
    file.close();
    const TrajectoryFile read(path, 2);
    EXPECT_EQ(read.getTimes(), (std::vector<double>{2.0, 2.5, 3.0}));
    EXPECT_EQ(read.readDisplacements(2, 0, 1), (std::vector<double>{5, 6}));
    EXPECT_FALSE(read.hasForces());
    EXPECT_RECORDING_ERROR(read.readForces(0, 0, 1), path, "no forces");
}

TEST_F(TestTrajectoryFile, TakesTheGroupNamedTrajectoryAmongSeveral) {
    {
        Hdf5File file = createLaboratoryFile();
        file.createGroup("/particles/solvent");
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "/particles", "2 members");
    {
        Hdf5File file = createLaboratoryFile();
        file.createGroup("/particles/solvent");
        file.link(rack, "/particles/trajectory");
    }
    EXPECT_EQ(TrajectoryFile(path, 3).getNumReplicas(), 2);
}

TEST_F(TestTrajectoryFile, TheTotalForceOfARecordingIsNotTheNetworks) {
    Hdf5File file = createLaboratoryFile();
    file.createGroup("/oscillators");
    file.writeTextAttribute("/oscillators", "format", "openmm-oscillators-recording");
    file.writeAttribute("/oscillators", "version", 1);
    file.writeAttribute("/oscillators", "network_force_group", 4);
    file.close();
    EXPECT_FALSE(TrajectoryFile(path, 3).hasForces());
    {
        Hdf5File more(path, Hdf5File::Access::Modify);
        addElement(more, "force_group_4", {2, 6, 3}, 200.0);
    }
    EXPECT_EQ(TrajectoryFile(path, 3).readForces(1, 1, 1), (std::vector<double>{229, 232, 235}));
}

TEST_F(TestTrajectoryFile, RefusesRangesThatAreNotThere) {
    createLaboratoryFile();
    const TrajectoryFile file(path, 3);
    EXPECT_RECORDING_ERROR(file.readDisplacements(2, 0, 1), path, "no frame 2", "has 2");
    EXPECT_RECORDING_ERROR(file.readDisplacements(-1, 0, 1), path, "no frame -1");
    EXPECT_RECORDING_ERROR(file.readDisplacements(0, 1, 2), path, "no replicas 1 to 2", "has 2");
    EXPECT_RECORDING_ERROR(file.readForces(0, -1, 1), path, "no replicas -1 to -1");
    EXPECT_RECORDING_ERROR(file.readForces(0, 0, std::numeric_limits<int>::max()), path, "no replicas");
    EXPECT_RECORDING_ERROR(file.readForces(0, 0, -1), path, "no replicas");
    EXPECT_TRUE(file.readForces(0, 2, 0).empty());
}

TEST_F(TestTrajectoryFile, RefusesWhatIsNoTrajectory) {
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "No such file");
    writeBytes(path, "0.1 0.2 0.3\n");
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "not an HDF5 file");
    Hdf5File(path, Hdf5File::Access::Create).close();
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "/particles", "not an H5MD file");
    create().close();
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack, "neither a displacement nor a position");
    Hdf5File file = createLaboratoryFile();
    file.createGroup("/h5md");
    file.writeAttribute("/h5md", "version", std::vector<int>{2, 0});
    file.close();
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, "/h5md", "version 2");
}

TEST_F(TestTrajectoryFile, RefusesWrongShapes) {
    for (const Hdf5Shape& shape : std::vector<Hdf5Shape>{{12}, {2, 0, 3}, {2, 6, 4}, {2, 3, 2, 3}, {}}) {
        Hdf5File file = create();
        addElement(file, "position", shape, 0.0);
        addTimes(file, "position", {0.0, 1.0});
        file.close();
        EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/value");
    }
    createLaboratoryFile();
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 0), path, rack, "num_oscillators");
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 4), path, rack, "6 particles, expected a multiple of the 4");
    for (const Hdf5Shape& shape : std::vector<Hdf5Shape>{{1, 6, 3}, {2, 5, 3}, {2, 6, 2}}) {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 3}, 0.0);
        addTimes(file, "position", {0.0, 1.0});
        addElement(file, "force", shape, 0.0);
        file.close();
        EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/force/value");
    }
}

TEST_F(TestTrajectoryFile, RefusesOtherTypesAndUnits) {
    {
        Hdf5File file = create();
        file.createGroup(rack + "/position");
        file.writeText(rack + "/position/value", "far left");
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/value");
    {
        Hdf5File file = createLaboratoryFile();
        file.writeTextAttribute(rack + "/position/value", "unit", "Angstrom");
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/value", "'Angstrom', expected 'nm'");
    {
        Hdf5File file = createLaboratoryFile();
        file.writeTextAttribute(rack + "/position/time", "unit", "fs");
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/time", "'fs', expected 'ps'");
}

TEST_F(TestTrajectoryFile, RefusesImpossibleTimes) {
    const auto refuse = [&](const std::vector<double>& times, const std::string& reason) {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 3}, 0.0);
        addTimes(file, "position", times);
        file.close();
        EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/time", reason);
    };
    refuse({0.0, std::numeric_limits<double>::quiet_NaN()}, "time 1 is nan");
    refuse({std::numeric_limits<double>::infinity(), 1.0}, "time 0 is inf");
    refuse({1.0, 1.0}, "increase strictly");
    refuse({1.0, 0.5}, "increase strictly");
    refuse({1.0}, "1 times for 2 frames");
    {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 3}, 0.0);
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/time", "no such dataset");
    {
        Hdf5File file = createLaboratoryFile();
        addTimes(file, "force", {0.5, 2.5});
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/force/time", "differs");
}

TEST_F(TestTrajectoryFile, RefusesReplicasOfParticlesThatAreNotThere) {
    Hdf5File file = createLaboratoryFile();
    file.createGroup("/oscillators");
    file.write("/oscillators/replicas", {1, 3}, std::vector<int>{0, 6, 1});
    file.close();
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 0), path, "/oscillators/replicas", "entry 1 is particle 6");
}

/** Extents of petabytes in a file of kilobytes: no memory may be taken for them. */
TEST_F(TestTrajectoryFile, ExtentsBeyondTheFileAreRefusedBeforeMemoryIsTaken) {
    const auto createEmpty = [](const Hdf5File& file, const std::string& name, const Hdf5Shape& shape) {
        const Hdf5Shape chunk(shape.size(), 1);
        H5::DSetCreatPropList properties;
        properties.setChunk(static_cast<int>(chunk.size()), chunk.data());
        file.getHandle().createDataSet(name, H5::PredType::IEEE_F64LE,
                                       H5::DataSpace(static_cast<int>(shape.size()), shape.data()), properties);
    };
    {
        Hdf5File file = create();
        addElement(file, "position", {2, 6, 3}, 0.0);
        createEmpty(file, rack + "/position/time", {hsize_t(1) << 50});
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/time", "more data than the file can hold");
    {
        Hdf5File file = create();
        file.createGroup(rack + "/position");
        createEmpty(file, rack + "/position/value", {2000000000, 6, 3});
        file.write(rack + "/position/time", {}, std::vector<double>{0.5});
    }
    EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path, rack + "/position/value", "more data than the file can hold");
}

TEST_F(TestTrajectoryFile, TruncatedFilesAreRefused) {
    createLaboratoryFile().close();
    const std::string bytes = readBytes(path);
    for (std::size_t length = 0; length < bytes.size(); length += 101) {
        writeBytes(path, bytes.substr(0, length));
        EXPECT_RECORDING_ERROR(TrajectoryFile(path, 3), path);
    }
}
