// Learning on the network of a Context: nothing but imposed positions, measured forces and commanded parameters.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/ContextDevice.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ForceMatching.h"
#include "openmmoscillators/learning/ImperfectDevice.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "support/NetworkSystem.h"
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

class InPlaceLearning : public ::testing::TestWithParam<TestPlatform> {
protected:
    InPlaceLearning() {
        options.optimizer = SliceOptimizer::Sgd;
        options.stochastic.steps = 5;
        options.stochastic.batchSize = 200;
    }

    const OscillatorNetwork network = triangle();
    const NoisedDataSource source{network, NoisingProcess(1.0, 0.1), {0.3, 1.0}, clusters(3, 500, 1), 0, 1};
    NetworkSystem system{network, DrivingProtocol(NetworkParameters(network)), 37}; // blocks do not fit into it
    OverdampedLangevinIntegrator integrator{300.0, 1.0, 0.001};
    const std::unique_ptr<OpenMM::Context> context =
        system.context(integrator, GetParam(), std::vector<double>(37 * 3, 0.0));
    ContextDevice device{*context, *system.force};
    LearningOptions options;
};

/** For what does not depend on the platform. */
class InPlaceLearningOnOnePlatform : public InPlaceLearning {};

} // namespace

TEST_P(InPlaceLearning, MeasuresTheForcesOfTheNetwork) {
    const NetworkParameters theta = randomParameters(network, 5);
    SampleBlock block;
    source.read(0, 0, 100, block);
    device.setParameters(theta);
    device.measure(block);
    for (int s = 0; s < 100; ++s) {
        double x[3], gradient[3];
        for (int i = 0; i < 3; ++i)
            x[i] = block.position[i * block.stride + s];
        NetworkEnergy::gradient(network, theta.data(), x, gradient);
        for (int i = 0; i < 3; ++i)
            ASSERT_NEAR(block.force[i * block.stride + s], -gradient[i], 2e-5 * (1.0 + std::abs(gradient[i])));
    }
}

TEST_P(InPlaceLearning, OnAPerfectDeviceIsLearningFromTheSource) {
    for (const bool implicit : {false, true}) {
        const ForceMatching matching;
        const DenoisingForceMatching denoising;
        const LocalRule& rule = implicit ? static_cast<const LocalRule&>(matching) : denoising;
        ProtocolLearner fromSource(network, options), inPlace(network, options);
        const DrivingProtocol expected = fromSource.learn(rule, source);
        const DrivingProtocol learned = inPlace.learnInPlace(rule, source, device);
        for (int k = 0; k < 2; ++k)
            for (int a = 0; a < network.getNumParameters(); ++a)
                ASSERT_NEAR(learned.getSlice(k)[a], expected.getSlice(k)[a], 2e-4) << "slice " << k << ", " << a;
        EXPECT_NEAR(inPlace.getReport().getTrainingLosses()[0], fromSource.getReport().getTrainingLosses()[0],
                    1e-4 * std::abs(fromSource.getReport().getTrainingLosses()[0]));
    }
}

TEST_P(InPlaceLearningOnOnePlatform, AbsorbsErrorsOfWhatIsCommanded) {
    // Parameters act 20 % off, and with an offset: what acts after learning is what a perfect device would have
    // learned, but for the ridge, which pulls on what is commanded, and for k_6 at its bound.
    options.ridge = 0.0;
    options.minimumK6 = 1e-9;
    options.stochastic.steps = 1500;
    DeviceErrors errors;
    errors.commandGainSpread = 0.2;
    errors.commandOffsetSpread = 0.02;
    ImperfectDevice imperfect(device, errors);
    ProtocolLearner perfect(network, options), learner(network, options);
    const NetworkParameters ideal = perfect.learnInPlace(DenoisingForceMatching(), source, device).getSlice(0);
    const NetworkParameters commanded = learner.learnInPlace(DenoisingForceMatching(), source, imperfect).getSlice(0);
    const auto loss = [&](const NetworkParameters& acting) {
        device.setParameters(acting);
        SampleBlock block;
        source.read(0, 0, 500, block);
        device.measure(block);
        return DenoisingForceMatching().sumLoss(BatchArithmetic<float>(network),
                                                source.getProcess().getLevel(source.getTimes()[0]), acting.data(),
                                                block) /
               500;
    };
    EXPECT_NEAR(loss(imperfect.getActing(commanded)), loss(ideal), 0.01 * loss(ideal));
    // What was learned on a perfect device and then commanded here is worse by more than that.
    EXPECT_GT(loss(imperfect.getActing(ideal)), 1.05 * loss(ideal));
}

TEST_P(InPlaceLearning, RefusesWhatADeviceCannotDo) {
    options.optimizer = SliceOptimizer::Exact;
    EXPECT_THROW(ProtocolLearner(network, options).learnInPlace(DenoisingForceMatching(), source, device),
                 std::invalid_argument);
    options.optimizer = SliceOptimizer::Adam;
    options.closedLoop = true;
    EXPECT_THROW(ProtocolLearner(network, options).learnInPlace(DenoisingForceMatching(), source, device),
                 std::invalid_argument);
    OscillatorNetworkForce none(network, DrivingProtocol(NetworkParameters(network)));
    EXPECT_THROW(ContextDevice(*context, none), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Platforms, InPlaceLearningOnOnePlatform, testing::Values(testPlatforms().front()),
                         testPlatformName);
INSTANTIATE_TEST_SUITE_P(Platforms, InPlaceLearning, testing::ValuesIn(testPlatforms()), testPlatformName);
