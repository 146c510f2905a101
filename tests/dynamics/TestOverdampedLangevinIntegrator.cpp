#include "openmm/BrownianIntegrator.h"
#include "openmm/CustomExternalForce.h"
#include "openmm/HarmonicAngleForce.h"
#include "openmm/HarmonicBondForce.h"
#include "openmm/NonbondedForce.h"
#include "openmm/OpenMMException.h"
#include "openmm/VirtualSite.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/NoiseStreams.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include <cmath>
#include <limits>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr double temperature = 12.0, friction = 1.5, stepSize = 0.01, mass = 2.0;

class OverdampedLangevinTest : public testing::TestWithParam<TestPlatform> {
protected:
    OverdampedLangevinTest()
        : random(71), network(random.network(6, 0.5)), protocol(random.protocol(network, 3)),
          x(random.uniforms(3 * 6, -0.8, 0.8)), replicas(network, protocol, 3, mass) {}

    double tolerance(double inDouble, double inSingle) const { return GetParam().tolerance(inDouble, inSingle); }

    /** theta(t)'s gradient for the displacements of all replicas. */
    std::vector<double> gradient(double time, const std::vector<double>& state) const {
        std::vector<double> result(state.size());
        const NetworkParameters theta = protocol.evaluate(time);
        for (std::size_t start = 0; start < state.size(); start += 6)
            NetworkEnergy::gradient(network, theta.data(), &state[start], &result[start]);
        return result;
    }

    RandomNetworks random;
    OscillatorNetwork network;
    DrivingProtocol protocol;
    std::vector<double> x; // displacements at the start
    NetworkSystem replicas;
};

} // namespace

TEST_P(OverdampedLangevinTest, WithoutNoiseEverySchemeIsItsFormula) {
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews}) {
        OverdampedLangevinIntegrator integrator(0.0, friction, stepSize);
        integrator.setScheme(scheme);
        const auto context = replicas.context(integrator, GetParam(), x);
        std::vector<double> expected = x, previous;
        for (int n = 0; n < 40; ++n) { // 0.4 ps: the protocol moves
            previous = expected;
            const double scale = stepSize / (mass * friction);
            const std::vector<double> first = gradient(n * stepSize, previous);
            for (std::size_t i = 0; i < x.size(); ++i)
                expected[i] = previous[i] - scale * first[i];
            if (scheme == Scheme::StochasticHeun) {
                const std::vector<double> second = gradient((n + 1) * stepSize, expected);
                for (std::size_t i = 0; i < x.size(); ++i)
                    expected[i] = previous[i] - 0.5 * scale * (first[i] + second[i]);
            }
        }
        integrator.step(40);
        const std::vector<double> found = replicas.force->getDisplacements(*context);
        const std::vector<Vec3> velocities = velocitiesOf(*context);
        for (std::size_t i = 0; i < x.size(); ++i) {
            EXPECT_NEAR(found[i], expected[i], tolerance(1e-12, 1e-5));
            EXPECT_NEAR(velocities[i][2], (expected[i] - previous[i]) / stepSize, tolerance(1e-10, 1e-3));
        }
        EXPECT_NEAR(context->getTime(), 0.4, 1e-12);
        EXPECT_EQ(context->getStepCount(), 40);
    }
}

TEST_P(OverdampedLangevinTest, FreeParticlesMoveByTheNumbersOfTheirStreams) {
    // Particles of different masses; 0 to 2 are a replica of a flat network, the others belong to none. The last step
    // is longer, and the one that would follow is shorter again.
    const OscillatorNetwork chain = OscillatorNetwork::squareLattice(3, 1, 1);
    const std::vector<double> sizes = {0.01, 0.01, 0.03, stepSize};
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews}) {
        NetworkSystem flat(chain, DrivingProtocol(NetworkParameters(chain)), 1);
        for (double m : {1.0, 4.0, 0.25})
            flat.system.addParticle(m);
        flat.system.setParticleMass(1, 9.0);
        OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
        integrator.setScheme(scheme);
        integrator.setRandomNumberSeed(-5);
        integrator.setMobility(Vec3(0.5, 0.0, 2.0));
        integrator.setStepSchedule(StepSchedule({0.0, 0.02, 0.05}, {2, 1}));
        const auto context = createContext(flat.system, integrator, GetParam());
        context->setPositions(std::vector<Vec3>(6));
        integrator.step(3);
        EXPECT_EQ(integrator.getNoiseCounter(), 3u);
        const CounterNoise noise(integrator.getNoiseSeed());
        const NoiseStreams streams(flat.system);
        const std::vector<Vec3> found = positionsOf(*context);
        for (int particle = 0; particle < 6; ++particle)
            for (int axis = 0; axis < 3; ++axis) {
                const NoiseStreams::Address address = streams.getAddress(particle, axis);
                const double diffusion = gasConstant * temperature * integrator.getMobility()[axis] /
                                         (flat.system.getParticleMass(particle) * friction);
                const auto displacement = [&](int step) {
                    return std::sqrt(2.0 * diffusion * sizes[step]) *
                           noise.normals(step, address.stream, address.index / 4)[address.index % 4];
                };
                double expected = 0.0;
                for (int step = 0; step < 3; ++step)
                    expected += scheme == Scheme::LeimkuhlerMatthews
                                    ? 0.5 * (displacement(step) + displacement(step + 1))
                                    : displacement(step);
                EXPECT_NEAR(found[particle][axis], expected, tolerance(1e-14, 1e-6));
            }
    }
}

