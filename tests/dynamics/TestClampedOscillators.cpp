// Oscillators that follow given paths while the others are integrated.

#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include <algorithm>
#include <cmath>
#include <limits>

using namespace OpenMM;
using namespace OpenMMOscillators;
using Scheme = OverdampedLangevinIntegrator::Scheme;

namespace {

constexpr int oscillators = 7, replicas = 19, steps = 30;
constexpr double friction = 1.6, stepSize = 0.01;

/** Replicas of a driven random network; each clamps other oscillators, and the first none. */
class ClampedOscillatorsTest : public testing::TestWithParam<std::tuple<TestPlatform, Scheme>> {
protected:
    ClampedOscillatorsTest()
        : random(3), network(random.network(oscillators, 0.6)), protocol({0.0, 0.2}, {confining(), confining()}),
          start(random.uniforms(replicas * oscillators, -0.8, 0.8)), paths({0.0, 0.07, 0.1, 0.29}) {
        for (int r = 1; r < replicas; ++r)
            for (int i = 0; i < oscillators; ++i)
                if ((r + i) % 3 == 0)
                    paths.add(r, i, random.uniforms(4, -1.0, 1.0));
    }

    NetworkParameters confining() {
        NetworkParameters theta = random.parameters(network);
        for (int a = 0; a < theta.size(); ++a)
            theta[a] *= 0.3;
        theta.fillFamily(ParameterFamily::K6, 0.5);
        return theta;
    }
    static Scheme scheme() { return std::get<1>(GetParam()); }
    static const TestPlatform& platform() { return std::get<0>(GetParam()); }

    struct Outcome {
        std::vector<double> displacements;
        std::vector<Vec3> velocities;
    };

    /** @param extraParticle  add a particle that moves though no network force holds it: steps cannot be fused */
    Outcome run(const TestPlatform& where, double temperature, bool extraParticle,
                const std::vector<int>& parts = {steps}) {
        NetworkSystem system(network, protocol, replicas);
        if (extraParticle)
            system.system.addParticle(1.0);
        system.force->setClampedPaths(paths);
        OverdampedLangevinIntegrator integrator(temperature, friction, stepSize);
        integrator.setScheme(scheme());
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setRandomNumberSeed(4);
        const auto context = system.context(integrator, where, start);
        for (const int part : parts)
            integrator.step(part);
        return {system.force->getDisplacements(*context), velocitiesOf(*context)};
    }

    /** Without noise, in terms of NetworkEnergy alone. */
    std::vector<double> integrateByHand() const {
        std::vector<double> result;
        for (int r = 0; r < replicas; ++r) {
            std::vector<double> x(start.begin() + r * oscillators, start.begin() + (r + 1) * oscillators);
            follow(r, 0.0, x);
            for (int k = 0; k < steps; ++k) {
                const double time = k * stepSize;
                const std::vector<double> first = gradient(time, x);
                std::vector<double> end = x;
                for (int i = 0; i < oscillators; ++i)
                    end[i] -= stepSize / friction * first[i];
                follow(r, time + stepSize, end);
                if (scheme() == Scheme::StochasticHeun) {
                    const std::vector<double> second = gradient(time + stepSize, end);
                    for (int i = 0; i < oscillators; ++i)
                        end[i] = x[i] - stepSize / friction * (first[i] + second[i]) / 2;
                    follow(r, time + stepSize, end);
                }
                x = end;
            }
            result.insert(result.end(), x.begin(), x.end());
        }
        return result;
    }

    std::vector<double> gradient(double time, const std::vector<double>& x) const {
        std::vector<double> result(oscillators);
        NetworkEnergy::gradient(network, protocol.evaluate(time).data(), x.data(), result.data());
        return result;
    }

    void follow(int replica, double time, std::vector<double>& x) const {
        for (int p = 0; p < paths.getNumPaths(); ++p)
            if (paths.getPath(p).replica == replica)
                x[paths.getPath(p).oscillator] =
                    ClampedPaths::evaluate(paths.getPath(p).values.data(), paths.locate(time));
    }

    static void expectNear(const std::vector<double>& found, const std::vector<double>& expected, double tolerance) {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
            ASSERT_NEAR(found[i], expected[i], tolerance) << "displacement " << i;
    }

