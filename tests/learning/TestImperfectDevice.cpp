// Each error of a device against its formula.

#include "openmmoscillators/learning/ImperfectDevice.h"

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/GeneratingDevice.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

/** A device without errors, which tells what it was commanded. */
class PerfectDevice : public Device {
public:
    explicit PerfectDevice(const OscillatorNetwork& network) : layout(network), arithmetic(network) {}
    const ParameterLayout& getLayout() const override { return layout; }
    void setParameters(const NetworkParameters& newTheta) override { theta = newTheta; }
    void measure(SampleBlock& block) override {
        block.force.assign(block.position.size(), 0.0F);
        arithmetic.gradient(theta.data(), block.position.data(), block.force.data(), block.count, block.stride);
        for (float& value : block.force)
            value = -value;
    }
    /** Moves by 1 nm an evolution, and remembers what was commanded. */
    void evolve(SampleBlock& block, const DrivingProtocol& commanded) override {
        protocol = commanded;
        float distance = 0.0F;
        for (AlignedVector<float>& evolved : block.evolvedPositions) {
            distance += 1.0F;
            evolved = block.position;
            for (float& x : evolved)
                x += distance;
        }
    }
    std::vector<double> getState() const override { return {42.0}; }
    void setState(const std::vector<double>& state) override { EXPECT_EQ(state, getState()); }
    NetworkParameters theta;
    DrivingProtocol protocol;

private:
    ParameterLayout layout;
    BatchArithmetic<float> arithmetic;
};

class DeviceErrorsTest : public ::testing::Test {
protected:
    DeviceErrorsTest() {
        const NoisedDataSource source(network, NoisingProcess(1.0, 0.1), {0.5}, clusters(3, count, 1));
        source.read(0, 0, count, block);
        perfect.setParameters(theta);
        perfect.measure(block);
        truth = block.force;
    }
    /** What a device with these errors reads at theta. */
    AlignedVector<float> read(const DeviceErrors& deviceErrors) {
        ImperfectDevice device(perfect, deviceErrors);
        device.setParameters(theta);
        device.measure(block);
        return block.force;
    }
    float at(const AlignedVector<float>& force, int oscillator, std::size_t sample) const {
        return force[oscillator * block.stride + sample];
    }

    static constexpr int count = 20000;
    const OscillatorNetwork network = triangle();
    const NetworkParameters theta = randomParameters(network, 7);
    PerfectDevice perfect{network};
    SampleBlock block;
    AlignedVector<float> truth;
    DeviceErrors errors;
};

} // namespace

TEST_F(DeviceErrorsTest, NoneIsThePerfectDevice) {
    EXPECT_EQ(read(errors), truth);
    EXPECT_EQ(perfect.theta.getValues(), theta.getValues());
}

TEST_F(DeviceErrorsTest, NoiseIsWhiteOfItsSpread) {
    errors.force.noise = 0.3;
    const AlignedVector<float> first = read(errors);
    double sum = 0.0, squares = 0.0, neighbours = 0.0;
    for (int s = 0; s < count; ++s) {
        const double e = at(first, 0, s) - at(truth, 0, s);
        sum += e;
        squares += e * e;
        neighbours += e * (at(first, 1, s) - at(truth, 1, s));
    }
    // Standard errors 0.0021, 0.0009 and 0.0006: five of them are exceeded by chance once in a million runs.
    EXPECT_NEAR(sum / count, 0.0, 0.011);
    EXPECT_NEAR(squares / count, 0.09, 0.0045);
    EXPECT_NEAR(neighbours / count, 0.0, 0.0032);
    ImperfectDevice device(perfect, errors);
    device.setParameters(theta);
    device.measure(block);
    const AlignedVector<float> again = block.force;
    EXPECT_EQ(again, first); // a seed is a device
    device.measure(block);
    EXPECT_NE(block.force, again); // but no reading is like another
}

TEST_F(DeviceErrorsTest, GainAndOffsetBelongToTheOscillator) {
    errors.force.gainSpread = 0.2;
    errors.force.offsetSpread = 0.5;
    const AlignedVector<float> reading = read(errors);
    for (int i = 0; i < 3; ++i) {
        // A straight line through two readings fits all of them.
        const double gain = (at(reading, i, 1) - at(reading, i, 0)) / (at(truth, i, 1) - at(truth, i, 0));
        const double offset = at(reading, i, 0) - gain * at(truth, i, 0);
        EXPECT_TRUE(gain != 1.0 && std::abs(gain - 1.0) < 1.0 && offset != 0.0 && std::abs(offset) < 2.5);
        for (int s = 0; s < count; ++s)
            ASSERT_NEAR(at(reading, i, s), gain * at(truth, i, s) + offset, 1e-4 * (1.0 + std::abs(at(truth, i, s))));
    }
}