TEST_P(OverdampedLangevinTest, ARunDoesNotDependOnHowItIsCut) {
    const StepSchedule schedule = StepSchedule::uniform({0.0, 0.05, 0.11, 0.2}, 6);
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews})
        for (bool mixed : {false, true}) { // other forces too: no kernel may fuse the steps
            NetworkSystem both(network, protocol, 3, mass);
            if (mixed) {
                auto* bonds = new HarmonicBondForce();
                bonds->addBond(0, 7, 0.5, 3.0);
                both.system.addForce(bonds);
            }
            std::vector<Vec3> positions[2], velocities[2];
            for (int run = 0; run < 2; ++run) {
                OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
                integrator.setScheme(scheme);
                integrator.setStepSchedule(schedule);
                integrator.setRandomNumberSeed(8);
                const auto context = both.context(integrator, GetParam(), x);
                for (int steps : run == 0 ? std::vector<int>{17} : std::vector<int>{1, 4, 0, 7, 5})
                    integrator.step(steps);
                positions[run] = positionsOf(*context);
                velocities[run] = velocitiesOf(*context);
                EXPECT_EQ(context->getStepCount(), 17);
            }
            EXPECT_EQ(positions[0], positions[1]);
            EXPECT_EQ(velocities[0], velocities[1]);
        }
}

TEST_P(OverdampedLangevinTest, ScheduleArrivesAtEveryGridTime) {
    NetworkSystem refusing(network, random.protocol(network, 4, DrivingProtocol::Outside::Refuse), 3);
    const std::vector<double>& times = refusing.force->getProtocol().getTimes();
    for (Scheme scheme : {Scheme::EulerMaruyama, Scheme::StochasticHeun}) {
        OverdampedLangevinIntegrator integrator(temperature, 50.0, stepSize);
        integrator.setRandomNumberSeed(5);
        integrator.setScheme(scheme);
        integrator.setStepSchedule(StepSchedule({times[0], times[1], times[2], times[3]}, {7, 40, 9}));
        const auto context = refusing.context(integrator, GetParam(), x);
        int next = 0;
        for (int steps : {7, 40, 9}) {
            integrator.step(steps);
            EXPECT_EQ(context->getTime(), times[++next]);
        }
        // The protocol refuses what lies beyond; the Context is left as it was.
        const std::vector<Vec3> before = positionsOf(*context);
        if (scheme == Scheme::EulerMaruyama)
            context->setTime(times[3] + 1.0);
        const double time = context->getTime();
        EXPECT_ERROR(integrator.step(1), OpenMMException, "ps lies outside the grid");
        EXPECT_EQ(positionsOf(*context), before);
        EXPECT_EQ(context->getTime(), time);
        EXPECT_EQ(integrator.getNoiseCounter(), 56u);
    }
}

TEST_P(OverdampedLangevinTest, SetTimeMovesTheProtocol) {
    OverdampedLangevinIntegrator integrator(0.0, friction, stepSize);
    const auto context = replicas.context(integrator, GetParam(), x);
    integrator.step(1);
    const std::vector<double> before = replicas.force->getDisplacements(*context);
    const double time = protocol.getTimes()[1];
    context->setTime(time);
    integrator.step(1);
    const std::vector<double> after = replicas.force->getDisplacements(*context), slope = gradient(time, before);
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(after[i], before[i] - stepSize / (mass * friction) * slope[i], tolerance(1e-13, 1e-5));
    EXPECT_NEAR(context->getTime(), time + stepSize, 1e-14);
}

