#include "openmmoscillators/thermodynamics/NetworkPaths.h"

#include "openmm/CustomExternalForce.h"
#include "openmm/OpenMMException.h"
#include "openmm/VerletIntegrator.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "openmmoscillators/recording/TrajectoryRecorder.h"
#include "openmmoscillators/thermodynamics/FluctuationEstimators.h"
#include "openmmoscillators/thermodynamics/NetworkProcess.h"
#include "recording/TemporaryDirectory.h"
#include "support/Expect.h"
#include "support/NetworkSystem.h"
#include "thermodynamics/DrivenNetworks.h"
#include <cmath>
#include <stdexcept>

using namespace OpenMMOscillators;

namespace {

constexpr double kT = 0.5, stepSize = 0.1;
constexpr int numReplicas = 4000;

/** Three oscillators driven from soft traps to a coupled quartic energy, in a Context. */
class NetworkPathsTest : public testing::TestWithParam<TestPlatform> {
protected:
    explicit NetworkPathsTest(double mass = 1.0)
        : start(DrivenNetworks::normal(3, kT)), network(chain()),
          protocol(DrivenNetworks::coupledNetwork(0.6, kT).getProtocol()),
          replicas(network, protocol, numReplicas, mass), integrator(kT / gasConstant, 1.0, stepSize) {
        integrator.setMobility(OpenMM::Vec3(0, 0, 1));
        integrator.setRandomNumberSeed(7);
    }
    static OscillatorNetwork chain() {
        OscillatorNetwork network;
        for (int i = 0; i < 3; ++i)
            network.addOscillator(i, 0.0);
        network.addEdge(0, 1);
        network.addEdge(1, 2);
        return network;
    }
    std::unique_ptr<OpenMM::Context> context() {
        return replicas.context(integrator, GetParam(), start.sample(3, numReplicas));
    }
    /** <e^{-S}> with N(0, 0.35) as the density at the end. */
    ExponentialAverage fluctuation(const PathEnsemble& paths) const {
        return estimateExponentialAverage(paths.getTotalEntropy(
            start.logDensities(paths.initialStates), DrivenNetworks::normal(3, 0.35).logDensities(paths.finalStates)));
    }

    GaussianMixture start;
    OscillatorNetwork network;
    DrivingProtocol protocol;
    NetworkSystem replicas;
    OverdampedLangevinIntegrator integrator;
};

class HeavyNetworkPathsTest : public NetworkPathsTest {
protected:
    HeavyNetworkPathsTest() : NetworkPathsTest(4.0) {}
};

} // namespace

// The integrator's own chain obeys the integral theorem at this coarse step: 4 standard errors, false alarm 6e-5.
TEST_P(NetworkPathsTest, IntegratorObeysTheIntegralTheorem) {
    const PathEnsemble paths = measureContext(*context(), *replicas.force, 6);
    const ExponentialAverage average = fluctuation(paths);
    EXPECT_NEAR(average.value, 1.0, 4 * average.standardError);
    EXPECT_LT(average.standardError, 0.1);
    for (int n = 0; n < 20; ++n)
        EXPECT_NEAR(paths.work[n] - paths.getHeat()[n], paths.energyChange[n], 1e-12);
}

// With another mobility, mobility / (mass friction) = 2 / (4 * 0.25) = 2, the ratio follows the integrator.
TEST_P(HeavyNetworkPathsTest, MassFrictionAndMobilityEnter) {
    integrator.setMobility(OpenMM::Vec3(0, 0, 2));
    integrator.setFriction(0.25);
    integrator.setStepSize(0.05);
    const ExponentialAverage average = fluctuation(measureContext(*context(), *replicas.force, 6));
    EXPECT_NEAR(average.value, 1.0, 4 * average.standardError);
    EXPECT_LT(average.standardError, 0.1);
}

// A clamped oscillator drives the others as a protocol does: they obey the integral theorem among themselves, and the
// first law closes with the work of what moves it as steps become small, in the root mean square over paths. 4 standard
// errors, false alarm 6e-5.
TEST_P(NetworkPathsTest, ClampedOscillatorsDoWorkAndGiveNoHeat) {
    ClampedPaths clamped({0.0, 0.3, 0.6});
    for (int r = 0; r < numReplicas; ++r)
        clamped.add(r, 1, {0.0, 1.2, 0.4});
    replicas.force->setClampedPaths(clamped);
    const PathEnsemble paths = measureContext(*context(), *replicas.force, 6);
    const auto withoutMiddle = [](const std::vector<double>& states) {
        std::vector<double> ends;
        for (std::size_t n = 0; n < states.size(); n += 3)
            ends.insert(ends.end(), {states[n], states[n + 2]});
        return ends;
    };
    const ExponentialAverage average = estimateExponentialAverage(
        paths.getTotalEntropy(DrivenNetworks::normal(2, kT).logDensities(withoutMiddle(paths.initialStates)),
                              DrivenNetworks::normal(2, 0.35).logDensities(withoutMiddle(paths.finalStates))));
    EXPECT_NEAR(average.value, 1.0, 4 * average.standardError);
    EXPECT_LT(average.standardError, 0.1);
    OverdampedLangevinIntegrator finer(kT / gasConstant, 1.0, 0.005);
    finer.setMobility(OpenMM::Vec3(0, 0, 1));
    finer.setRandomNumberSeed(7);
    const auto finerContext = replicas.context(finer, GetParam(), start.sample(3, numReplicas));
    const PathEnsemble fine = measureContext(*finerContext, *replicas.force, 120);
    double squares = 0.0;
    for (int n = 0; n < numReplicas; ++n) {
        EXPECT_NEAR(fine.finalStates[3 * n + 1], 0.4, 1e-6);
        const double missing = fine.work[n] - kT * fine.stratonovichEntropy[n] - fine.energyChange[n];
        squares += missing * missing;
    }
    EXPECT_LT(std::sqrt(squares / numReplicas), 0.01);
}

