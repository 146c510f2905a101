#include "openmm/CustomCompoundBondForce.h"
#include "openmm/CustomExternalForce.h"
#include "openmm/CustomIntegrator.h"
#include "openmm/OpenMMException.h"
#include "openmm/VerletIntegrator.h"
#include "openmm/VirtualSite.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "support/Expect.h"
#include "support/Platforms.h"
#include "support/RandomNetworks.h"
#include <cmath>

using namespace OpenMM;
using namespace OpenMMOscillators;

namespace {

constexpr int oscillators = 6, replicas = 5, spare = 4; // spare particles belong to no replica
constexpr int particleCount = oscillators * replicas + spare;

std::unique_ptr<System> makeSystem() {
    auto system = std::make_unique<System>();
    for (int i = 0; i < particleCount; ++i)
        system->addParticle(1.0);
    return system;
}

/** A random network under a random protocol on scattered particles of a System, in random positions. */
class OscillatorNetworkForceTest : public testing::TestWithParam<TestPlatform> {
protected:
    OscillatorNetworkForceTest() : random(31), network(random.network(oscillators, 0.6)) {
        for (int i = 0; i < particleCount; ++i)
            positions.emplace_back(random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0));
    }

    OscillatorNetworkForce* addForce(const DrivingProtocol& protocol, int axis = 2) {
        auto* force = new OscillatorNetworkForce(network, protocol);
        force->setDisplacementAxis(axis);
        std::vector<int> particles(particleCount);
        for (std::size_t i = 0; i < particles.size(); ++i)
            particles[i] = static_cast<int>((7 * i + 3) % particles.size()); // scattered, and none twice
        for (int r = 0; r < replicas; ++r)
            force->addReplica({particles.begin() + r * oscillators, particles.begin() + (r + 1) * oscillators});
        system->addForce(force);
        return force;
    }

    std::unique_ptr<Context> context() {
        auto result = createContext(*system, integrator, GetParam());
        result->setPositions(positions);
        return result;
    }

    State stateAt(const System& anySystem, double time, const TestPlatform& platform) {
        VerletIntegrator verlet(0.001);
        const auto anyContext = createContext(anySystem, verlet, platform);
        anyContext->setPositions(positions);
        anyContext->setTime(time);
        return anyContext->getState(State::Forces | State::Energy);
    }

    void expectNear(const std::vector<Vec3>& found, const std::vector<Vec3>& expected, double inDouble,
                    double inSingle) {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            for (int axis = 0; axis < 3; ++axis)
                EXPECT_NEAR(found[i][axis], expected[i][axis],
                            GetParam().tolerance(inDouble, inSingle) * std::max(1.0, std::abs(expected[i][axis])))
                    << "particle " << i << ", axis " << axis;
    }

    RandomNetworks random;
    OscillatorNetwork network;
    std::unique_ptr<System> system = makeSystem();
    std::vector<Vec3> positions;
    VerletIntegrator integrator{0.001};
};

/** The same energy from OpenMM's own forces, at constant parameters. */
void addPlainForces(System& system, const OscillatorNetworkForce& force, const NetworkParameters& theta) {
    const std::string axis(1, "xyz"[force.getDisplacementAxis()]);
    auto* single = new CustomExternalForce("k_lin*u^2/2 + k_duff*u^4/4 + k_6*u^6/6 + bias*u; u=" + axis);
    auto* pair = new CustomCompoundBondForce(2, "c_lin*d^2 + c_optomech*" + axis + "1^2*" + axis +
                                                    "2 + c_duff*d^4/4; d=" + axis + "1-" + axis + "2");
    for (ParameterFamily family : allParameterFamilies) {
        if (isEdgeFamily(family))
            pair->addPerBondParameter(getParameterFamilyName(family));
        else
            single->addPerParticleParameter(getParameterFamilyName(family));
    }
    for (int r = 0; r < force.getNumReplicas(); ++r) {
        const std::vector<int>& particles = force.getReplicaParticles(r);
        for (int i = 0; i < force.getNetwork().getNumOscillators(); ++i)
            single->addParticle(particles[i],
                                {theta.get(ParameterFamily::KLin, i), theta.get(ParameterFamily::KDuff, i),
                                 theta.get(ParameterFamily::K6, i), theta.get(ParameterFamily::Bias, i)});
        for (int e = 0; e < force.getNetwork().getNumEdges(); ++e) {
            const auto [i, j] = force.getNetwork().getEdges()[e];
            pair->addBond({particles[i], particles[j]},
                          {theta.get(ParameterFamily::CLin, e), theta.get(ParameterFamily::COptomech, e),
                           theta.get(ParameterFamily::CDuff, e)});
        }
    }
    system.addForce(single);
    system.addForce(pair);
}

} // namespace

