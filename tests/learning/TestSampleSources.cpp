// Where samples come from: data noised in memory, measured arrays, parts of other sources.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/MemorySource.h"
#include "openmmoscillators/learning/SampleRange.h"
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <utility>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

NoisedDataSource makeSource(std::size_t samples = 50) {
    NoisedDataSource source(triangle(), NoisingProcess(1.0, 0.1), {0.1, 0.5, 2.0}, clusters(3, 20, 1), samples, 9);
    source.setProtocol(DrivingProtocol({0.0, 2.0}, {randomParameters(triangle(), 1), randomParameters(triangle(), 2)}));
    return source;
}

} // namespace

TEST(NoisedDataSource, ForcesAreThoseOfTheProtocolAtTheTime) {
    const NoisedDataSource source = makeSource();
    SampleBlock block;
    source.read(1, 5, 30, block);
    ASSERT_EQ(block.count, 30u);
    const NetworkParameters theta = source.getProtocol().evaluate(0.5);
    for (std::size_t s = 0; s < block.count; ++s) {
        double x[3], gradient[3];
        for (int i = 0; i < 3; ++i)
            x[i] = block.position[i * block.stride + s];
        NetworkEnergy::gradient(triangle(), theta.data(), x, gradient);
        for (int i = 0; i < 3; ++i)
            EXPECT_NEAR(block.force[i * block.stride + s], -gradient[i], 1e-5 * (1.0 + std::abs(gradient[i])));
    }
}

TEST(NoisedDataSource, SamplesGoThroughTheDataInTurn) {
    const NoisedDataSource source = makeSource();
    SampleBlock block;
    source.read(0, 18, 4, block); // data 18, 19, 0, 1
    for (int s = 0; s < 4; ++s)
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(block.initialPosition[i * block.stride + s], source.getData()[(18 + s) % 20 * 3 + i]);
}

TEST(NoisedDataSource, ASampleDoesNotDependOnHowItIsRead) {
    const NoisedDataSource source = makeSource();
    SampleBlock whole, part;
    source.read(2, 0, 50, whole);
    source.read(2, 33, 9, part);
    for (int s = 0; s < 9; ++s)
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(whole.position[i * whole.stride + 33 + s], part.position[i * part.stride + s]);
            EXPECT_EQ(whole.force[i * whole.stride + 33 + s], part.force[i * part.stride + s]);
        }
}

TEST(NoisedDataSource, MotionDoesNotDependOnHowItIsRead) {
    for (const Motion motion : {Motion::FreeEvolution, Motion::NoisingStep}) {
        NoisedDataSource source = makeSource();
        source.showMotion(motion, 0.1, 3);
        SampleBlock whole, part;
        source.read(2, 0, 50, whole);
        source.read(2, 33, 9, part);
        ASSERT_EQ(whole.evolvedPositions.size(), motion == Motion::FreeEvolution ? 3u : 0u);
        std::vector<std::pair<const AlignedVector<float>*, const AlignedVector<float>*>> pairs;
        for (std::size_t m = 0; m < whole.evolvedPositions.size(); ++m)
            pairs.emplace_back(&whole.evolvedPositions[m], &part.evolvedPositions[m]);
        if (motion == Motion::NoisingStep)
            pairs.emplace_back(&whole.previousPosition, &part.previousPosition);
        for (const auto& [all, some] : pairs)
            for (int s = 0; s < 9; ++s)
                for (int i = 0; i < 3; ++i)
                    EXPECT_EQ((*all)[i * whole.stride + 33 + s], (*some)[i * part.stride + s]);
    }
}

