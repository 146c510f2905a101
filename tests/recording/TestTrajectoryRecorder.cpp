#include "openmmoscillators/recording/TrajectoryRecorder.h"

#include "openmm/CustomExternalForce.h"
#include "openmm/LangevinIntegrator.h"
#include "openmm/NonbondedForce.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/recording/Hdf5Series.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "recording/ErrorText.h"
#include "recording/TemporaryDirectory.h"
#include "support/Platforms.h"
#include "support/RandomNetworks.h"
#include <memory>

using namespace OpenMMOscillators;
using OpenMM::Vec3;

namespace {

/** Three replicas of a random network of five oscillators, in a harmonic trap of force group 1. */
class TestTrajectoryRecorder : public ::testing::TestWithParam<TestPlatform> {
protected:
    static constexpr int N = 5, R = 3;
    static constexpr double trap = 2.5;

    TestTrajectoryRecorder()
        : network(random.network(N, 0.6)), force(new OscillatorNetworkForce(network, random.protocol(network, 4))),
          integrator(120.0, 1.0, 0.01) {
        for (int i = 0; i < 1 + N * R; ++i) // particle 0 is no oscillator
            system.addParticle(1.0);
        force->addReplicas(R, 1);
        force->setForceGroup(2);
        system.addForce(force); // the System owns it
        auto* harmonic = new OpenMM::CustomExternalForce("0.5*k*(x^2+y^2+z^2)");
        harmonic->addGlobalParameter("k", trap);
        for (int i = 0; i < system.getNumParticles(); ++i)
            harmonic->addParticle(i, {});
        harmonic->setForceGroup(1);
        system.addForce(harmonic);
        integrator.setMobility(Vec3(0, 0, 1));
        integrator.setIntegrationForceGroups(1 << 1); // the network is measured only
        integrator.setRandomNumberSeed(11);
        integrator.setStepSchedule(StepSchedule::uniform({0.0, 0.1, 0.3}, 7));
    }

    void start() {
        context = createContext(system, integrator, GetParam());
        context->setPositions(force->getRestPositions(system.getNumParticles()));
        force->setDisplacements(*context, random.uniforms(N * R, -1.0, 1.0));
    }

    std::unique_ptr<TrajectoryRecorder> open(const RecordingOptions& options = RecordingOptions()) {
        return std::make_unique<TrajectoryRecorder>(path, *context, *force, options);
    }

    std::vector<double> readElement(const std::string& name, int frame) {
        const Hdf5File file(path, Hdf5File::Access::Read);
        const Hdf5Series series(file, "/particles/trajectory/" + name + "/value");
        Hdf5Shape start(series.getShape().size(), 0), count = series.getShape();
        start[0] = frame;
        count[0] = 1;
        std::vector<double> values(count.size() == 3 ? count[1] * count[2] : count[1]);
        series.read(start, count, values.data());
        return values;
    }

    void expectVectors(const std::string& name, int frame, const std::vector<Vec3>& expected) {
        const std::vector<double> values = readElement(name, frame);
        ASSERT_EQ(values.size(), 3 * expected.size());
        for (std::size_t k = 0; k < values.size(); ++k)
            EXPECT_NEAR(values[k], expected[k / 3][static_cast<int>(k % 3)], 1e-6 * (1.0 + std::abs(values[k])))
                << name;
    }

    RandomNetworks random{5};
    OscillatorNetwork network;
    OscillatorNetworkForce* force;
    OpenMM::System system;
    OverdampedLangevinIntegrator integrator;
    std::unique_ptr<OpenMM::Context> context;
    TemporaryDirectory directory;
    const std::string path = directory.file("recording.h5md");
};

} // namespace