TEST_P(OscillatorNetworkForceTest, EqualsPlainOpenMMForcesAtEveryTime) {
    for (int axis = 0; axis < 3; ++axis) {
        const DrivingProtocol protocol = random.protocol(network, 4);
        for (double time : {0.0, 0.37 * protocol.getTimes().back(), protocol.getTimes()[2], 99.0}) {
            const auto ourSystem = makeSystem(), plainSystem = makeSystem();
            auto* force = new OscillatorNetworkForce(network, protocol);
            force->setDisplacementAxis(axis);
            force->addReplicas(replicas, spare);
            ourSystem->addForce(force);
            addPlainForces(*plainSystem, *force, protocol.evaluate(time));
            const State ours = stateAt(*ourSystem, time, GetParam());
            // Elsewhere OpenMM keeps the parameters of custom forces in single precision.
            const State plain = stateAt(*plainSystem, time, {"Reference", "double", {}});
            expectNear(ours.getForces(), plain.getForces(), 1e-10, 2e-5);
            EXPECT_NEAR(ours.getPotentialEnergy(), plain.getPotentialEnergy(), GetParam().tolerance(1e-10, 2e-4));
        }
    }
}

TEST_P(OscillatorNetworkForceTest, ForceIsMinusTheDerivativeOfTheEnergy) {
    addForce(random.protocol(network, 3));
    const auto context = this->context();
    context->setTime(0.8);
    const std::vector<Vec3> forces = context->getState(State::Forces).getForces();
    // One derivative along a random direction in the space of all coordinates, by central differences.
    std::vector<Vec3> direction;
    double expected = 0.0;
    for (const Vec3& force : forces) {
        direction.emplace_back(random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0), random.uniform(-1.0, 1.0));
        expected += force.dot(direction.back());
    }
    const double h = GetParam().tolerance(1e-5, 1e-2);
    double energy[2];
    for (int side = 0; side < 2; ++side) {
        std::vector<Vec3> moved = positions;
        for (std::size_t i = 0; i < moved.size(); ++i)
            moved[i] += direction[i] * (side == 0 ? -h : h);
        context->setPositions(moved);
        energy[side] = context->getState(State::Energy).getPotentialEnergy();
    }
    EXPECT_NEAR((energy[0] - energy[1]) / (2 * h), expected,
                GetParam().tolerance(1e-6, 1e-2) * std::max(1.0, std::abs(expected)));
}

TEST_P(OscillatorNetworkForceTest, ReplicaEnergiesAddUp) {
    const DrivingProtocol protocol = random.protocol(network, 3);
    OscillatorNetworkForce* force = addForce(protocol);
    const auto context = this->context();
    context->setTime(0.3);
    const std::vector<double> energies = force->getReplicaEnergies(*context);
    ASSERT_EQ(energies.size(), static_cast<std::size_t>(replicas));
    double sum = 0.0;
    for (int r = 0; r < replicas; ++r) {
        std::vector<double> x;
        for (int particle : force->getReplicaParticles(r))
            x.push_back(positions[particle][2]);
        const double expected = NetworkEnergy::energy(network, protocol.evaluate(0.3).data(), x.data());
        EXPECT_NEAR(energies[r], expected, GetParam().tolerance(1e-12, 1e-4));
        sum += energies[r];
    }
    EXPECT_NEAR(context->getState(State::Energy).getPotentialEnergy(), sum, GetParam().tolerance(1e-11, 1e-4));
}

TEST_P(OscillatorNetworkForceTest, ActsInItsForceGroupOnly) {
    addForce(random.protocol(network, 2))->setForceGroup(5);
    const auto context = this->context();
    const State other = context->getState(State::Forces | State::Energy, false, ~(1 << 5));
    EXPECT_EQ(other.getPotentialEnergy(), 0.0);
    for (const Vec3& force : other.getForces())
        EXPECT_EQ(force, Vec3());
    EXPECT_NE(context->getState(State::Energy, false, 1 << 5).getPotentialEnergy(), 0.0);
}