TEST(NoisedDataSource, RefusesBadInput) {
    const NoisingProcess process;
    const std::vector<double> data = clusters(3, 2, 1);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {}, data), std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {0.5, 0.5}, data), std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {0.0, 0.5}, data), std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {0.5}, {}), std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {0.5}, {1.0, 2.0}), std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(triangle(), process, {0.5}, {1.0, 2.0, std::numeric_limits<double>::infinity()}),
                 std::invalid_argument);
    EXPECT_THROW(NoisedDataSource(OscillatorNetwork(), process, {0.5}, data), std::invalid_argument);
    NoisedDataSource source = makeSource();
    EXPECT_THROW(source.setProtocol(DrivingProtocol(NetworkParameters(OscillatorNetwork::squareLattice(2, 2, 1)))),
                 std::invalid_argument);
    SampleBlock block;
    EXPECT_THROW(source.read(3, 0, 1, block), std::out_of_range);
    EXPECT_THROW(source.read(0, 45, 6, block), std::out_of_range);
}

TEST(MemorySource, GivesBackWhatWasAdded) {
    MemorySource source{DrivingProtocol(NetworkParameters(triangle()))};
    EXPECT_FALSE(source.provides(Signal::InitialPosition));
    source.setInitialPositions({1, 2, 3, 4, 5, 6});
    source.addTime(0.5, {10, 20, 30, 40, 50, 60}, {-1, -2, -3, -4, -5, -6});
    EXPECT_TRUE(source.provides(Signal::InitialPosition));
    SampleBlock block;
    source.read(0, 1, 1, block);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(block.initialPosition[i * block.stride], 4 + i);
        EXPECT_EQ(block.position[i * block.stride], 40 + 10 * i);
        EXPECT_EQ(block.force[i * block.stride], -4 - i);
    }
}

TEST(MemorySource, RefusesBadInput) {
    MemorySource source{DrivingProtocol(NetworkParameters(triangle()))};
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(MemorySource{DrivingProtocol()}, std::invalid_argument);
    EXPECT_THROW(source.addTime(0.5, {1, 2}, {1, 2}), std::invalid_argument);
    EXPECT_THROW(source.addTime(0.5, {1, 2, 3}, {1, 2}), std::invalid_argument);
    EXPECT_THROW(source.addTime(0.5, {1, 2, nan}, {1, 2, 3}), std::invalid_argument);
    EXPECT_THROW(source.addTime(0.0, {1, 2, 3}, {1, 2, 3}), std::invalid_argument);
    source.addTime(0.5, {1, 2, 3}, {1, 2, 3});
    EXPECT_THROW(source.addTime(0.5, {1, 2, 3}, {1, 2, 3}), std::invalid_argument);
    EXPECT_THROW(source.addTime(0.6, {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}), std::invalid_argument);
    EXPECT_THROW(source.setInitialPositions({1, 2, 3}), std::invalid_argument);
    EXPECT_EQ(source.getTimes().size(), 1u);
    EXPECT_THROW(source.addEvolution(0.0, {1, 2, 3}), std::invalid_argument);
    EXPECT_THROW(source.addEvolution(0.1, {1, 2}), std::invalid_argument);
    EXPECT_THROW(source.setPrevious(0.1, {1, 2, nan}), std::invalid_argument);
    source.addEvolution(0.1, {1, 2, 3});
    EXPECT_THROW(source.addEvolution(0.2, {1, 2, 3}), std::invalid_argument); // another interval
    EXPECT_TRUE(source.provides(Signal::EvolvedPosition));
    EXPECT_FALSE(source.provides(Signal::PreviousPosition));
    MemorySource empty{DrivingProtocol(NetworkParameters(triangle()))};
    EXPECT_THROW(empty.addEvolution(0.1, {1, 2, 3}), std::invalid_argument); // of no time
}

TEST(SampleRange, ReadsItsPart) {
    const NoisedDataSource source = makeSource();
    const SampleRange part(source, 40, 10);
    EXPECT_EQ(part.getNumSamples(), 10u);
    SampleBlock expected, found;
    source.read(1, 43, 5, expected);
    part.read(1, 3, 5, found);
    EXPECT_EQ(expected.position, found.position);
    EXPECT_THROW(part.read(1, 8, 5, found), std::out_of_range);
    EXPECT_THROW(SampleRange(source, 45, 6), std::out_of_range);
    EXPECT_THROW(SampleRange(source, 0, 0), std::out_of_range);
}
