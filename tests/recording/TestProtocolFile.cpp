#include "openmmoscillators/recording/ProtocolFile.h"

#include "recording/ErrorText.h"
#include "recording/LimitedFileSize.h"
#include "recording/TemporaryDirectory.h"
#include <H5Cpp.h>
#include <gtest/gtest.h>
#include <limits>

using namespace OpenMMOscillators;

namespace {

/** A 3 x 2 lattice with three slices, every parameter different. */
LearnedProtocol makeLearned() {
    LearnedProtocol learned;
    learned.network = OscillatorNetwork::squareLattice(3, 2, 1);
    std::vector<NetworkParameters> slices;
    for (int k = 0; k < 3; ++k) {
        NetworkParameters theta(learned.network);
        for (int a = 0; a < theta.size(); ++a)
            theta[a] = 0.1 * a + k / 3.0;
        slices.push_back(theta);
    }
    learned.protocol = DrivingProtocol({0.02, 0.5, 5.0}, slices, DrivingProtocol::Outside::Refuse);
    learned.latticeWidth = 3;
    learned.latticeHeight = 2;
    learned.latticeRange = 1;
    learned.kT = 0.02;
    learned.sigma = 1.25;
    learned.mean = 0.13;
    learned.standardDeviation = 0.31;
    learned.settings = R"({"rule": "denoising", "ridge": 0.01})";
    learned.report = R"({"iterations": [12, 7, 5]})";
    return learned;
}

class TestProtocolFile : public ::testing::Test {
protected:
    TemporaryDirectory directory;
    const std::string path = directory.file("protocol.h5");
};

} // namespace

TEST_F(TestProtocolFile, ReadsWhatWasWritten) {
    const LearnedProtocol written = makeLearned();
    ProtocolFile::write(path, written);
    const LearnedProtocol read = ProtocolFile::read(path);
    EXPECT_EQ(read.network, written.network);
    EXPECT_EQ(read.protocol.getTimes(), written.protocol.getTimes());
    EXPECT_EQ(read.protocol.getOutside(), DrivingProtocol::Outside::Refuse);
    for (int k = 0; k < 3; ++k)
        EXPECT_EQ(read.protocol.getSlice(k).getValues(), written.protocol.getSlice(k).getValues());
    EXPECT_EQ(read.latticeWidth, 3);
    EXPECT_EQ(read.latticeHeight, 2);
    EXPECT_EQ(read.latticeRange, 1);
    EXPECT_EQ(read.kT, 0.02);
    EXPECT_EQ(read.sigma, 1.25);
    EXPECT_EQ(read.mean, 0.13);
    EXPECT_EQ(read.standardDeviation, 0.31);
    EXPECT_EQ(read.settings, written.settings);
    EXPECT_EQ(read.report, written.report);
    EXPECT_EQ(directory.countFiles(), 1);
}

TEST_F(TestProtocolFile, KeepsTheOrderOfEdgesAndNetworksThatAreNoLattice) {
    LearnedProtocol learned;
    learned.network.addOscillator(0.5, -1.0);
    learned.network.addOscillator(2.0, 3.0);
    learned.network.addEdge(1, 0);
    learned.protocol = DrivingProtocol(NetworkParameters(learned.network));
    learned.settings = std::string(100000, 'x'); // longer than an HDF5 attribute may be
    ProtocolFile::write(path, learned);
    const LearnedProtocol read = ProtocolFile::read(path);
    EXPECT_EQ(read.network, learned.network);
    EXPECT_EQ(read.latticeWidth, 0);
    EXPECT_EQ(read.settings, learned.settings);
}

TEST_F(TestProtocolFile, KeepsLatentOscillatorsAndTheirCodes) {
    LearnedProtocol learned = makeLearned();
    learned.network.addOscillator(3.0, 0.0, OscillatorRole::Latent);
    learned.network.addEdge(6, 0);
    learned.protocol = DrivingProtocol(NetworkParameters(learned.network));
    learned.codes = R"({"category": [6]})";
    ProtocolFile::write(path, learned); // the lattice is that of the visible ones
    const LearnedProtocol read = ProtocolFile::read(path);
    EXPECT_EQ(read.network, learned.network);
    EXPECT_EQ(read.network.getLatentOscillators(), std::vector<int>{6});
    EXPECT_EQ(read.codes, learned.codes);
}

