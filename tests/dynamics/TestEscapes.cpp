#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include <cmath>

using namespace OpenMM;
using namespace OpenMMOscillators;

namespace {

/** Four replicas of three oscillators without couplings at temperature 0, of which oscillator 1 of replica 2 runs away.
 */
class EscapesTest : public testing::TestWithParam<TestPlatform> {
protected:
    static constexpr int runaway = 2 * 3 + 1;

    void start(double kLin, double k6, double ofRunaway, double ofOthers, const Vec3& mobility = Vec3(0.0, 0.0, 1.0)) {
        const OscillatorNetwork network = OscillatorNetwork::squareLattice(3, 1, 0);
        NetworkParameters theta(network);
        theta.fillFamily(ParameterFamily::KLin, kLin);
        theta.fillFamily(ParameterFamily::K6, k6);
        replicas = std::make_unique<NetworkSystem>(network, DrivingProtocol(theta), 4);
        integrator.setMobility(mobility);
        std::vector<double> displacements(12, ofOthers);
        displacements[runaway] = ofRunaway;
        context = replicas->context(integrator, GetParam(), displacements);
    }
    std::string escape(int steps) {
        try {
            integrator.step(steps);
        } catch (const OpenMMException& error) {
            return error.what();
        }
        return "nothing escaped";
    }
    void expectText(const std::string& found, const std::string& expected) const {
        EXPECT_NE(found.find(expected), std::string::npos) << "found: " << found << "\nexpected: " << expected;
    }

    OverdampedLangevinIntegrator integrator{0.0, 1.0, 0.05};
    std::unique_ptr<NetworkSystem> replicas;
    std::unique_ptr<Context> context;
};

} // namespace

TEST_P(EscapesTest, AStepThatIsTooLongIsNamed) {
    start(1.0, 1.0, 3.0, 0.1); // the curvature 1 + 5 x^4 is stable below 2 / 0.05
    const std::string message = escape(20);
    expectText(message, "OverdampedLangevinIntegrator::step: replica 2, oscillator 1 escaped: its displacement is ");
    expectText(message, " ps (step " + std::to_string(context->getStepCount()) + "), expected at most 1e+06 nm");
    const std::string limit = std::to_string(std::pow((2.0 / 0.05 - 1.0) / 5.0, 0.25)); // six digits after the point
    expectText(message,
               "likely cause: the step of 0.05 ps, which without couplings is stable up to " + limit.substr(0, 6));
    EXPECT_GT(context->getStepCount(), 0);
    EXPECT_LE(context->getStepCount(), 20);
    EXPECT_EQ(integrator.getNoiseCounter(), context->getStepCount());
}

TEST_P(EscapesTest, TheOtherReplicasGoOnOnceTheRunawayIsSetBack) {
    start(1.0, 1.0, 3.0, 0.1);
    escape(20);
    const long long done = context->getStepCount();
    std::vector<double> displacements = replicas->force->getDisplacements(*context);
    EXPECT_FALSE(std::abs(displacements[runaway]) <= integrator.getEscapeDistance());
    displacements[runaway] = 0.0;
    replicas->force->setDisplacements(*context, displacements);
    integrator.step(static_cast<int>(20 - done));
    displacements = replicas->force->getDisplacements(*context);
    for (int i = 0; i < 12; ++i) {
        double x = 0.1; // the same steps by hand
        for (int step = 0; step < 20; ++step)
            x -= 0.05 * (x + std::pow(x, 5));
        EXPECT_NEAR(displacements[i], i == runaway ? 0.0 : x, 1e-6) << "displacement " << i;
    }
}

TEST_P(EscapesTest, APotentialThatDoesNotConfineIsNamed) {
    start(-1.0, 0.0, 1000.0, 0.0);
    integrator.setEscapeDistance(1100.0);
    const std::string message = escape(2000); // 1.05^n times 1000 nm
    expectText(message, "replica 2, oscillator 1 escaped");
    expectText(message, "expected at most 1100 nm");
    expectText(message, "its potential does not confine it, with k_lin -1, k_duff 0 and k_6 0");
    EXPECT_LT(context->getStepCount(), 2000); // it stops at the end of a block
}

TEST_P(EscapesTest, StepsThroughTheForcesOfTheContextAreWatchedToo) {
    start(1.0, 1.0, 3.0, 0.1, Vec3(1.0, 1.0, 1.0)); // sites move: steps are not fused
    expectText(escape(20), "replica 2, oscillator 1 escaped");
}

TEST_P(EscapesTest, WhatStaysWithinIsLeftAlone) {
    start(1.0, 1.0, 1.0, 0.1);
    integrator.setEscapeDistance(1.0);
    EXPECT_EQ(escape(20), "nothing escaped");
    EXPECT_ERROR(integrator.setEscapeDistance(0.0), OpenMMException, "escape distance is 0, expected a number > 0 nm");
}

INSTANTIATE_TEST_SUITE_P(Platforms, EscapesTest, testing::ValuesIn(testPlatforms()), testPlatformName);