TEST_P(OverdampedLangevinTest, RefusesTimesAndStepNumbersThatAreNone) {
    OverdampedLangevinIntegrator integrator(0.0, friction, stepSize);
    const auto context = replicas.context(integrator, GetParam(), x);
    context->setStepCount(std::numeric_limits<long long>::max() - 1);
    EXPECT_ERROR(integrator.step(2), OpenMMException, "there are not 2 more");
    integrator.step(1);
    context->setStepCount(0);
    context->setTime(NAN);
    EXPECT_ERROR(integrator.step(1), OpenMMException, "time is nan");
}

TEST_P(OverdampedLangevinTest, WhatHasNoMobilityOrMassStays) {
    replicas.system.setParticleMass(4, 0.0);
    OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
    integrator.setRandomNumberSeed(5);
    integrator.setMobility(Vec3(0.0, 0.0, 1.0));
    const auto context = replicas.context(integrator, GetParam(), x);
    const std::vector<Vec3> before = positionsOf(*context);
    integrator.step(25);
    const std::vector<Vec3> after = positionsOf(*context);
    for (std::size_t particle = 0; particle < before.size(); ++particle) {
        EXPECT_EQ(after[particle][0], before[particle][0]);
        EXPECT_EQ(after[particle][1], before[particle][1]);
        EXPECT_EQ(after[particle][2] == before[particle][2], particle == 4);
    }
}

TEST_P(OverdampedLangevinTest, ForceGroupsThatAreNotIntegratedAreOnlyMeasured) {
    replicas.force->setForceGroup(3);
    OverdampedLangevinIntegrator integrator(0.0, friction, stepSize);
    integrator.setIntegrationForceGroups(~(1 << 3));
    const auto context = replicas.context(integrator, GetParam(), x);
    const std::vector<Vec3> before = positionsOf(*context);
    integrator.step(5);
    EXPECT_EQ(positionsOf(*context), before);
    const std::vector<double> slope = gradient(context->getTime(), x);
    const std::vector<Vec3> forces = context->getState(State::Forces, false, 1 << 3).getForces();
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(forces[i][2], -slope[i], tolerance(1e-12, 1e-4));
}

TEST_P(OverdampedLangevinTest, EqualsBrownianIntegratorWithoutNoise) {
    // A small molecule with bonds, an angle, charges and a virtual site: any System works.
    System system;
    std::vector<Vec3> positions;
    for (int i = 0; i < 8; ++i) {
        system.addParticle(i == 7 ? 0.0 : 1.0 + i);
        positions.emplace_back(random.uniform(0.0, 1.0), random.uniform(0.0, 1.0), random.uniform(0.0, 1.0));
    }
    system.setVirtualSite(7, new TwoParticleAverageSite(0, 1, 0.3, 0.7));
    auto* bonds = new HarmonicBondForce();
    auto* angles = new HarmonicAngleForce();
    auto* charges = new NonbondedForce();
    for (int i = 0; i + 1 < 7; ++i)
        bonds->addBond(i, i + 1, 0.3, 200.0);
    angles->addAngle(0, 1, 2, 1.9, 50.0);
    for (int i = 0; i < 8; ++i)
        charges->addParticle(i % 2 == 0 ? 0.1 : -0.1, 0.2, 0.1);
    for (Force* force : std::vector<Force*>{bonds, angles, charges})
        system.addForce(force);
    OverdampedLangevinIntegrator ours(0.0, 5.0, 0.001);
    BrownianIntegrator plain(0.0, 5.0, 0.001);
    std::vector<Vec3> found[2], velocities[2];
    for (int which = 0; which < 2; ++which) {
        Integrator& integrator = which == 0 ? static_cast<Integrator&>(ours) : plain;
        const auto context = createContext(system, integrator, GetParam());
        context->setPositions(positions);
        context->computeVirtualSites();
        integrator.step(50);
        found[which] = positionsOf(*context);
        velocities[which] = velocitiesOf(*context);
    }
    // OpenMM's own nonbonded forces on the CPU platform are in single precision, added up in the order in which its
    // threads come, whatever the precision of ours: two runs differ by up to 50 steps of 1e-7 of a force's
    // displacement.
    const bool isExact = GetParam().name != "CPU";
    for (int i = 0; i < 8; ++i)
        for (int axis = 0; axis < 3; ++axis) {
            EXPECT_NEAR(found[0][i][axis], found[1][i][axis], isExact ? tolerance(1e-12, 1e-5) : 1e-5);
            EXPECT_NEAR(velocities[0][i][axis], velocities[1][i][axis], isExact ? tolerance(1e-9, 1e-3) : 1e-3);
        }
    EXPECT_NEAR((found[0][7] - (found[0][0] * 0.3 + found[0][1] * 0.7)).dot(Vec3(1, 1, 1)), 0.0,
                tolerance(1e-14, 1e-6));
}

