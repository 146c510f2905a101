// Local steps towards a slice's minimum: against the formulas step by step, continued, averaged, and run to the end.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/Minibatches.h"
#include "openmmoscillators/learning/ProtocolLearner.h"
#include "openmmoscillators/learning/StochasticSliceSolver.h"
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <stdexcept>
#include <string>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

/** A loss with the Hessian diag(curvature) and its minimum at target, measured on three blocks that scatter about it.
 */
struct Quadratic {
    std::vector<double> curvature, target;

    explicit Quadratic(int parameters) : curvature(parameters), target(parameters) {
        for (int a = 0; a < parameters; ++a) {
            curvature[a] = 0.5 + a;
            target[a] = a % 3 - 0.7;
        }
    }
    std::vector<double> gradient(const std::vector<std::size_t>& blocks, const NetworkParameters& theta) const {
        std::vector<double> result(theta.size());
        for (int a = 0; a < theta.size(); ++a) {
            result[a] = curvature[a] * (theta[a] - target[a]);
            for (const std::size_t b : blocks)
                result[a] += 0.3 * (static_cast<double>(b) - 1.0) / static_cast<double>(blocks.size());
        }
        return result;
    }
    SliceMeasurements measurements() const {
        return {3, 10, curvature, [this](const std::vector<std::size_t>& blocks, const NetworkParameters& theta) {
                    return gradient(blocks, theta);
                }};
    }
};

LearningOptions sgdOptions(int steps) {
    LearningOptions options;
    options.optimizer = SliceOptimizer::Sgd;
    options.stochastic.steps = steps;
    options.stochastic.batchSize = 20; // two blocks of ten
    return options;
}

} // namespace

TEST(Minibatches, GoThroughAllBlocksInAnOrderOfTheirOwn) {
    Minibatches batches(7, 2, 5);
    for (int pass = 0; pass < 3; ++pass) {
        std::set<std::size_t> seen;
        for (int k = 0; k < 3; ++k) // three batches of two; the seventh block is left out of this pass
            for (const std::size_t block : batches.get(3 * pass + k))
                EXPECT_TRUE(block < 7 && seen.insert(block).second);
        EXPECT_EQ(seen.size(), 6u);
    }
    Minibatches again(7, 2, 5), other(100, 50, 6), all(3, 10, 0);
    const std::vector<std::size_t> late = again.get(8);
    EXPECT_EQ(late, batches.get(8)); // whatever was asked for before
    EXPECT_NE(other.get(0), Minibatches(100, 50, 7).get(0));
    EXPECT_EQ(all.get(5).size(), 3u);
}

TEST(StochasticSliceSolver, StepsAreScaledAveragedAndKeepTheBound) {
    const OscillatorNetwork network = triangle();
    const Quadratic loss(network.getNumParameters());
    LearningOptions options = sgdOptions(8);
    options.ridge = 0.1;
    const StochasticSliceSolver solver(network, options);
    NetworkParameters theta(network), expected(network);
    StochasticState state = solver.start(theta);
    solver.advance(loss.measurements(), 8, state);
    EXPECT_EQ(solver.finish(loss.measurements(), state, theta).iterations, 8);

    Minibatches batches(3, 2, 0);
    std::vector<double> velocity(expected.size(), 0.0), sum(expected.size(), 0.0);
    for (int step = 0; step < 8; ++step) {
        const std::vector<double> gradient = loss.gradient(batches.get(step), expected);
        for (int a = 0; a < expected.size(); ++a) {
            // In theta: preconditioned by the inverse diagonal (Jacobi).
            velocity[a] = 0.9 * velocity[a] + gradient[a] / loss.curvature[a] + 0.1 * expected[a];
            expected[a] -= options.stochastic.getLearningRate(step) * velocity[a];
        }
        for (int a = 6; a < 9; ++a) // the three k_6
            expected[a] = std::max(expected[a], options.minimumK6);
        if (step >= 6) // the last quarter
            for (int a = 0; a < expected.size(); ++a)
                sum[a] += expected[a];
    }
    for (int a = 0; a < theta.size(); ++a)
        EXPECT_NEAR(theta[a], std::max(sum[a] / 2, a >= 6 && a < 9 ? options.minimumK6 : sum[a] / 2), 1e-12) << a;
}

