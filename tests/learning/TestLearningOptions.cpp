#include "openmmoscillators/learning/LearningOptions.h"

#include "openmmoscillators/learning/ProtocolLearner.h"
#include <functional>
#include <gtest/gtest.h>
#include <limits>

using namespace OpenMMOscillators;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Mistake {
    std::string said;
    std::function<void(LearningOptions&)> make;
};

const std::vector<Mistake> mistakes = {
    {"sigma is 0; it must be finite and > 0", [](LearningOptions& o) { o.sigma = 0.0; }},
    {"thermalEnergy is nan", [](LearningOptions& o) { o.thermalEnergy = nan; }},
    {"ridge is inf; it must be finite and >= 0", [](LearningOptions& o) { o.ridge = infinity; }},
    {"minimumK6 is -1", [](LearningOptions& o) { o.minimumK6 = -1.0; }},
    {"minimumK6OfOscillators[1] is 0",
     [](LearningOptions& o) {
         o.minimumK6OfOscillators = {1.0, 0.0};
     }},
    {"stochastic.steps is 0", [](LearningOptions& o) { o.stochastic.steps = 0; }},
    {"tolerance is 1; it must be in (0, 1)", [](LearningOptions& o) { o.tolerance = 1.0; }},
    {"maxIterations is 0", [](LearningOptions& o) { o.maxIterations = 0; }},
    {"denseLimit is -1", [](LearningOptions& o) { o.denseLimit = -1; }},
    {"preconditionerSamples is 0", [](LearningOptions& o) { o.preconditionerSamples = 0; }},
    {"feedback.populationSize is 0", [](LearningOptions& o) { o.feedback.populationSize = 0; }},
    {"feedback.stepsPerSlice is 0", [](LearningOptions& o) { o.feedback.stepsPerSlice = 0; }},
    {"feedback.gain is nan", [](LearningOptions& o) { o.feedback.gain = nan; }},
    {"feedback.carryOver is 1.5; it must be in [0, 1]", [](LearningOptions& o) { o.feedback.carryOver = 1.5; }},
    {"feedback.ridge is 0", [](LearningOptions& o) { o.feedback.ridge = 0.0; }},
    {"feedback.iterations is 0", [](LearningOptions& o) { o.feedback.iterations = 0; }},
    {"feedback.localRate is inf", [](LearningOptions& o) { o.feedback.localRate = infinity; }},
    {"numThreads is -1; it must be >= 0", [](LearningOptions& o) { o.numThreads = -1; }},
};

std::string refusal(const LearningOptions& options) {
    try {
        const ProtocolLearner learner(OscillatorNetwork::squareLattice(2, 1, 1), options);
        return "";
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
}

} // namespace

TEST(LearningOptions, EverySettingIsRefusedOutsideItsRange) {
    EXPECT_EQ(refusal(LearningOptions()), "");
    for (const Mistake& mistake : mistakes) {
        LearningOptions options;
        mistake.make(options);
        EXPECT_FALSE(options.isValid()) << mistake.said;
        EXPECT_EQ(refusal(options).rfind("ProtocolLearner: " + mistake.said, 0), 0u) << refusal(options);
    }
}

TEST(LearningOptions, SettingsThatDoNotSuitTheNetworkAreRefused) {
    EXPECT_THROW(ProtocolLearner(OscillatorNetwork(), {}), std::invalid_argument);
    LearningOptions options;
    options.minimumK6OfOscillators = {1.0, 1.0, 1.0};
    EXPECT_EQ(refusal(options),
              "ProtocolLearner: minimumK6OfOscillators holds 3 numbers; the network has 2 oscillators");
    options = LearningOptions();
    for (const int clamped : {-1, 2}) {
        options.feedback.clamped = {0, clamped};
        EXPECT_EQ(refusal(options), "ProtocolLearner: feedback.clamped names oscillator " + std::to_string(clamped) +
                                        "; the network has 2");
    }
}