TEST_P(OverdampedLangevinTest, KineticEnergyIsThatOfTheLastDisplacement) {
    OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
    integrator.setRandomNumberSeed(5);
    const auto context = replicas.context(integrator, GetParam(), x);
    integrator.step(2);
    double expected = 0.0;
    for (const Vec3& velocity : velocitiesOf(*context))
        expected += 0.5 * mass * velocity.dot(velocity);
    EXPECT_NEAR(context->getState(State::Energy).getKineticEnergy(), expected, tolerance(1e-10, 1e-4) * expected);
}

TEST_P(OverdampedLangevinTest, SeedsDecideTheNoise) {
    const auto run = [&](int seed) {
        OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
        integrator.setRandomNumberSeed(seed);
        const auto context = replicas.context(integrator, GetParam(), x);
        integrator.step(3);
        return positionsOf(*context);
    };
    EXPECT_EQ(run(3), run(3));
    EXPECT_NE(run(3), run(4));
    EXPECT_NE(run(0), run(0)); // a fresh seed each time
}

TEST_P(OverdampedLangevinTest, RefusesWhatItCannotIntegrate) {
    OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
    EXPECT_ERROR(integrator.step(1), OpenMMException, "not bound to a Context");
    const auto context = replicas.context(integrator, GetParam(), x);
    EXPECT_ERROR(createContext(replicas.system, integrator, GetParam()), OpenMMException,
                 "belongs to another Context already");
    integrator.step(1); // still works
    EXPECT_ERROR(integrator.step(-1), OpenMMException, "found -1 steps, expected a number >= 0");
    System constrained;
    constrained.addParticle(1.0);
    constrained.addParticle(1.0);
    constrained.addConstraint(0, 1, 0.1);
    OverdampedLangevinIntegrator other(temperature, friction, stepSize);
    EXPECT_ERROR(createContext(constrained, other, GetParam()), OpenMMException,
                 "the System has 1 constraints (the first between particles 0 and 1), expected none");
    OverdampedLangevinIntegrator early(temperature, friction, stepSize);
    const auto unset = createContext(replicas.system, early, GetParam());
    EXPECT_ERROR(early.step(1), OpenMMException, "Particle positions have not been set");
}

INSTANTIATE_TEST_SUITE_P(Platforms, OverdampedLangevinTest, testing::ValuesIn(testPlatforms()), testPlatformName);

TEST(OverdampedLangevinIntegrator, RefusesBadArguments) {
    EXPECT_ERROR(OverdampedLangevinIntegrator(-1.0, 1.0, 1.0), OpenMMException,
                 "temperature is -1, expected a number >= 0 K");
    EXPECT_ERROR(OverdampedLangevinIntegrator(1.0, 0.0, 1.0), OpenMMException,
                 "friction is 0, expected a number > 0 per ps");
    EXPECT_ERROR(OverdampedLangevinIntegrator(1.0, 1.0, 0.0), OpenMMException,
                 "step size is 0, expected a number > 0 ps");
    OverdampedLangevinIntegrator integrator(1.0, 2.0, 3.0);
    EXPECT_ERROR(integrator.setTemperature(NAN), OpenMMException, "temperature is nan");
    EXPECT_ERROR(integrator.setFriction(INFINITY), OpenMMException, "friction is inf");
    EXPECT_ERROR(integrator.setStepSize(-0.1), OpenMMException, "step size is -0.1");
    EXPECT_ERROR(integrator.setMobility(Vec3(1.0, -2.0, 0.0)), OpenMMException,
                 "mobility along y is -2, expected a number >= 0");
    EXPECT_ERROR(schemeFromName("verlet"), OpenMMException,
                 "'verlet': expected one of euler-maruyama, stochastic-heun, leimkuhler-matthews");
    EXPECT_EQ(integrator.getTemperature(), 1.0);
    EXPECT_EQ(integrator.getFriction(), 2.0);
    EXPECT_EQ(integrator.getStepSize(), 3.0);
    EXPECT_EQ(integrator.getMobility(), Vec3(1.0, 1.0, 1.0));
    EXPECT_EQ(schemeFromName("leimkuhler-matthews"), Scheme::LeimkuhlerMatthews);
}