    RandomNetworks random;
    OscillatorNetwork network;
    DrivingProtocol protocol;
    std::vector<double> start;
    ClampedPaths paths;
};

std::string name(const testing::TestParamInfo<ClampedOscillatorsTest::ParamType>& info) {
    std::string scheme = getSchemeName(std::get<1>(info.param));
    std::replace(scheme.begin(), scheme.end(), '-', '_');
    return std::get<0>(info.param).name + "_" + std::get<0>(info.param).precision + "_" + scheme;
}

} // namespace

TEST_P(ClampedOscillatorsTest, FollowTheirPathsAndPullTheOthers) {
    const std::vector<double> expected = integrateByHand();
    for (const bool general : {false, true})
        expectNear(run(platform(), 0.0, general).displacements, expected, platform().tolerance(1e-12, 2e-5));
}

TEST_P(ClampedOscillatorsTest, LeaveTheNoiseOfTheOthersAlone) {
    const Outcome expected = run({"Reference", "double", {}}, 30.0, false);
    for (const bool general : {false, true}) {
        const Outcome found = run(platform(), 30.0, general);
        expectNear(found.displacements, expected.displacements, platform().tolerance(1e-12, 2e-5));
        for (std::size_t i = 0; i < expected.velocities.size(); ++i)
            ASSERT_NEAR(found.velocities[i][2], expected.velocities[i][2],
                        2 * platform().tolerance(1e-12, 2e-5) / stepSize);
    }
    for (int p = 0; p < paths.getNumPaths(); ++p) { // to the end of the grid, and held there
        const ClampedPaths::Path& path = paths.getPath(p);
        EXPECT_NEAR(expected.displacements[path.replica * oscillators + path.oscillator], path.values.back(), 1e-12);
    }
}

TEST_P(ClampedOscillatorsTest, ARunMayBeCutAnywhere) {
    // OpenCL keeps 48 bits of a mixed position between calls.
    expectNear(run(platform(), 30.0, false, {7, 1, 22}).displacements, run(platform(), 30.0, false).displacements,
               platform().name == "OpenCL" && platform().precision == "mixed" ? 2e-5 : 0.0);
}

TEST_P(ClampedOscillatorsTest, AreSetToWhereTheirPathsAre) {
    NetworkSystem system(network, protocol, replicas);
    system.force->setClampedPaths(paths);
    OverdampedLangevinIntegrator integrator(30.0, friction, stepSize);
    const auto context = system.context(integrator, platform(), start);
    context->setTime(0.085);
    system.force->setDisplacements(*context, start);
    const std::vector<double> found = system.force->getDisplacements(*context);
    const ClampedPaths::Path& path = paths.getPath(0);
    EXPECT_NEAR(found[path.replica * oscillators + path.oscillator], (path.values[1] + path.values[2]) / 2, 1e-7);
    EXPECT_NEAR(found[0], start[0], 1e-7); // the first replica clamps none
}

TEST_P(ClampedOscillatorsTest, AreCheckedAgainstTheSystem) {
    const auto refusal = [&](int replica, int oscillator, double mass) {
        NetworkSystem system(network, protocol, replicas, mass);
        ClampedPaths wrong({0.0});
        wrong.add(replica, oscillator, {0.0});
        system.force->setClampedPaths(wrong);
        OverdampedLangevinIntegrator integrator(30.0, friction, stepSize);
        system.context(integrator, platform(), start);
    };
    EXPECT_ERROR(refusal(replicas, 0, 1.0), OpenMMException, "oscillator 0 of replica 19, but there are 19 replicas");
    EXPECT_ERROR(refusal(0, oscillators, 1.0), OpenMMException, "oscillator 7 of replica 0, but there are");
    EXPECT_ERROR(refusal(0, 1, 0.0), OpenMMException, "whose particle has mass 0");
    NetworkSystem system(network, protocol, replicas);
    OverdampedLangevinIntegrator integrator(30.0, friction, stepSize);
    const auto context = system.context(integrator, platform(), start);
    system.force->setClampedPaths(paths);
    EXPECT_ERROR(system.force->updateParametersInContext(*context), OpenMMException, "clamped paths changed");
}

INSTANTIATE_TEST_SUITE_P(Platforms, ClampedOscillatorsTest,
                         testing::Combine(testing::ValuesIn(testPlatforms()),
                                          testing::Values(Scheme::EulerMaruyama, Scheme::StochasticHeun,
                                                          Scheme::LeimkuhlerMatthews)),
                         name);
