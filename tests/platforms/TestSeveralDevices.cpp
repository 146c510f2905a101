#include "openmm/HarmonicBondForce.h"
#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"

using namespace OpenMMOscillators;
using OpenMM::Context;
using OpenMM::State;
using OpenMM::Vec3;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr int oscillators = 6, replicas = 5; // an odd number, to be shared by two

struct Outcome {
    std::vector<double> displacements, replicaEnergies;
    std::vector<Vec3> forces;
    double energy;
};

Outcome outcomeOf(Context& context, OscillatorNetworkForce& force) {
    const State state = context.getState(State::Forces | State::Energy);
    return {force.getDisplacements(context), force.getReplicaEnergies(context), state.getForces(),
            state.getPotentialEnergy()};
}

void expectEqual(const Outcome& found, const Outcome& expected) {
    for (std::size_t i = 0; i < expected.displacements.size(); ++i) {
        EXPECT_NEAR(found.displacements[i], expected.displacements[i], 1e-9) << "displacement " << i;
        EXPECT_NEAR(found.forces[i][2], expected.forces[i][2], 1e-8) << "particle " << i;
    }
    for (int r = 0; r < replicas; ++r)
        EXPECT_NEAR(found.replicaEnergies[r], expected.replicaEnergies[r], 1e-8) << "replica " << r;
    EXPECT_NEAR(found.energy, expected.energy, 1e-8);
}

/** Forces are shared by the devices; fused steps are the first one's. */
class SeveralDevicesTest : public testing::TestWithParam<TestPlatform> {
protected:
    SeveralDevicesTest()
        : network(random.network(oscillators, 0.6)), made(network, random.protocol(network, 3), replicas),
          start(random.uniforms(oscillators * replicas, -1.0, 1.0)), integrator(30.0, 1.0, 0.002) {
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setRandomNumberSeed(2);
    }

    /** Of another force, so that steps go through the forces of the Context. */
    void addBond() {
        auto* bond = new OpenMM::HarmonicBondForce();
        bond->addBond(0, oscillators, 1.0, 3.0);
        made.system.addForce(bond);
    }

    Outcome run(const TestPlatform& platform, Scheme scheme) {
        OverdampedLangevinIntegrator own(integrator);
        own.setScheme(scheme);
        const auto context = made.context(own, platform, start);
        own.step(20);
        return outcomeOf(*context, *made.force);
    }

    /** The run on the tested platform is that on Reference. */
    void expectReference() {
        for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun})
            expectEqual(run(GetParam(), scheme), run({"Reference", "double", {}}, scheme));
    }

    RandomNetworks random{23};
    OscillatorNetwork network;
    NetworkSystem made;
    std::vector<double> start;
    OverdampedLangevinIntegrator integrator;
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SeveralDevicesTest); // no platform that can use them was built

} // namespace

TEST_P(SeveralDevicesTest, FusedStepsEqualReference) {
    expectReference();
}

TEST_P(SeveralDevicesTest, StepsThroughForcesEqualReference) {
    addBond();
    expectReference();
}

TEST_P(SeveralDevicesTest, AllGetAChangedProtocol) {
    OverdampedLangevinIntegrator other(integrator);
    const auto context = made.context(integrator, GetParam(), start);
    context->getState(State::Forces);
    made.force->setProtocol(random.protocol(network, 3));
    made.force->updateParametersInContext(*context);
    const Outcome found = outcomeOf(*context, *made.force);
    const auto reference = made.context(other, {"Reference", "double", {}}, start);
    expectEqual(found, outcomeOf(*reference, *made.force));
}

TEST_P(SeveralDevicesTest, ATimeThatTheProtocolRefusesIsReportedOnce) {
    DrivingProtocol protocol = made.force->getProtocol();
    protocol.setOutside(DrivingProtocol::Outside::Refuse);
    made.force->setProtocol(protocol);
    const auto context = made.context(integrator, GetParam(), start);
    const Outcome before = outcomeOf(*context, *made.force);
    context->setTime(protocol.getTimes().back() + 1.0);
    EXPECT_THROW(context->getState(State::Forces), OpenMM::OpenMMException);
    context->setTime(0.0);
    expectEqual(outcomeOf(*context, *made.force), before);
}

INSTANTIATE_TEST_SUITE_P(Platforms, SeveralDevicesTest, testing::ValuesIn(platformsWithTwoDevices()), testPlatformName);