TEST_P(NetworkPathsTest, RecordingGivesTheSameSums) {
    const TemporaryDirectory directory;
    RecordingOptions options;
    options.doublePrecision = true;
    const auto recorded = context();
    {
        TrajectoryRecorder recorder(directory.file("paths.h5md"), *recorded, *replicas.force, options);
        recorder.record();
        for (int k = 0; k < 6; ++k) {
            integrator.step(1);
            recorder.record();
        }
        recorder.close();
    }
    const TrajectoryFile file(directory.file("paths.h5md"));
    const NetworkProcess process(file.getNetwork(), file.getProtocol(), kT);
    const PathEnsemble read = measureRecording(file, process, true);
    OverdampedLangevinIntegrator again(kT / gasConstant, 1.0, stepSize);
    again.setMobility(OpenMM::Vec3(0, 0, 1));
    again.setRandomNumberSeed(7);
    const auto streamedContext = replicas.context(again, GetParam(), start.sample(3, numReplicas));
    const PathEnsemble streamed = measureContext(*streamedContext, *replicas.force, 6);
    ASSERT_EQ(read.numPaths, numReplicas);
    for (int n = 0; n < numReplicas; ++n) {
        EXPECT_NEAR(read.environmentEntropy[n], streamed.environmentEntropy[n], 1e-9);
        EXPECT_NEAR(read.work[n], streamed.work[n], 1e-9);
    }
    EXPECT_TRUE(measureRecording(file, process).environmentEntropy.empty());
    const NetworkProcess other = DrivenNetworks::singleOscillator({1, 0, 0}, {1, 0, 0}, 1.0, kT);
    EXPECT_ERROR(measureRecording(file, other), std::invalid_argument, "has 3 oscillators");
}

TEST_P(NetworkPathsTest, SchemesWithoutARatioAreRefused) {
    for (const auto scheme : {OverdampedLangevinIntegrator::Scheme::StochasticHeun,
                              OverdampedLangevinIntegrator::Scheme::LeimkuhlerMatthews}) {
        OverdampedLangevinIntegrator other(kT / gasConstant, 1.0, 0.01);
        other.setScheme(scheme);
        other.setMobility(OpenMM::Vec3(0, 0, 1));
        const auto heunContext = replicas.context(other, GetParam(), start.sample(3, numReplicas));
        const PathEnsemble paths = measureContext(*heunContext, *replicas.force, 2);
        EXPECT_ERROR(fluctuation(paths), std::invalid_argument, "no exact ratio");
        EXPECT_EQ(paths.getHeat().size(), static_cast<std::size_t>(numReplicas));
    }
    EXPECT_TRUE(measureContext(*context(), *replicas.force, 2, 2).environmentEntropy.empty());
}

TEST_P(NetworkPathsTest, RefusesWhatItCannotMeasure) {
    const auto good = context();
    EXPECT_ERROR(measureContext(*good, *replicas.force, 0), OpenMM::OpenMMException, "at least 1");
    integrator.setTemperature(0.0);
    EXPECT_ERROR(measureContext(*good, *replicas.force, 1), OpenMM::OpenMMException, "above 0 K");
    OpenMM::VerletIntegrator verlet(0.001);
    const auto other = replicas.context(verlet, GetParam(), start.sample(3, numReplicas));
    EXPECT_ERROR(measureContext(*other, *replicas.force, 1), OpenMM::OpenMMException, "OverdampedLangevinIntegrator");
    replicas.system.addForce(new OpenMM::CustomExternalForce("z"));
    OverdampedLangevinIntegrator second(kT / gasConstant, 1.0, stepSize);
    const auto crowded = replicas.context(second, GetParam(), start.sample(3, numReplicas));
    EXPECT_ERROR(measureContext(*crowded, *replicas.force, 1), OpenMM::OpenMMException, "only force");
}

INSTANTIATE_TEST_SUITE_P(Platforms, NetworkPathsTest, testing::ValuesIn(testPlatforms()), testPlatformName);
INSTANTIATE_TEST_SUITE_P(Platforms, HeavyNetworkPathsTest, testing::ValuesIn(testPlatforms()), testPlatformName);