TEST(StochasticSliceSolver, AParameterSeesItsOwnAveragesAlone) {
    // Every other parameter has another gradient and curvature: the path of this one stays to the bit.
    const OscillatorNetwork network = triangle();
    for (const SliceOptimizer optimizer : {SliceOptimizer::Sgd, SliceOptimizer::Adam}) {
        LearningOptions options = sgdOptions(40);
        options.optimizer = optimizer;
        const StochasticSliceSolver solver(network, options);
        const NetworkParameters first(network, std::vector<double>(network.getNumParameters(), 0.3));
        for (int a = 0; a < first.size(); ++a) {
            Quadratic loss(first.size());
            StochasticState state = solver.start(first), other = state;
            solver.advance(loss.measurements(), 40, state);
            for (int b = 0; b < first.size(); ++b)
                if (b != a) {
                    loss.target[b] += 1.0;
                    loss.curvature[b] *= 1.5;
                }
            solver.advance(loss.measurements(), 40, other);
            EXPECT_EQ(state.theta[a], other.theta[a]) << "parameter " << a;
            EXPECT_NE(state.theta.getValues(), other.theta.getValues());
        }
    }
}

TEST(StochasticSliceSolver, SaysAtWhichStepParametersAreFiniteNoMore) {
    const OscillatorNetwork network = triangle();
    const StochasticSliceSolver solver(network, sgdOptions(40));
    StochasticState state = solver.start(NetworkParameters(network));
    SliceMeasurements measurements = Quadratic(network.getNumParameters()).measurements();
    int calls = 0;
    measurements.gradient = [&](const std::vector<std::size_t>& /*blocks*/, const NetworkParameters& theta) {
        return std::vector<double>(theta.size(), ++calls == 3 ? std::nan("") : 0.1);
    };
    try {
        solver.advance(measurements, 40, state);
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("at step 2 parameters are finite no more"), std::string::npos);
    }
}

TEST(StochasticSliceSolver, ContinuesToTheBit) {
    const OscillatorNetwork network = triangle();
    const Quadratic loss(network.getNumParameters());
    for (const SliceOptimizer optimizer : {SliceOptimizer::Adam, SliceOptimizer::Sgd}) {
        LearningOptions options = sgdOptions(40);
        options.optimizer = optimizer;
        const StochasticSliceSolver solver(network, options);
        StochasticState whole = solver.start(randomParameters(network, 1)), parts = whole;
        solver.advance(loss.measurements(), 40, whole);
        solver.advance(loss.measurements(), 17, parts);
        StochasticState copy = parts;
        StochasticSliceSolver(network, options).advance(loss.measurements(), 100, copy);
        EXPECT_EQ(copy.optimizer.step, 40);
        EXPECT_EQ(copy.theta.getValues(), whole.theta.getValues());
        EXPECT_EQ(copy.sum, whole.sum);
    }
}

TEST(StochasticSliceSolver, LocalStepsReachWhatTheExactSolveFinds) {
    // Held-out losses are compared: in flat directions of the loss, theta itself is still far off.
    const OscillatorNetwork network = triangle();
    const NoisingProcess process(1.0, 0.1);
    const std::vector<double> times = {0.2, 1.0};
    const NoisedDataSource source(network, process, times, clusters(3, 4000, 1), 0, 1);
    const NoisedDataSource heldOut(network, process, times, clusters(3, 4000, 2), 0, 2);
    LearningOptions options;
    ProtocolLearner exact(network, options);
    exact.learn(DenoisingForceMatching(), source, &heldOut);
    for (const SliceOptimizer optimizer : {SliceOptimizer::Adam, SliceOptimizer::Sgd}) {
        options.optimizer = optimizer;
        options.stochastic.steps = 3000;
        options.stochastic.learningRate = optimizer == SliceOptimizer::Adam ? 0.05 : 0.02;
        ProtocolLearner local(network, options);
        const DrivingProtocol learned = local.learn(DenoisingForceMatching(), source, &heldOut);
        for (int k = 0; k < 2; ++k) {
            EXPECT_NEAR(local.getReport().getHeldOutLosses()[k], exact.getReport().getHeldOutLosses()[k],
                        0.01 * exact.getReport().getHeldOutLosses()[k]);
            EXPECT_GE(learned.getSlice(k).get(ParameterFamily::K6, 0), options.minimumK6);
        }
        EXPECT_LT(local.getReport().getLargestResidual(), 0.1);
        EXPECT_NE(local.getReport().briefReport().find("3000 " + getSliceOptimizerName(optimizer) + " steps a slice"),
                  std::string::npos);
    }
}
