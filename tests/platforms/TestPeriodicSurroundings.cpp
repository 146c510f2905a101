#include "openmm/NonbondedForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"

using namespace OpenMMOscillators;
using OpenMM::NonbondedForce;
using OpenMM::State;
using OpenMM::System;
using OpenMM::Vec3;

namespace {

constexpr int oscillators = 5, replicas = 4, solvent = 300;
constexpr double box = 3.0;

/**
 * Networks among particles with a cutoff and a periodic box: for its neighbour lists OpenMM reorders particles and
 * moves them by box vectors behind the scenes. A displacement is not periodic, and nothing of this may be seen in it.
 */
class PeriodicSurroundingsTest : public testing::TestWithParam<TestPlatform> {
protected:
    PeriodicSurroundingsTest() : random(17), network(random.network(oscillators, 0.8)) {
        system.setDefaultPeriodicBoxVectors(Vec3(box, 0, 0), Vec3(0, box, 0), Vec3(0, 0, box));
        auto* nonbonded = new NonbondedForce();
        nonbonded->setNonbondedMethod(NonbondedForce::CutoffPeriodic);
        nonbonded->setCutoffDistance(0.9);
        nonbonded->setForceGroup(1);
        for (int i = 0; i < oscillators * replicas + solvent; ++i) {
            const bool isSolvent = i >= oscillators * replicas;
            system.addParticle(1.0);
            nonbonded->addParticle(0.0, 0.3, isSolvent ? 0.2 : 0.0);
            const double range = isSolvent ? 2.0 * box : 1.0; // about zero: half of all lies outside the first cell
            positions.emplace_back(random.uniform(-range, range), random.uniform(-range, range),
                                   random.uniform(-range, range));
        }
        force = new OscillatorNetworkForce(network, random.protocol(network, 3));
        force->addReplicas(replicas, 0);
        force->setForceGroup(2);
        system.addForce(force);
        system.addForce(nonbonded);
    }

    struct Outcome {
        std::vector<Vec3> forces;
        std::vector<double> displacements, energies;
    };
    /** The network force alone moves the oscillators, with noise; OpenMM orders particles anew every 250 steps. */
    Outcome run(const TestPlatform& platform) {
        OverdampedLangevinIntegrator integrator(30.0, 1.0, 0.0005);
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setIntegrationForceGroups(1 << 2);
        integrator.setRandomNumberSeed(3);
        const auto context = createContext(system, integrator, platform);
        context->setPositions(positions);
        integrator.step(5);
        context->getState(State::Forces); // also builds neighbour lists
        integrator.step(300);
        return {context->getState(State::Forces, false, 1 << 2).getForces(), force->getDisplacements(*context),
                force->getReplicaEnergies(*context)};
    }

    RandomNetworks random;
    OscillatorNetwork network;
    System system;
    std::vector<Vec3> positions;
    OscillatorNetworkForce* force;
};

} // namespace

TEST_P(PeriodicSurroundingsTest, LeaveNoTraceInDisplacements) {
    const Outcome found = run(GetParam());
    const Outcome expected = run({"Reference", "double", {}});
    const double tolerance = GetParam().tolerance(1e-9, 5e-4); // in single, positions lie up to two boxes away
    for (std::size_t i = 0; i < found.displacements.size(); ++i) {
        EXPECT_NEAR(found.displacements[i], expected.displacements[i], tolerance) << "displacement " << i;
        EXPECT_NEAR(found.forces[i][2], expected.forces[i][2], 20 * tolerance) << "particle " << i;
    }
    for (int r = 0; r < replicas; ++r)
        EXPECT_NEAR(found.energies[r], expected.energies[r], 20 * tolerance) << "replica " << r;
}

INSTANTIATE_TEST_SUITE_P(Platforms, PeriodicSurroundingsTest, testing::ValuesIn(testPlatforms()), testPlatformName);
INSTANTIATE_TEST_SUITE_P(TwoDevices, PeriodicSurroundingsTest, testing::ValuesIn(platformsWithTwoDevices()),
                         testPlatformName);
