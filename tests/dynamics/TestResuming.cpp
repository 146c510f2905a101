#include "openmm/OpenMMException.h"
#include "openmm/serialization/XmlSerializer.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include <sstream>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

/** A run of 4 steps, a save, and 6 more steps; whatever is saved must continue with the same 6 steps. */
class ResumingTest : public testing::TestWithParam<std::tuple<TestPlatform, Scheme>> {
protected:
    ResumingTest()
        : random(5), network(random.network(5, 0.7)), x(random.uniforms(4 * 5, -0.8, 0.8)),
          replicas(network, random.protocol(network, 3), 4) {
        configure(integrator);
        integrator.setRandomNumberSeed(77);
        context = replicas.context(integrator, platform(), x);
        integrator.step(4);
        context->setStepCount(0); // users do; the noise must not care
    }

    const TestPlatform& platform() const { return std::get<0>(GetParam()); }

    void configure(OverdampedLangevinIntegrator& which) const {
        which.setScheme(std::get<1>(GetParam()));
        which.setMobility(Vec3(0.0, 0.0, 1.0));
        which.setStepSchedule(StepSchedule({0.02, 0.05}, {4})); // entered and left during the run
    }

    void expectSameEnd(const Context& resumed) const {
        const State expected = context->getState(State::Positions | State::Velocities);
        const State found = resumed.getState(State::Positions | State::Velocities);
        EXPECT_EQ(found.getPositions(), expected.getPositions());
        EXPECT_EQ(found.getVelocities(), expected.getVelocities());
        EXPECT_EQ(found.getTime(), expected.getTime());
        EXPECT_EQ(found.getStepCount(), expected.getStepCount());
    }

    RandomNetworks random;
    OscillatorNetwork network;
    std::vector<double> x;
    NetworkSystem replicas;
    OverdampedLangevinIntegrator integrator{30.0, 2.0, 0.01};
    std::unique_ptr<Context> context;
};

std::string resumingName(const testing::TestParamInfo<ResumingTest::ParamType>& info) {
    const TestPlatform& platform = std::get<0>(info.param);
    static const char* schemes[] = {"Euler", "Heun", "LeimkuhlerMatthews"};
    return platform.name + "_" + platform.precision + "_" + schemes[static_cast<int>(std::get<1>(info.param))];
}

} // namespace

TEST_P(ResumingTest, ACheckpointResumesToTheBit) {
    std::stringstream checkpoint;
    context->createCheckpoint(checkpoint);
    integrator.step(6);
    OverdampedLangevinIntegrator other(30.0, 2.0, 0.01); // with a seed of its own, which the checkpoint replaces
    configure(other);
    const auto resumed = replicas.context(other, platform(), std::vector<double>(20, 0.0));
    other.step(3);
    resumed->loadCheckpoint(checkpoint);
    other.step(6);
    expectSameEnd(*resumed);
    EXPECT_EQ(other.getNoiseSeed(), integrator.getNoiseSeed());
    EXPECT_EQ(other.getNoiseCounter(), integrator.getNoiseCounter());
}

TEST_P(ResumingTest, AStateResumesToTheBitThroughXml) {
    std::stringstream xml;
    const State saved = context->getState(State::Positions | State::Velocities | State::IntegratorParameters);
    XmlSerializer::serialize(&saved, "State", xml);
    integrator.step(6);
    OverdampedLangevinIntegrator other(30.0, 2.0, 0.01);
    configure(other);
    const auto resumed = createContext(replicas.system, other, platform());
    const std::unique_ptr<State> loaded(XmlSerializer::deserialize<State>(xml));
    resumed->setState(*loaded);
    other.step(6);
    expectSameEnd(*resumed);
}

TEST_P(ResumingTest, ReinitializingPreservesTheRun) {
    std::stringstream checkpoint;
    context->createCheckpoint(checkpoint);
    integrator.step(6);
    const State expected = context->getState(State::Positions);
    context->loadCheckpoint(checkpoint);
    context->reinitialize(true);
    integrator.step(6);
    EXPECT_EQ(positionsOf(*context), expected.getPositions());
}

TEST_P(ResumingTest, ASeedSetAfterwardsBranchesTheRun) {
    std::stringstream checkpoint;
    context->createCheckpoint(checkpoint);
    integrator.step(6);
    const std::vector<Vec3> straight = positionsOf(*context);
    std::vector<Vec3> branch[2];
    for (std::vector<Vec3>& end : branch) {
        checkpoint.seekg(0);
        context->loadCheckpoint(checkpoint);
        integrator.setRandomNumberSeed(99);
        integrator.step(6);
        end = positionsOf(*context);
    }
    EXPECT_NE(branch[0], straight);
    EXPECT_EQ(branch[0], branch[1]);
}

TEST_P(ResumingTest, DamagedCheckpointsAreRefused) {
    std::stringstream checkpoint;
    context->createCheckpoint(checkpoint);
    const std::string whole = checkpoint.str();
    const std::size_t block = whole.find("OLDcheck");
    ASSERT_NE(block, std::string::npos);
    const auto load = [&](std::string text) {
        std::stringstream damaged(text);
        context->loadCheckpoint(damaged);
    };
    EXPECT_ERROR(load(whole.substr(0, whole.size() - 3)), OpenMMException, "the checkpoint ends within");
    std::string other = whole;
    other[block + 8] = 9;
    EXPECT_ERROR(load(other), OpenMMException, "found version 9, expected 1");
    other = whole;
    other[block + 12] = 40;
    EXPECT_ERROR(load(other), OpenMMException, "found a block of 40 bytes, expected 16");
    other = whole;
    other[block] = 'X';
    EXPECT_ERROR(load(other), OpenMMException, "not written by an OverdampedLangevinIntegrator");
    load(whole);
}

INSTANTIATE_TEST_SUITE_P(Platforms, ResumingTest,
                         testing::Combine(testing::ValuesIn(testPlatforms()),
                                          testing::Values(Scheme::EulerMaruyama, Scheme::StochasticHeun,
                                                          Scheme::LeimkuhlerMatthews)),
                         resumingName);