TEST_F(DeviceErrorsTest, MemoryIsALowPassOverSamples) {
    errors.force.memory = 0.75;
    const AlignedVector<float> reading = read(errors);
    double y = 0.0;
    for (int s = 0; s < count; ++s) {
        y = 0.75 * y + 0.25 * at(truth, 2, s);
        ASSERT_NEAR(at(reading, 2, s), y, 1e-5);
    }
}

TEST_F(DeviceErrorsTest, ConvertersRoundAndCutOff) {
    errors.force.bits = 4;
    errors.force.range = 2.0;
    const AlignedVector<float> reading = read(errors);
    bool cut = false;
    for (int s = 0; s < count; ++s) {
        const double expected = std::clamp(std::round(at(truth, 0, s) / 0.25) * 0.25, -2.0, 2.0);
        ASSERT_EQ(at(reading, 0, s), static_cast<float>(expected));
        cut = cut || std::abs(at(truth, 0, s)) > 2.125;
    }
    EXPECT_TRUE(cut);
}

TEST_F(DeviceErrorsTest, DeadSensorsReadNothing) {
    errors.force.deadShare = 0.34;
    errors.force.offsetSpread = 1.0;
    const AlignedVector<float> reading = read(errors);
    const ImperfectDevice device(perfect, errors);
    int dead = 0;
    for (int i = 0; i < 3; ++i) {
        dead += device.getForceSensors().isDead(i) ? 1 : 0;
        EXPECT_EQ(std::all_of(&reading[i * block.stride], &reading[i * block.stride] + count,
                              [](float value) { return value == 0.0F; }),
                  device.getForceSensors().isDead(i));
    }
    EXPECT_EQ(dead, 1);
}

TEST_F(DeviceErrorsTest, CommandsAreRoundedScaledAndShifted) {
    errors.commandGainSpread = 0.1;
    errors.commandOffsetSpread = 0.2;
    ImperfectDevice device(perfect, errors);
    const NetworkParameters none(network);
    NetworkParameters one(network), two(network);
    for (int a = 0; a < one.size(); ++a)
        two[a] = 2.0 * (one[a] = 1.0);
    const NetworkParameters offset = device.getActing(none), first = device.getActing(one),
                            second = device.getActing(two);
    double squares = 0.0;
    const int k6 = one.getLayout().getOffset(ParameterFamily::K6);
    for (int a = 0; a < one.size(); ++a) {
        if (a >= k6 && a < k6 + 3)
            EXPECT_GE(offset[a], 0.0); // a k_6 is never negative
        else
            EXPECT_NEAR(second[a] - first[a], first[a] - offset[a], 1e-12);
        squares += std::pow(second[a] - first[a] - 1.0, 2) / one.size();
    }
    // Chi-squared of 21: the spread comes out between half and twice its value but once in ten thousand.
    EXPECT_TRUE(squares > 0.0025 && squares < 0.04) << squares;
    device.setParameters(one);
    EXPECT_EQ(perfect.theta.getValues(), first.getValues());

    DeviceErrors rounding;
    rounding.commandBits = 3;
    rounding.commandRange = 1.0;
    const NetworkParameters rounded = ImperfectDevice(perfect, rounding).getActing(theta);
    for (int a = 0; a < theta.size(); ++a)
        EXPECT_EQ(rounded[a], std::clamp(std::round(theta[a] / 0.25) * 0.25, -1.0, 1.0));
}

TEST_F(DeviceErrorsTest, DriftIsARandomWalkOverBlocks) {
    errors.drift = 0.01;
    ImperfectDevice device(perfect, errors);
    NetworkParameters one(network);
    std::fill(one.data(), one.data() + one.size(), 1.0);
    device.setParameters(one);
    block.count = 1;
    std::vector<double> before = one.getValues();
    double steps = 0.0;
    for (int k = 0; k < 400; ++k) {
        device.measure(block);
        for (int a = 0; a < one.size(); ++a)
            steps += std::pow(perfect.theta[a] - before[a], 2) / (400.0 * one.size());
        before = perfect.theta.getValues();
    }
    EXPECT_EQ(before, device.getActing(one).getValues()); // what was measured under is what acts
    EXPECT_NEAR(steps, 1e-4, 1e-5);                       // 8400 squares of normals: six standard errors
}