TEST_P(TestTrajectoryRecorder, EveryFieldIsTheContexts) {
    start();
    RecordingOptions options;
    options.velocities = true;
    options.forceGroups = {1, 2};
    const auto recorder = open(options);
    integrator.step(3);
    recorder->record();
    integrator.step(2);
    recorder->record();
    recorder->flush();
    EXPECT_EQ(recorder->getNumFrames(), 2);
    using OpenMM::State;
    const State all = context->getState(State::Positions | State::Velocities | State::Forces);
    expectVectors("position", 1, all.getPositions());
    expectVectors("velocity", 1, all.getVelocities());
    expectVectors("force", 1, all.getForces());
    expectVectors("force_group_1", 1, context->getState(State::Forces, false, 1 << 1).getForces());
    expectVectors("force_group_2", 1, context->getState(State::Forces, false, 1 << 2).getForces());
    recorder->close();
    const TrajectoryFile file(path);
    EXPECT_EQ(file.getTimes()[1], all.getTime());
    EXPECT_EQ(readElement("position", 0).size(), 3u * (1 + N * R));
}

/** The independent oracle of the network's forces: -grad U of NetworkEnergy at what was read from the file. */
TEST_P(TestTrajectoryRecorder, ForcesOfTheNetworkBelongToDisplacementsAndTimes) {
    start();
    RecordingOptions options;
    options.doublePrecision = true;
    const auto recorder = open(options);
    recorder->run(12, 4);
    recorder->close();
    const TrajectoryFile file(path);
    ASSERT_EQ(file.getNumFrames(), 3);
    ASSERT_EQ(file.getNumReplicas(), R);
    EXPECT_EQ(file.getNetwork(), network);
    for (int frame = 0; frame < 3; ++frame) {
        const NetworkParameters theta = file.getProtocol().evaluate(file.getTimes()[frame]);
        const std::vector<double> x = file.readDisplacements(frame, 0, R);
        const std::vector<double> forces = file.readForces(frame, 0, R);
        for (int r = 0; r < R; ++r) {
            std::vector<double> gradient(N);
            NetworkEnergy::gradient(network, theta.data(), x.data() + r * N, gradient.data());
            for (int i = 0; i < N; ++i)
                EXPECT_NEAR(forces[r * N + i], -gradient[i],
                            GetParam().tolerance(1e-10, 2e-5) * (1.0 + std::abs(gradient[i])));
        }
    }
}

TEST_P(TestTrajectoryRecorder, RunRecordsAfterEveryInterval) {
    start();
    integrator.setStepSchedule(StepSchedule());
    const auto recorder = open();
    recorder->run(10, 3);
    EXPECT_EQ(context->getStepCount(), 10);
    recorder->close();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.read<long long>("/particles/trajectory/position/step", {0}), (std::vector<long long>{3, 6, 9}));
    EXPECT_EQ(file.read<long long>("/particles/trajectory/displacement_force/step", {0}).size(), 3u);
}

TEST_P(TestTrajectoryRecorder, RecordsAtTheTimesOfTheSchedule) {
    start();
    const auto recorder = open();
    recorder->recordAtTimes({0.0, 0.1, 0.3});
    recorder->recordAtTimes({0.31, 0.35}); // beyond the schedule the step size 0.01 holds
    EXPECT_THROW(recorder->recordAtTimes({0.36, 0.365}), std::invalid_argument);
    EXPECT_THROW(recorder->recordAtTimes({0.37, 0.37}), std::invalid_argument);
    EXPECT_EQ(context->getStepCount(), 19); // nothing was done by what was refused
    recorder->close();
    const std::vector<double> times = TrajectoryFile(path).getTimes();
    ASSERT_EQ(times.size(), 5u);
    EXPECT_EQ(times[0], 0.0);
    EXPECT_EQ(times[1], 0.1); // exactly
    EXPECT_EQ(times[2], 0.3);
    EXPECT_NEAR(times[4], 0.35, 1e-12);
}

TEST_P(TestTrajectoryRecorder, OnlyWhatIsAskedForIsRecorded) {
    start();
    RecordingOptions options;
    options.positions = options.forces = false;
    const auto recorder = open(options);
    recorder->record();
    recorder->close();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.listMembers("/particles/trajectory"),
              (std::vector<std::string>{"box", "displacement", "displacement_force"}));
}