TEST_P(OscillatorNetworkForceTest, ForcesOfTheSameParticlesAdd) {
    const DrivingProtocol first = random.protocol(network, 2), second = random.protocol(network, 3);
    addForce(first);
    addForce(second)->setForceGroup(1);
    addForce(second, 0)->setForceGroup(2); // another axis of the same particles
    const auto context = this->context();
    std::vector<Vec3> sum(positions.size());
    for (int group = 0; group < 3; ++group) {
        const std::vector<Vec3> part = context->getState(State::Forces, false, 1 << group).getForces();
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += part[i];
    }
    expectNear(context->getState(State::Forces).getForces(), sum, 1e-12, 2e-5);
}

TEST_P(OscillatorNetworkForceTest, UpdatesReachTheContextAndOnlyWhenAsked) {
    OscillatorNetworkForce* force = addForce(random.protocol(network, 4));
    const auto context = this->context();
    context->setTime(0.6);
    const auto expectProtocol = [&](const DrivingProtocol& protocol) {
        const auto expected = makeSystem();
        auto* fresh = new OscillatorNetworkForce(*force);
        fresh->setProtocol(protocol);
        expected->addForce(fresh);
        VerletIntegrator verlet(0.001);
        const auto other = createContext(*expected, verlet, GetParam());
        other->setPositions(positions);
        other->setTime(0.6);
        expectNear(context->getState(State::Forces).getForces(), other->getState(State::Forces).getForces(), 0.0, 0.0);
    };
    const DrivingProtocol before = force->getProtocol();
    force->setProtocolParameter(0, 3, 2.5);
    force->setProtocolParameter(1, network.getNumParameters() - 1, -1.25);
    expectProtocol(before);
    force->updateParametersInContext(*context);
    expectProtocol(force->getProtocol());
    force->setProtocolSlice(1, random.parameters(network));
    force->updateParametersInContext(*context);
    expectProtocol(force->getProtocol());
    force->setProtocol(random.protocol(network, 7)); // another grid
    force->updateParametersInContext(*context);
    expectProtocol(force->getProtocol());
    force->updateParametersInContext(*context); // nothing to do
    expectProtocol(force->getProtocol());
}

TEST_P(OscillatorNetworkForceTest, EveryContextGetsItsUpdate) {
    OscillatorNetworkForce* force = addForce(random.protocol(network, 2));
    VerletIntegrator otherIntegrator(0.001);
    const auto first = context();
    const auto second = createContext(*system, otherIntegrator, GetParam());
    second->setPositions(positions);
    const double before = second->getState(State::Energy).getPotentialEnergy();
    force->setProtocolParameter(0, 0, 3.0);
    force->updateParametersInContext(*first);
    EXPECT_EQ(second->getState(State::Energy).getPotentialEnergy(), before);
    force->updateParametersInContext(*second);
    EXPECT_NE(first->getState(State::Energy).getPotentialEnergy(), before);
    EXPECT_EQ(second->getState(State::Energy).getPotentialEnergy(),
              first->getState(State::Energy).getPotentialEnergy());
}

TEST_P(OscillatorNetworkForceTest, RefusedTimeIsNamed) {
    addForce(random.protocol(network, 2, DrivingProtocol::Outside::Refuse));
    const auto context = this->context();
    context->getState(State::Energy);
    context->setTime(-0.5);
    EXPECT_ERROR(context->getState(State::Energy), OpenMMException, "time -0.5");
    context->setTime(0.0);
    context->getState(State::Energy);
}

TEST_P(OscillatorNetworkForceTest, IntegratorsThatKeepForcesSeeTheTimePass) {
    // The positions never change here, so that nothing but the time tells the integrator to compute forces anew.
    const DrivingProtocol protocol = random.protocol(network, 3);
    OscillatorNetworkForce* force = addForce(protocol);
    CustomIntegrator forceReader(0.1);
    forceReader.addUpdateContextState();
    forceReader.addComputePerDof("v", "f");
    const auto context = createContext(*system, forceReader, GetParam());
    context->setPositions(positions);
    for (int n = 0; n < 4; ++n) {
        const NetworkParameters theta = protocol.evaluate(context->getTime());
        forceReader.step(1);
        const std::vector<Vec3> read = context->getState(State::Velocities).getVelocities();
        std::vector<double> x, gradient(oscillators);
        for (int particle : force->getReplicaParticles(2))
            x.push_back(positions[particle][2]);
        NetworkEnergy::gradient(network, theta.data(), x.data(), gradient.data());
        for (int i = 0; i < oscillators; ++i)
            EXPECT_NEAR(read[force->getReplicaParticles(2)[i]][2], -gradient[i], GetParam().tolerance(1e-12, 1e-4));
        if (n == 2)
            context->setTime(1.3);
    }
}