TEST_F(DeviceErrorsTest, GeneratingDeviceReadsTheForceOfUFromThatOfItsReverse) {
    GeneratingDevice device(perfect, 0.8);
    device.setParameters(theta);
    EXPECT_NEAR(perfect.theta[0], 2.0 * theta[0] - 1.0 / 0.64, 1e-12);
    device.measure(block);
    for (int i = 0; i < 3; ++i)
        for (int s = 0; s < count; ++s)
            ASSERT_NEAR(at(block.force, i, s), at(truth, i, s), 1e-4 * (1.0 + std::abs(at(truth, i, s))));
    EXPECT_THROW(GeneratingDevice(perfect, 0.0), std::invalid_argument);
}

TEST_F(DeviceErrorsTest, EveryPositionThatARuleReadsIsOneOfTheSensors) {
    errors.position.offsetSpread = 0.2;
    block.previousPosition = block.position;
    for (float& x : block.previousPosition)
        x -= 1.0F;
    const SampleBlock exact = block;
    ImperfectDevice device(perfect, errors);
    device.setParameters(theta);
    device.measure(block);
    EXPECT_EQ(block.force, truth); // forces have sensors of their own, and positions are imposed exactly
    for (int i = 0; i < 3; ++i) {
        const float offset = at(block.position, i, 0) - at(exact.position, i, 0);
        EXPECT_NE(offset, 0.0F);
        for (int s = 0; s < count; ++s) {
            ASSERT_NEAR(at(block.position, i, s) - at(exact.position, i, s), offset, 1e-6);
            ASSERT_NEAR(at(block.previousPosition, i, s) - at(exact.previousPosition, i, s), offset, 1e-6);
        }
    }
}

TEST_F(DeviceErrorsTest, SensorsFollowASampleThroughItsEvolutions) {
    errors.position.memory = 0.5;
    errors.commandOffsetSpread = 0.1;
    block.evolvedPositions.resize(2);
    const SampleBlock exact = block;
    ImperfectDevice device(perfect, errors);
    const NetworkParameters other = randomParameters(network, 8);
    device.evolve(block, DrivingProtocol({0.0, 1.0}, {theta, other}));
    double y = 0.0;
    for (int s = 0; s < 100; ++s)
        for (int k = 0; k < 3; ++k) {
            y = 0.5 * y + 0.5 * (at(exact.position, 1, s) + k);
            ASSERT_NEAR(at(k == 0 ? block.position : block.evolvedPositions[k - 1], 1, s), y, 1e-5);
        }
    // What acts at every time of the protocol is what acts where it is commanded for good.
    EXPECT_EQ(perfect.protocol.getSlice(0).getValues(), device.getActing(theta).getValues());
    EXPECT_EQ(perfect.protocol.getSlice(1).getValues(), device.getActing(other).getValues());
}

TEST_F(DeviceErrorsTest, WhatRanAwayStaysUnread) {
    errors.position.memory = 0.5;
    block.position[1] = std::numeric_limits<float>::quiet_NaN();
    ImperfectDevice device(perfect, errors);
    device.setParameters(theta);
    device.measure(block);
    EXPECT_TRUE(std::isnan(block.position[1]));
    EXPECT_TRUE(std::isfinite(block.position[2]));
}

TEST_F(DeviceErrorsTest, AStateBringsBackWhatFollows) {
    errors.force.noise = 0.1;
    errors.force.memory = errors.position.memory = 0.3;
    errors.position.noise = 0.1;
    errors.drift = 0.01;
    ImperfectDevice device(perfect, errors), other(perfect, errors);
    const auto measure = [&](ImperfectDevice& which) {
        SampleBlock measured = block;
        which.setParameters(theta);
        which.measure(measured);
        measured.force.insert(measured.force.end(), measured.position.begin(), measured.position.end());
        return measured.force;
    };
    measure(device);
    const std::vector<double> state = device.getState();
    const AlignedVector<float> second = measure(device);
    EXPECT_NE(measure(other), second);
    other.setState(state);
    EXPECT_EQ(measure(other), second);
    EXPECT_THROW(other.setState({1.0}), std::invalid_argument);
}

TEST_F(DeviceErrorsTest, SaysWhichErrorMakesNoSense) {
    std::string why;
    errors.force.memory = 1.0;
    EXPECT_FALSE(errors.isValid(&why));
    EXPECT_EQ(why, "force.memory is 1; it must be in [0, 1)");
    EXPECT_THROW(ImperfectDevice(perfect, errors), std::invalid_argument);
    errors.force.memory = 0.0;
    errors.commandBits = 33;
    EXPECT_FALSE(errors.isValid(&why));
    EXPECT_NE(why.find("commandBits"), std::string::npos);
}
