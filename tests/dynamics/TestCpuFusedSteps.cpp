// The CPU platform's fused steps against the Reference platform and against its own general loop.

#include "network/OnlyTarget.h"
#include "support/Platforms.h"
#include "support/RandomNetworks.h"

#include "openmm/CustomAngleForce.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace OpenMMOscillators {
namespace {

using OpenMM::State;
using OpenMM::Vec3;
using Precision = OverdampedLangevinIntegrator::Precision;
using Scheme = OverdampedLangevinIntegrator::Scheme;

constexpr Scheme allSchemes[] = {Scheme::EulerMaruyama, Scheme::StochasticHeun, Scheme::LeimkuhlerMatthews};
/**
 * Networks and numbers of replicas that take every way through the kernels: a sparse network goes in panels, of which
 * the last is not full; two replicas of a dense one are left over by panels of 8 or 16 and go one by one.
 */
struct Ensemble {
    bool dense;
    int numReplicas;
};
constexpr Ensemble allEnsembles[] = {{false, 21}, {true, 18}, {true, 1}};

OscillatorNetwork makeNetwork(bool dense, RandomNetworks& random) {
    return dense ? OscillatorNetwork::squareLattice(7, 5, 6) : random.network(13, 0.4);
}

/** Confining, and with couplings that the step size resolves. */
NetworkParameters makeParameters(const OscillatorNetwork& network, bool dense, RandomNetworks& random) {
    NetworkParameters theta = random.parameters(network);
    theta.setFamily(ParameterFamily::K6, std::vector<double>(network.getNumOscillators(), 2.0));
    if (dense)
        for (const auto family : {ParameterFamily::CLin, ParameterFamily::COptomech, ParameterFamily::CDuff})
            theta.setFamily(family, random.uniforms(network.getNumEdges(), -0.05, 0.05));
    return theta;
}

struct Settings {
    std::string platform = "CPU";
    Ensemble ensemble = allEnsembles[0];
    Scheme scheme = Scheme::EulerMaruyama;
    Precision precision = Precision::Double;
    std::string threads = "2";
    bool general = false; // keep the steps from being fused
    bool replicasDifferInMass = false;
    DrivingProtocol::Outside outside = DrivingProtocol::Outside::Hold;
};

/** A Context of a driven random network; particles are shuffled, and one oscillator is frozen. */
class Simulation {
public:
    explicit Simulation(const Settings& settings) : integrator(30.0, 2.0, 0.004) {
        RandomNetworks random(11);
        const bool dense = settings.ensemble.dense;
        const OscillatorNetwork network = makeNetwork(dense, random);
        const int numOscillators = network.getNumOscillators(), numReplicas = settings.ensemble.numReplicas;
        std::vector<NetworkParameters> slices;
        for (int k = 0; k < 3; ++k)
            slices.push_back(makeParameters(network, dense, random));
        force = new OscillatorNetworkForce(network, DrivingProtocol({0.0, 0.05, 0.3}, slices, settings.outside));
        std::vector<int> particles(numOscillators * numReplicas);
        std::iota(particles.begin(), particles.end(), 0);
        std::shuffle(particles.begin(), particles.end(), std::mt19937(12));
        std::vector<double> masses(particles.size());
        for (int r = 0; r < numReplicas; ++r) {
            const auto first = particles.begin() + r * numOscillators;
            force->addReplica({first, first + numOscillators});
            for (int i = 0; i < numOscillators; ++i)
                masses[first[i]] =
                    i == 4 ? 0.0 : 1.0 + 0.1 * (i % 13) + (settings.replicasDifferInMass ? 0.01 * r : 0.0);
        }
        for (const double mass : masses)
            system.addParticle(mass);
        system.addForce(force);
        if (settings.general)
            system.addForce(new OpenMM::CustomAngleForce("0"));
        integrator.setScheme(settings.scheme);
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setRandomNumberSeed(5);
        integrator.setStepSchedule(StepSchedule({0.02, 0.06, 0.1}, {7, 9}));
        TestPlatform platform{settings.platform, "double", {}};
        if (settings.platform == "CPU")
            platform.properties["Threads"] = settings.threads;
        context = createContext(system, integrator, platform);
        integrator.setPrecision(settings.precision);
        force->setDisplacements(*context, random.uniforms(particles.size(), -1.0, 1.0));
    }
    State getState() const { return context->getState(State::Positions | State::Velocities); }