TEST_P(OscillatorNetworkForceTest, DisplacementsGoInAndOut) {
    OscillatorNetworkForce* force = addForce(random.protocol(network, 2), 1);
    const std::vector<double> x = random.uniforms(oscillators * replicas, -2.0, 2.0);
    const double tolerance = GetParam().tolerance(0.0, 1e-6);
    const auto placed = context();
    force->setDisplacements(*placed, x); // positions were set: the other coordinates stay
    const std::vector<Vec3> moved = placed->getState(State::Positions).getPositions();
    const std::vector<double> found = force->getDisplacements(*placed);
    for (int r = 0; r < replicas; ++r)
        for (int i = 0; i < oscillators; ++i) {
            const int particle = force->getReplicaParticles(r)[i];
            EXPECT_NEAR(moved[particle][0], positions[particle][0], tolerance);
            EXPECT_NEAR(moved[particle][1], x[r * oscillators + i], tolerance);
            EXPECT_NEAR(moved[particle][2], positions[particle][2], tolerance);
            EXPECT_NEAR(found[r * oscillators + i], x[r * oscillators + i], tolerance);
        }
    VerletIntegrator otherIntegrator(0.001);
    const auto fresh = createContext(*system, otherIntegrator, GetParam());
    force->setDisplacements(*fresh, x); // no positions yet: the oscillators go to their sites
    const std::vector<Vec3> onSites = fresh->getState(State::Positions).getPositions();
    const std::vector<Vec3> rest = force->getRestPositions(particleCount);
    double siteX, siteY;
    network.getOscillatorSite(2, siteX, siteY);
    const int particle = force->getReplicaParticles(1)[2];
    EXPECT_EQ(rest[particle], Vec3(siteX, 0.0, siteY));
    EXPECT_NEAR(onSites[particle][0], siteX, tolerance);
    EXPECT_NEAR(onSites[particle][1], x[oscillators + 2], tolerance);
    EXPECT_NEAR(onSites[particle][2], siteY, tolerance);
    EXPECT_ERROR(force->setDisplacements(*fresh, {1.0}), OpenMMException,
                 "found 1 values, expected 30 (5 replicas of 6");
    std::vector<double> broken = x;
    broken[4] = NAN;
    EXPECT_ERROR(force->setDisplacements(*fresh, broken), OpenMMException, "value 4 is nan");
    EXPECT_ERROR(force->getRestPositions(20), OpenMMException, "there are 20 particles");
}

TEST_P(OscillatorNetworkForceTest, RefusesASystemItDoesNotFit) {
    const DrivingProtocol protocol = random.protocol(network, 2);
    const auto expectRefused = [&](OscillatorNetworkForce* force, const std::string& message) {
        const auto refused = makeSystem(); // of 34 particles
        refused->setParticleMass(33, 0.0);
        refused->setVirtualSite(33, new TwoParticleAverageSite(31, 32, 0.5, 0.5));
        refused->addForce(force);
        VerletIntegrator verlet(0.001);
        EXPECT_ERROR(createContext(*refused, verlet, GetParam()), OpenMMException, message);
    };
    auto* none = new OscillatorNetworkForce(network, protocol);
    expectRefused(none, "there are no replicas");
    auto* onSite = new OscillatorNetworkForce(network, protocol);
    onSite->addReplicas(1, 28);
    expectRefused(onSite, "replica 0 uses particle 33, which is a virtual site");
    auto* outside = new OscillatorNetworkForce(network, protocol);
    outside->addReplica({0, 1, 2, 3, 4, 77});
    expectRefused(outside, "replica 0 uses particle 77, but the System has 34 particles");
    auto* twice = new OscillatorNetworkForce(network, protocol);
    twice->addReplicas(1, 0);
    twice->addReplica({8, 7, 6, 5, 10, 11});
    expectRefused(twice, "replica 1 uses particle 5, which replica 0 uses already");
}

