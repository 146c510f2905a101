// The closed loop: what it mends, and that it cannot make things worse.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/GeneratedPopulation.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

constexpr int generated = 4096;

/** Two wells at +-(1, .5) of weights .6 and .4, with standard deviation .0316. */
class ClosedLoopOnTwoWells : public testing::Test {
protected:
    OscillatorNetwork network = OscillatorNetwork::squareLattice(2, 1, 1);
    NoisingProcess process{1.0, 0.1};
    NoisedDataSource source{network, process, TimeGrid::uniformInLogNoise(process, 0.002, 5.0, 40),
                            clusters(2, 8000, 1, 1.0, 0.0316)};

    struct Figures {
        double weight, strays, mean;
    };

    /** Figures of samples generated with fresh noise and twice the steps of the loop's own population. */
    Figures generate(const DrivingProtocol& protocol) const {
        ThreadPool threads(2);
        const GeneratedPopulation population(network, process, generated, 12345, threads);
        GeneratedPopulation::State state = population.start();
        const std::vector<double>& times = protocol.getTimes();
        for (std::size_t k = times.size() - 1; k > 0; --k) {
            const int slice = static_cast<int>(k);
            state = population.carry(
                state, {times[k], times[k - 1], protocol.getSlice(slice), protocol.getSlice(slice - 1)}, 20);
        }
        const SampleBlock block = population.getBlocks(state, generated).front();
        Figures figures{0.0, 0.0, 0.0};
        int members = 0;
        for (int s = 0; s < generated; ++s) {
            const double x = block.position[s], y = block.position[block.stride + s];
            const double sign = x + y > 0.0 ? 1.0 : -1.0;
            if (!(std::hypot(sign * x - 1.0, sign * y - 0.5) < 6 * 0.0316)) {
                figures.strays += 1.0 / generated;
                continue;
            }
            ++members;
            figures.weight += sign > 0.0;
            figures.mean += sign * x;
        }
        figures.weight /= members;
        figures.mean /= members;
        return figures;
    }

    Figures learnAndGenerate(const LearningOptions& options, LearningReport* report = nullptr) const {
        ProtocolLearner learner(network, options);
        const DrivingProtocol protocol = learner.learn(DenoisingForceMatching(), source);
        if (report != nullptr)
            *report = learner.getReport();
        return generate(protocol);
    }
};

} // namespace

TEST_F(ClosedLoopOnTwoWells, EmptiesTheSpaceBetweenTheWells) {
    // Of 4096 samples a share of .02 has a standard error of .002, a weight of .6 one of .008, a mean one of .0005.
    LearningOptions options;
    options.closedLoop = true;
    LearningReport report;
    const Figures closed = learnAndGenerate(options, &report);
    EXPECT_LT(closed.strays, 0.03);
    EXPECT_NEAR(closed.weight, 0.6, 0.04);
    EXPECT_NEAR(closed.mean, 1.0, 0.01);
    EXPECT_TRUE(report.closedLoop);
    EXPECT_LT(report.getMismatches().front(), 0.2 * report.getUncorrectedMismatches().back() + 0.05);
    options.closedLoop = false;
    const Figures open = learnAndGenerate(options);
    EXPECT_GT(open.strays, 0.1);
}

TEST_F(ClosedLoopOnTwoWells, SafeguardKeepsAnAbsurdGainFromDoingHarm) {
    LearningOptions options;
    options.closedLoop = true;
    for (const double gain : {8.0, 30.0, 300.0}) { // each diverges without safeguard
        options.feedback.gain = gain;
        LearningReport report;
        const Figures closed = learnAndGenerate(options, &report);
        EXPECT_LT(closed.strays, 0.05) << "gain " << gain; // .15 without the loop
        EXPECT_NEAR(closed.weight, 0.6, 0.04) << "gain " << gain;
        const std::vector<double> shares = report.getFeedbackShares();
        EXPECT_LT(*std::min_element(shares.begin(), shares.end()), 1.0);
    }
}

TEST_F(ClosedLoopOnTwoWells, GainShrinksWithTheDistanceOfTimes) {
    // Two grids that begin at the same time, so with the same mismatch: the corrections of their second slices are to
    // be as min(1, 0.5 / dL) / w. But for what rounding of the matched theta makes of it, at a tolerance of 0.001 of
    // them.
    LearningOptions options;
    const auto correction = [&](double time) {
        const NoisedDataSource two(network, process, {time, 1.0}, clusters(2, 8000, 1, 1.0, 0.0316));
        options.closedLoop = false;
        const NetworkParameters matched =
            ProtocolLearner(network, options).learn(DenoisingForceMatching(), two).getSlice(0);
        options.closedLoop = true;
        ProtocolLearner learner(network, options);
        const NetworkParameters result = learner.learn(DenoisingForceMatching(), two).getSlice(0);
        EXPECT_EQ(learner.getReport().getFeedbackShares().front(), 1.0);
        return result.get(ParameterFamily::CLin, 0) - matched.get(ParameterFamily::CLin, 0);
    };
    const auto logNoise = [](double time) { return std::log(std::expm1(2.0 * time)); };
    const auto share = [](double time) { return 1.0 - std::exp(-2.0 * time); };
    const double close = 0.85, far = 0.6;
    ASSERT_LT(logNoise(1.0) - logNoise(close), 0.5);
    const double expected = correction(close) * share(close) / share(far) * 0.5 / (logNoise(1.0) - logNoise(far));
    EXPECT_GT(std::abs(expected), 0.01);
    EXPECT_NEAR(correction(far), expected, 1e-3 * std::abs(expected));
}

TEST_F(ClosedLoopOnTwoWells, IsTheSameToTheBitForAnyNumberOfThreads) {
    LearningOptions options;
    options.closedLoop = true;
    options.feedback.populationSize = 2000;
    options.numThreads = 1;
    ProtocolLearner one(network, options);
    options.numThreads = 3;
    ProtocolLearner three(network, options);
    const DrivingProtocol a = one.learn(DenoisingForceMatching(), source);
    const DrivingProtocol b = three.learn(DenoisingForceMatching(), source);
    for (int k = 0; k < a.getNumSlices(); ++k)
        ASSERT_EQ(a.getSlice(k).getValues(), b.getSlice(k).getValues());
}

TEST(ClosedLoop, OptionsAreValidated) {
    LearningOptions options;
    options.feedback.carryOver = 1.5;
    std::string why;
    EXPECT_FALSE(options.isValid(&why));
    EXPECT_NE(why.find("feedback.carryOver is 1.5"), std::string::npos);
    options = {};
    options.feedback.ridge = 0.0;
    EXPECT_FALSE(options.isValid(&why));
    EXPECT_NE(why.find("feedback.ridge"), std::string::npos);
}
