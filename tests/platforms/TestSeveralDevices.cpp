#include "openmm/HarmonicBondForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"

using namespace OpenMMOscillators;
using OpenMM::State;
using OpenMM::Vec3;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr int oscillators = 6, replicas = 4;

struct Outcome {
    std::vector<double> displacements;
    std::vector<Vec3> forces;
    double energy;
};

Outcome run(const TestPlatform& platform, Scheme scheme, bool withBond) {
    RandomNetworks random(23);
    const OscillatorNetwork network = random.network(oscillators, 0.6);
    NetworkSystem made(network, random.protocol(network, 3), replicas);
    if (withBond) {
        auto* bond = new OpenMM::HarmonicBondForce();
        bond->addBond(0, oscillators, 1.0, 3.0);
        made.system.addForce(bond);
    }
    OverdampedLangevinIntegrator integrator(30.0, 1.0, 0.002);
    integrator.setScheme(scheme);
    integrator.setMobility(Vec3(0, 0, 1));
    integrator.setRandomNumberSeed(2);
    const auto context = made.context(integrator, platform, random.uniforms(oscillators * replicas, -1.0, 1.0));
    integrator.step(20);
    const State state = context->getState(State::Forces | State::Energy);
    return {made.force->getDisplacements(*context), state.getForces(), state.getPotentialEnergy()};
}

} // namespace

/** The same device twice is what a machine with one has; OpenMM treats it as two, each with a thread of its own. */
TEST(SeveralDevices, ShareOtherForcesButNotTheNetwork) {
    int platforms = 0;
    for (TestPlatform platform : testPlatforms()) {
        if (!platform.hasFixedPointForces() || platform.precision != "double")
            continue;
        ++platforms;
        platform.properties["DeviceIndex"] = "0,0";
        for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun})
            for (bool withBond : {false, true}) {
                const Outcome found = run(platform, scheme, withBond);
                const Outcome expected = run({"Reference", "double", {}}, scheme, withBond);
                for (std::size_t i = 0; i < expected.displacements.size(); ++i) {
                    EXPECT_NEAR(found.displacements[i], expected.displacements[i], 1e-9) << "displacement " << i;
                    EXPECT_NEAR(found.forces[i][2], expected.forces[i][2], 1e-8) << "particle " << i;
                }
                EXPECT_NEAR(found.energy, expected.energy, 1e-8);
            }
    }
    if (platforms == 0)
        GTEST_SKIP() << "no platform that can use several devices was built";
}