TEST_P(OscillatorNetworkForceTest, ArrangementsChangeWithANewContextOnly) {
    OscillatorNetworkForce* force = addForce(random.protocol(network, 2));
    const auto context = this->context();
    force->setDisplacementAxis(0);
    EXPECT_ERROR(force->updateParametersInContext(*context), OpenMMException, "call Context::reinitialize()");
    context->reinitialize(true);
    force->updateParametersInContext(*context);
    const std::vector<Vec3> forces = context->getState(State::Forces).getForces();
    for (const Vec3& f : forces)
        EXPECT_EQ(f[2], 0.0);
}

INSTANTIATE_TEST_SUITE_P(Platforms, OscillatorNetworkForceTest, testing::ValuesIn(testPlatforms()), testPlatformName);

TEST(OscillatorNetworkForce, RefusesBadArguments) {
    RandomNetworks random(5);
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(2, 1, 1); // N = 2, E = 1, P = 11
    const DrivingProtocol protocol = random.protocol(network, 2);
    OscillatorNetworkForce force(network, protocol);
    EXPECT_ERROR(OscillatorNetworkForce(OscillatorNetwork(), DrivingProtocol()), OpenMMException, "no oscillators");
    EXPECT_ERROR(OscillatorNetworkForce(OscillatorNetwork::squareLattice(3, 1, 1), protocol), OpenMMException,
                 "the protocol belongs to 2 oscillators and 1 edges, the network has 3 and 2");
    EXPECT_ERROR(force.setProtocol(random.protocol(OscillatorNetwork::squareLattice(3, 1, 1), 2)), OpenMMException,
                 "setProtocol: the protocol belongs to 3");
    NetworkParameters unbounded = random.parameters(network);
    unbounded.set(ParameterFamily::K6, 1, -0.25);
    EXPECT_ERROR(OscillatorNetworkForce(network, DrivingProtocol(unbounded)), OpenMMException,
                 "k_6 of oscillator 1 in slice 0 is -0.25, expected a number >= 0");
    EXPECT_ERROR(force.setProtocolSlice(1, unbounded), OpenMMException, "k_6 of oscillator 1 in slice 1");
    EXPECT_ERROR(force.setProtocolParameter(1, 5, -1e-3), OpenMMException, "k_6 of oscillator 1 in slice 1 is -0.001");
    EXPECT_ERROR(force.setProtocolParameter(1, 11, 0.0), OpenMMException, "parameter 11 does not exist");
    EXPECT_ERROR(force.setProtocolParameter(2, 0, 0.0), OpenMMException, "slice 2 does not exist");
    EXPECT_ERROR(force.setProtocolParameter(0, 0, NAN), OpenMMException, "value is nan");
    EXPECT_ERROR(force.setProtocolSlice(2, protocol.getSlice(0)), OpenMMException, "slice 2 does not exist");
    EXPECT_ERROR(force.addReplica({0, 1, 2}), OpenMMException,
                 "addReplica: found 3 particles, expected one for each of the 2 oscillators");
    EXPECT_ERROR(force.addReplica({4, 4}), OpenMMException, "particle 4 is listed twice");
    EXPECT_ERROR(force.addReplica({0, -1}), OpenMMException, "found particle -1, expected an index >= 0");
    EXPECT_ERROR(force.addReplicas(0, 0), OpenMMException, "found count 0");
    EXPECT_ERROR(force.addReplicas(2000000000, 5), OpenMMException, "beyond the largest index");
    EXPECT_ERROR(force.getReplicaParticles(0), OpenMMException, "replica 0 does not exist: the force has 0");
    EXPECT_ERROR(force.setDisplacementAxis(3), OpenMMException, "found axis 3, expected 0, 1 or 2");
    EXPECT_EQ(force.addReplicas(3, 4), 0);
    EXPECT_EQ(force.getReplicaParticles(2), (std::vector<int>{8, 9}));
    force.setReplicaParticles(1, {1, 0});
    EXPECT_EQ(force.getReplicaParticles(1), (std::vector<int>{1, 0}));
    EXPECT_FALSE(force.usesPeriodicBoundaryConditions());
}