    OpenMM::System system;
    OscillatorNetworkForce* force; // the System's
    OverdampedLangevinIntegrator integrator;
    std::unique_ptr<OpenMM::Context> context;
};

State stateAfter(const Settings& settings, int steps) {
    Simulation simulation(settings);
    simulation.integrator.step(steps);
    return simulation.getState();
}

double largestDifference(const std::vector<Vec3>& a, const std::vector<Vec3>& b) {
    double largest = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (int axis = 0; axis < 3; ++axis) // not max(): it would lose a NaN
            if (!(std::abs(a[i][axis] - b[i][axis]) <= largest))
                largest = std::abs(a[i][axis] - b[i][axis]);
    return largest;
}

/** Velocities are displacement / step size with a step of 0.004: tolerances are those of a displacement. */
void expectNear(const State& found, const State& expected, double tolerance) {
    EXPECT_LT(largestDifference(found.getPositions(), expected.getPositions()), tolerance);
    EXPECT_LT(largestDifference(found.getVelocities(), expected.getVelocities()), tolerance / 0.004);
    EXPECT_EQ(found.getTime(), expected.getTime());
    EXPECT_EQ(found.getStepCount(), expected.getStepCount());
}

void expectSame(const State& found, const State& expected) {
    EXPECT_EQ(largestDifference(found.getPositions(), expected.getPositions()), 0.0);
    EXPECT_EQ(largestDifference(found.getVelocities(), expected.getVelocities()), 0.0);
    EXPECT_EQ(found.getTime(), expected.getTime());
    EXPECT_EQ(found.getStepCount(), expected.getStepCount());
}

TEST(TestCpuFusedSteps, theTestMoves) {
    Settings settings;
    EXPECT_GT(largestDifference(stateAfter(settings, 1).getPositions(), stateAfter(settings, 60).getPositions()), 0.1);
}

TEST(TestCpuFusedSteps, doubleIsThePathOfTheReferencePlatform) {
    // 60 steps before, within and after the schedule. Rounding (1e-16 a step) grows by at most 10 on the way: the
    // tolerance leaves a factor of a hundred.
    for (const Ensemble& ensemble : allEnsembles)
        for (const Scheme scheme : allSchemes) {
            Settings settings;
            settings.ensemble = ensemble;
            settings.scheme = scheme;
            Settings reference(settings);
            reference.platform = "Reference";
            expectNear(stateAfter(settings, 60), stateAfter(reference, 60), 1e-12);
        }
}

TEST(TestCpuFusedSteps, everyInstructionSet) {
    for (const Ensemble& ensemble : allEnsembles) {
        Settings settings;
        settings.ensemble = ensemble;
        const State expected = stateAfter(settings, 20);
        for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
            SCOPED_TRACE(hwy::TargetName(target));
            const OnlyTarget only(target);
            settings.precision = Precision::Double;
            expectNear(stateAfter(settings, 20), expected, 1e-12);
            settings.precision = Precision::Single;
            expectNear(stateAfter(settings, 20), expected, 2e-5);
        }
    }
}

TEST(TestCpuFusedSteps, generalLoopTakesTheSamePath) {
    for (const Scheme scheme : allSchemes) {
        Settings settings;
        settings.scheme = scheme;
        Settings general(settings);
        general.general = true;
        expectNear(stateAfter(settings, 60), stateAfter(general, 60), 1e-12);
    }
}

TEST(TestCpuFusedSteps, replicasThatDifferInMassGoThroughTheGeneralLoop) {
    Settings settings;
    settings.replicasDifferInMass = true;
    Settings reference(settings);
    reference.platform = "Reference";
    expectNear(stateAfter(settings, 10), stateAfter(reference, 10), 1e-12);
}