TEST_P(TestTrajectoryRecorder, ProvenanceOfEveryRun) {
    start();
    const auto first = open();
    first->run(4, 2);
    first->close();
    RecordingOptions options;
    options.append = true;
    integrator.setRandomNumberSeed(12);
    open(options).reset(); // a run without frames leaves no trace
    const auto second = open(options);
    second->run(4, 2);
    second->close();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_FALSE(file.has("/oscillators/run_2"));
    EXPECT_EQ(file.readAttribute<long long>("/oscillators/run_0", "seed"), 11);
    EXPECT_EQ(file.readAttribute<long long>("/oscillators/run_1", "seed"), 12);
    EXPECT_EQ(file.readAttribute<long long>("/oscillators/run_1", "first_frame"), 2);
    EXPECT_EQ(file.readTextAttribute("/oscillators/run_0", "scheme"), "euler-maruyama");
    EXPECT_EQ(file.readAttribute<double>("/oscillators/run_0", "temperature"), 120.0);
    EXPECT_EQ(file.readTextAttribute("/oscillators/run_0", "platform"), GetParam().name);
    EXPECT_EQ(file.readTextAttribute("/oscillators/run_0", "openmm_version"), OpenMM::Platform::getOpenMMVersion());
    EXPECT_EQ(file.read<double>("/oscillators/run_0/schedule_boundaries", {3}), (std::vector<double>{0.0, 0.1, 0.3}));
    EXPECT_EQ(file.read<double>("/oscillators/run_0/mobility", {3}), (std::vector<double>{0.0, 0.0, 1.0}));
    EXPECT_EQ(TrajectoryFile(path).getNumFrames(), 4);
}

TEST_P(TestTrajectoryRecorder, AppendingRefusesOtherSettings) {
    start();
    open()->record();
    integrator.step(1);
    RecordingOptions options;
    options.append = true;
    const auto refuse = [&](const std::string& part) {
        EXPECT_PRED2(contains, errorText<RecordingError>([&] { open(options); }), part);
    };
    integrator.setTemperature(121.0);
    refuse("/oscillators/run_0: cannot append: the recording has temperature 120, this run has 121");
    integrator.setTemperature(120.0);
    integrator.setFriction(2.0);
    refuse("friction 1, this run has 2");
    integrator.setFriction(1.0);
    integrator.setStepSize(0.02);
    refuse("step_size 0.01, this run has 0.02");
    integrator.setStepSize(0.01);
    integrator.setScheme(OverdampedLangevinIntegrator::Scheme::StochasticHeun);
    refuse("scheme euler-maruyama, this run has stochastic-heun");
    integrator.setScheme(OverdampedLangevinIntegrator::Scheme::EulerMaruyama);
    integrator.setMobility(Vec3(0, 0, 2));
    refuse("mobility (0, 0, 1), this run has (0, 0, 2)");
    integrator.setMobility(Vec3(0, 0, 1));
    integrator.setStepSchedule(StepSchedule::uniform({0.0, 0.1, 0.3}, 8));
    refuse("schedule_step_counts (7, 7), this run has (8, 8)");
    integrator.setStepSchedule(StepSchedule::uniform({0.0, 0.1, 0.3}, 7));
    open(options)->record();
    EXPECT_EQ(TrajectoryFile(path).getNumFrames(), 2);
}

TEST_P(TestTrajectoryRecorder, AReaderFollowsARunningRecording) {
    start();
    const auto recorder = open();
    for (int frames = 1; frames <= 4; ++frames) {
        integrator.step(1);
        recorder->record();
        recorder->flush();
        const TrajectoryFile follower(path);
        ASSERT_EQ(follower.getNumFrames(), frames);
        EXPECT_EQ(follower.getTimes().back(), context->getTime());
        const std::vector<double> expected = force->getDisplacements(*context);
        const std::vector<double> found = follower.readDisplacements(frames - 1, 0, R);
        for (std::size_t k = 0; k < expected.size(); ++k)
            EXPECT_FLOAT_EQ(static_cast<float>(found[k]), static_cast<float>(expected[k]));
    }
}

