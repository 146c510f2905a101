#include "openmm/NonbondedForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/NetworkSystem.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace OpenMMOscillators;
using OpenMM::Context;
using OpenMM::State;
using OpenMM::System;
using OpenMM::Vec3;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr double friction = 0.8, stepSize = 0.004, temperature = 60.0;

std::vector<double> masses(int count) {
    std::vector<double> result(count, 1.0);
    for (int i = 0; i < count; ++i)
        result[i] = i % 7 == 3 ? 0.0 : 1.0 + 0.1 * (i % 5); // some particles are held
    return result;
}

/** The particles of replica r, scattered: replicas do not lie one after another. */
std::vector<int> particlesOf(int replica, int oscillators, int replicas) {
    std::vector<int> particles(oscillators);
    for (int i = 0; i < oscillators; ++i)
        particles[i] = ((i * 5 + 2) % oscillators) * replicas + replica;
    return particles;
}

/** What a run leaves in the Context. */
struct Outcome {
    std::vector<double> displacements;
    std::vector<Vec3> velocities;
    double time;
    long long stepCount;
};

/**
 * Replicas of a driven random network whose oscillators have between no and many neighbours, with noise; more than 32
 * oscillators, and not a multiple of four, so that the tables of the GPU platforms have several chunks and padding.
 */
class FusedStepsTest : public testing::TestWithParam<std::tuple<TestPlatform, Scheme>> {
protected:
    static constexpr int oscillators = 37;

    FusedStepsTest() : random(5), network(random.network(oscillators - 1, 0.25)) {
        network.addOscillator(); // without neighbours
        std::vector<NetworkParameters> slices;
        for (int k = 0; k < 4; ++k) {
            NetworkParameters theta = random.parameters(network);
            for (int a = 0; a < theta.size(); ++a)
                theta[a] *= 0.2;
            theta.fillFamily(ParameterFamily::K6, 0.5); // confines
            slices.push_back(theta);
        }
        protocol = DrivingProtocol({0.0, 0.1, 0.15, 0.3}, slices);
    }

    /** @param extraParticle  add a particle that moves though no network force holds it: steps cannot be fused */
    Outcome run(const TestPlatform& platform, int replicas, int steps, bool extraParticle) {
        System system;
        for (double mass : masses(replicas * oscillators))
            system.addParticle(mass);
        if (extraParticle)
            system.addParticle(1.0);
        auto* force = new OscillatorNetworkForce(network, protocol);
        for (int r = 0; r < replicas; ++r)
            force->addReplica(particlesOf(r, oscillators, replicas));
        system.addForce(force);
        OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
        integrator.setScheme(std::get<1>(GetParam()));
        integrator.setMobility(Vec3(0, 0, 0.9));
        integrator.setRandomNumberSeed(11);
        const std::vector<double>& times = protocol.getTimes();
        integrator.setStepSchedule(StepSchedule::withMaximumStep({times[1] - 6.5 * stepSize, times[1]}, stepSize / 2));
        const auto context = createContext(system, integrator, platform);
        force->setDisplacements(*context, RandomNetworks(9).uniforms(replicas * oscillators, -1.0, 1.0));
        context->setTime(times[1] - 10.3 * stepSize); // into the schedule, over a time of the grid, out of the schedule
        integrator.step(steps);
        return {force->getDisplacements(*context), velocitiesOf(*context), context->getTime(), context->getStepCount()};
    }

    void expectSame(const Outcome& found, const Outcome& expected, double inDouble, double inMixed, double inSingle) {
        const std::string& precision = std::get<0>(GetParam()).precision;
        const double tolerance = precision == "double" ? inDouble : precision == "mixed" ? inMixed : inSingle;
        EXPECT_EQ(found.time, expected.time);
        EXPECT_EQ(found.stepCount, expected.stepCount);
        ASSERT_EQ(found.displacements.size(), expected.displacements.size());
        for (std::size_t i = 0; i < found.displacements.size(); ++i)
            ASSERT_NEAR(found.displacements[i], expected.displacements[i], tolerance) << "displacement " << i;
        for (std::size_t i = 0; i < expected.velocities.size(); ++i) // of the last step, at most of the larger size
            for (int axis = 0; axis < 3; ++axis)
                ASSERT_NEAR(found.velocities[i][axis], expected.velocities[i][axis], 20 * tolerance / stepSize)
                    << "particle " << i << ", axis " << axis;
    }

    RandomNetworks random;
    OscillatorNetwork network;
    DrivingProtocol protocol;
};

std::string name(const testing::TestParamInfo<std::tuple<TestPlatform, Scheme>>& info) {
    std::string scheme = getSchemeName(std::get<1>(info.param));
    std::replace(scheme.begin(), scheme.end(), '-', '_');
    return std::get<0>(info.param).name + "_" + std::get<0>(info.param).precision + "_" + scheme;
}

} // namespace

/**
 * Replicas enough that threads serve several of them (on a device of up to two compute units), and not a multiple of
 * that. Tolerances: forces in units of 2^-32 along the general path in double; some ten roundings of float along 40
 * steps otherwise.
 */
TEST_P(FusedStepsTest, EqualSingleStepsThroughTheForcesOfTheContext) {
    const TestPlatform& platform = std::get<0>(GetParam());
    const Outcome fused = run(platform, 101, 40, false);
    Outcome general = run(platform, 101, 40, true);
    general.velocities.pop_back();
    expectSame(fused, general, 1e-9, 2e-5, 2e-5);
}

/** The fused path knows no fixed-point forces: in double precision only roundings remain, noise included. */
TEST_P(FusedStepsTest, EqualReference) {
    const TestPlatform& platform = std::get<0>(GetParam());
    const Outcome fused = run(platform, 3, 40, false);
    const Outcome reference = run({"Reference", "double", {}}, 3, 40, false);
    expectSame(fused, reference, 1e-12, 2e-5, 2e-5);
}

INSTANTIATE_TEST_SUITE_P(Platforms, FusedStepsTest,
                         testing::Combine(testing::ValuesIn(testPlatforms()),
                                          testing::Values(Scheme::EulerMaruyama, Scheme::StochasticHeun,
                                                          Scheme::LeimkuhlerMatthews)),
                         name);