TEST(TestCpuFusedSteps, singleAndMixedStayCloseToDouble) {
    // Forces of magnitude 10 in single (6e-8) times steps of 0.002 nm each: 1e-9 a step in mixed precision, and 6e-8 of
    // rounding a step of the state in single; both grow by at most 10 in 60 steps.
    for (const Scheme scheme : allSchemes) {
        Settings settings;
        settings.scheme = scheme;
        const State expected = stateAfter(settings, 60);
        settings.precision = Precision::Mixed;
        const State mixed = stateAfter(settings, 60);
        EXPECT_LT(largestDifference(mixed.getPositions(), expected.getPositions()), 1e-6);
        settings.precision = Precision::Single;
        const State single = stateAfter(settings, 60);
        EXPECT_LT(largestDifference(single.getPositions(), expected.getPositions()), 2e-5);
        EXPECT_GT(largestDifference(single.getPositions(), mixed.getPositions()), 0.0); // it is another arithmetic
        EXPECT_GT(largestDifference(mixed.getPositions(), expected.getPositions()), 0.0);
    }
}

TEST(TestCpuFusedSteps, cuttingARunIntoCallsChangesNothing) {
    for (const Ensemble& ensemble : allEnsembles)
        for (const Precision precision : {Precision::Single, Precision::Mixed, Precision::Double})
            for (const Scheme scheme : allSchemes) {
                Settings settings;
                settings.ensemble = ensemble;
                settings.scheme = scheme;
                settings.precision = precision;
                Simulation simulation(settings);
                for (const int steps : {1, 0, 12, 1, 16, 3})
                    simulation.integrator.step(steps);
                expectSame(simulation.getState(), stateAfter(settings, 33));
            }
}

TEST(TestCpuFusedSteps, manyStepsAreStillOneRun) {
    // More than are planned at a time.
    Settings settings;
    settings.scheme = Scheme::LeimkuhlerMatthews;
    Simulation simulation(settings);
    simulation.integrator.step(700);
    simulation.integrator.step(800);
    expectSame(simulation.getState(), stateAfter(settings, 1500));
    EXPECT_EQ(simulation.integrator.getNoiseCounter(), 1500u);
}

TEST(TestCpuFusedSteps, numberOfThreadsChangesNothing) {
    for (const Ensemble& ensemble : allEnsembles)
        for (const Precision precision : {Precision::Single, Precision::Mixed, Precision::Double}) {
            Settings settings;
            settings.ensemble = ensemble;
            settings.precision = precision;
            settings.threads = "1";
            const State expected = stateAfter(settings, 20);
            for (const char* threads : {"2", "3", "7"}) {
                settings.threads = threads;
                expectSame(stateAfter(settings, 20), expected);
            }
        }
}

TEST(TestCpuFusedSteps, changedProtocolIsFollowed) {
    for (const Ensemble& ensemble : allEnsembles)
        for (const Precision precision : {Precision::Single, Precision::Double}) {
            Settings settings;
            settings.ensemble = ensemble;
            settings.precision = precision;
            Settings reference(settings);
            reference.platform = "Reference";
            Simulation simulation(settings), expected(reference);
            for (Simulation* each : {&simulation, &expected}) {
                each->integrator.step(3); // the protocol is packed by now
                each->force->setProtocolParameter(1, 2, 40.0);
                each->force->updateParametersInContext(*each->context);
                each->integrator.step(9);
                each->force->setProtocol(DrivingProtocol(each->force->getProtocol().getSlice(2)));
                each->force->updateParametersInContext(*each->context);
                each->integrator.step(9);
            }
            expectNear(simulation.getState(), expected.getState(), precision == Precision::Double ? 1e-12 : 2e-5);
        }
}

TEST(TestCpuFusedSteps, stepsBeforeARefusedTimeStay) {
    for (const Scheme scheme : allSchemes) {
        Settings settings;
        settings.scheme = scheme;
        settings.outside = DrivingProtocol::Outside::Refuse; // the grid ends at 0.3 ps
        Settings reference(settings);
        reference.platform = "Reference";
        Simulation simulation(settings), expected(reference);
        EXPECT_THROW(simulation.integrator.step(1000), OpenMM::OpenMMException);
        EXPECT_THROW(expected.integrator.step(1000), OpenMM::OpenMMException);
        expectNear(simulation.getState(), expected.getState(), 1e-11);
        EXPECT_EQ(simulation.integrator.getNoiseCounter(), expected.integrator.getNoiseCounter());
    }
}

TEST(TestCpuFusedSteps, positionsMustBeSet) {
    Settings settings;
    Simulation simulation(settings);
    simulation.context->reinitialize();
    EXPECT_THROW(simulation.integrator.step(1), OpenMM::OpenMMException);
}

} // namespace
} // namespace OpenMMOscillators