TEST_P(TestTrajectoryRecorder, IsH5md) {
    start();
    open()->record();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.readAttributes<int>("/h5md", "version"), (std::vector<int>{1, 1}));
    EXPECT_FALSE(file.readTextAttribute("/h5md/author", "name").empty());
    EXPECT_FALSE(file.readTextAttribute("/h5md/creator", "version").empty());
    EXPECT_EQ(file.readAttribute<int>("/particles/trajectory/box", "dimension"), 3);
    EXPECT_FALSE(file.has("/particles/trajectory/box/edges"));
    const std::vector<std::pair<std::string, std::string>> units = {{"position", "nm"},
                                                                    {"force", "kJ mol-1 nm-1"},
                                                                    {"displacement", "nm"},
                                                                    {"displacement_force", "kJ mol-1 nm-1"}};
    for (const auto& [element, unit] : units) {
        const std::string name = "/particles/trajectory/" + element;
        EXPECT_EQ(file.readTextAttribute(name + "/value", "unit"), unit);
        EXPECT_EQ(file.readTextAttribute(name + "/time", "unit"), "ps");
        EXPECT_EQ(file.getShape(name + "/step"), Hdf5Shape{1});
    }
}

TEST_P(TestTrajectoryRecorder, PeriodicBoxesAreRecorded) {
    system.setDefaultPeriodicBoxVectors(Vec3(9, 0, 0), Vec3(0, 10, 0), Vec3(0, 0, 11));
    auto* pairs = new OpenMM::NonbondedForce();
    pairs->setNonbondedMethod(OpenMM::NonbondedForce::CutoffPeriodic);
    for (int i = 0; i < system.getNumParticles(); ++i)
        pairs->addParticle(0, 1, 0);
    system.addForce(pairs);
    start();
    open()->record();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.read<double>("/particles/trajectory/box/edges/value", {1, 3, 3}),
              (std::vector<double>{9, 0, 0, 0, 10, 0, 0, 0, 11}));
}

TEST_P(TestTrajectoryRecorder, AnyIntegratorCanBeRecorded) {
    OpenMM::LangevinIntegrator langevin(300.0, 1.0, 0.002);
    context = createContext(system, langevin, GetParam());
    context->setPositions(force->getRestPositions(system.getNumParticles()));
    const auto recorder = open();
    recorder->run(4, 2);
    recorder->recordAtTimes({0.01, 0.012});
    recorder->close();
    const Hdf5File file(path, Hdf5File::Access::Read);
    EXPECT_EQ(file.readTextAttribute("/oscillators/run_0", "integrator"), "LangevinIntegrator");
    EXPECT_EQ(TrajectoryFile(path).getNumFrames(), 4);
    context.reset(); // before its integrator
}

TEST_P(TestTrajectoryRecorder, RefusesOptionsThatMakeNoSense) {
    start();
    const auto refuse = [&](const RecordingOptions& options, const std::string& part) {
        EXPECT_PRED2(contains, errorText<std::invalid_argument>([&] { open(options); }), part);
    };
    RecordingOptions options;
    options.compression = 10;
    refuse(options, "compression is 10");
    options = RecordingOptions();
    options.forceGroups = {32};
    refuse(options, "force group 32");
    options.forceGroups = {1, 1};
    refuse(options, "force group 1 is given twice");
    options = RecordingOptions();
    options.append = options.overwrite = true;
    refuse(options, "exclude");
    options = RecordingOptions();
    options.positions = options.forces = options.displacements = options.displacementForces = false;
    refuse(options, "nothing to record");
    const OscillatorNetworkForce other(network, force->getProtocol());
    EXPECT_THROW(TrajectoryRecorder(path, *context, other), std::invalid_argument);
    const auto recorder = open();
    EXPECT_THROW(recorder->run(-1, 1), std::invalid_argument);
    EXPECT_THROW(recorder->run(10, 0), std::invalid_argument);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_P(TestTrajectoryRecorder, ForcesOfTheNetworkMustBeToldApart) {
    system.getForce(1).setForceGroup(2);
    start();
    EXPECT_PRED2(contains, errorText<std::invalid_argument>([&] { open(); }),
                 "force 1 of the System shares force group 2");
    RecordingOptions options;
    options.displacementForces = false;
    open(options)->record();
    EXPECT_EQ(TrajectoryFile(path).getNumFrames(), 1);
}

INSTANTIATE_TEST_SUITE_P(Platforms, TestTrajectoryRecorder, testing::ValuesIn(testPlatforms()), testPlatformName);
