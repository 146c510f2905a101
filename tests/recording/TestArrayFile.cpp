// Files of named arrays: exact to the bit, refused if they are something else.

#include "openmmoscillators/recording/ArrayFile.h"

#include "openmmoscillators/recording/ProtocolFile.h"
#include "recording/ErrorText.h"
#include "recording/LimitedFileSize.h"
#include "recording/TemporaryDirectory.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>

using namespace OpenMMOscillators;

TEST(ArrayFile, ReadsWhatWasWrittenToTheBit) {
    const TemporaryDirectory directory;
    ArrayFile file;
    file.purpose = "of a test, μ";
    file.arrays["numbers"] = {1.0 / 3.0, -0.0, std::numeric_limits<double>::denorm_min(), std::nan("")};
    file.arrays["none"] = {};
    file.write(directory.file("a.h5"));
    const ArrayFile read = ArrayFile::read(directory.file("a.h5"));
    EXPECT_EQ(read.purpose, file.purpose);
    EXPECT_TRUE(read.get("none").empty());
    ASSERT_EQ(read.get("numbers").size(), 4u);
    EXPECT_EQ(read.get("numbers")[0], 1.0 / 3.0);
    EXPECT_TRUE(std::signbit(read.get("numbers")[1]));
    EXPECT_EQ(read.get("numbers")[2], std::numeric_limits<double>::denorm_min());
    EXPECT_TRUE(std::isnan(read.get("numbers")[3]));
    EXPECT_THROW(read.get("other"), std::out_of_range);
}

TEST(ArrayFile, AFullDiskLeavesTheOldFileWhole) {
    const TemporaryDirectory directory;
    const std::string path = directory.file("a.h5");
    ArrayFile file;
    file.arrays["a"] = {1, 2, 3};
    file.write(path);
    const std::string before = readBytes(path);
    file.arrays["a"].assign(100000, 4.0);
    {
        const LimitedFileSize limit(200000);
        EXPECT_RECORDING_ERROR(file.write(path), path);
    }
    EXPECT_EQ(readBytes(path), before);
    EXPECT_EQ(directory.countFiles(), 1);
}

TEST(ArrayFile, RefusesOtherFiles) {
    const TemporaryDirectory directory;
    EXPECT_RECORDING_ERROR(ArrayFile::read(directory.file("missing.h5")), "missing.h5");
    writeBytes(directory.file("text"), "no HDF5");
    EXPECT_RECORDING_ERROR(ArrayFile::read(directory.file("text")), "text");
    LearnedProtocol learned;
    learned.network.addOscillator();
    learned.protocol = DrivingProtocol(NetworkParameters(learned.network));
    ProtocolFile::write(directory.file("p.h5"), learned);
    EXPECT_RECORDING_ERROR(ArrayFile::read(directory.file("p.h5")), "p.h5", "openmm-oscillators-arrays");
}