TEST_F(TestProtocolFile, ReadsVersion1) {
    ProtocolFile::write(path, makeLearned());
    {
        const int version = 1;
        H5::H5File file(path, H5F_ACC_RDWR);
        file.unlink("/codes"); // which version 1 did not have
        file.openAttribute("version").write(H5::PredType::NATIVE_INT, &version);
    }
    const LearnedProtocol read = ProtocolFile::read(path);
    EXPECT_EQ(read.network, makeLearned().network);
    EXPECT_EQ(read.codes, "{}");
}

TEST_F(TestProtocolFile, TakesTextsThatWereNeverWrittenForEmptyOnes) {
    ProtocolFile::write(path, makeLearned());
    const H5::StrType text(0, H5T_VARIABLE);
    {
        H5::H5File file(path, H5F_ACC_RDWR);
        file.unlink("/codes");
        file.createDataSet("/codes", text, H5::DataSpace());
    }
    EXPECT_EQ(ProtocolFile::read(path).codes, "");
    {
        H5::H5File file(path, H5F_ACC_RDWR);
        H5::Group protocol = file.openGroup("/protocol");
        protocol.removeAttr("outside");
        protocol.createAttribute("outside", text, H5::DataSpace());
    }
    EXPECT_RECORDING_ERROR(ProtocolFile::read(path), path, "/protocol");
}

TEST_F(TestProtocolFile, ReplacesAnOlderFile) {
    writeBytes(path, "something else");
    LearnedProtocol learned = makeLearned();
    ProtocolFile::write(path, learned);
    learned.kT = 0.3;
    ProtocolFile::write(path, learned);
    EXPECT_EQ(ProtocolFile::read(path).kT, 0.3);
}

TEST_F(TestProtocolFile, RefusesWhatIsInconsistentBeforeItWrites) {
    ProtocolFile::write(path, makeLearned());
    const std::string before = readBytes(path);
    LearnedProtocol learned = makeLearned();
    learned.latticeWidth = 4;
    EXPECT_PRED2(contains, errorText<std::invalid_argument>([&] { ProtocolFile::write(path, learned); }), "4 x 2");
    learned = makeLearned();
    learned.network.addOscillator();
    EXPECT_THROW(ProtocolFile::write(path, learned), std::invalid_argument);
    for (double LearnedProtocol::*member :
         {&LearnedProtocol::kT, &LearnedProtocol::sigma, &LearnedProtocol::standardDeviation})
        for (const double value : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
            learned = makeLearned();
            learned.*member = value;
            EXPECT_THROW(ProtocolFile::write(path, learned), std::invalid_argument);
        }
    EXPECT_EQ(readBytes(path), before);
}

TEST_F(TestProtocolFile, AFullDiskLeavesTheOldFileWhole) {
    ProtocolFile::write(path, makeLearned());
    const std::string before = readBytes(path);
    for (const unsigned long bytes : {0ul, 100ul, 3000ul, 20000ul}) {
        const LimitedFileSize limited(bytes);
        EXPECT_RECORDING_ERROR(ProtocolFile::write(path, makeLearned()), path, "File too large");
    }
    EXPECT_EQ(readBytes(path), before);
    EXPECT_EQ(directory.countFiles(), 1);
    EXPECT_EQ(ProtocolFile::read(path).kT, 0.02);
}

TEST_F(TestProtocolFile, SaysWhereItCannotWrite) {
    EXPECT_RECORDING_ERROR(ProtocolFile::write(directory.file("missing/protocol.h5"), makeLearned()), "missing",
                           "No such file or directory");
    std::filesystem::create_directory(path);
    EXPECT_RECORDING_ERROR(ProtocolFile::write(path, makeLearned()), path, "directory");
}

TEST_F(TestProtocolFile, SaysWhyItCannotRead) {
    EXPECT_RECORDING_ERROR(ProtocolFile::read(path), path, "No such file or directory");
    writeBytes(path, "");
    EXPECT_RECORDING_ERROR(ProtocolFile::read(path), path, "empty");
    writeBytes(path, "theta: 1 2 3");
    EXPECT_RECORDING_ERROR(ProtocolFile::read(path), path, "not an HDF5 file");
    EXPECT_RECORDING_ERROR(ProtocolFile::read(directory.file("")), "directory");
}

TEST_F(TestProtocolFile, RefusesTruncatedFilesOfAnyLength) {
    ProtocolFile::write(path, makeLearned());
    const std::string bytes = readBytes(path);
    for (std::size_t length = 0; length < bytes.size(); length += 97) {
        writeBytes(path, bytes.substr(0, length));
        EXPECT_RECORDING_ERROR(ProtocolFile::read(path), path);
    }
}
