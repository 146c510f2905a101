// The exact solve of a slice, held against the normal equations in plain double arithmetic, the optimality conditions
// of its bounds, and a long run of Adam.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/AdamOptimizer.h"
#include "openmmoscillators/learning/DenoisingForceMatching.h"
#include "openmmoscillators/learning/ExactSliceSolver.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <gtest/gtest.h>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

struct Learned {
    NetworkParameters theta;
    SliceSolution solution;
};

class ExactSolve : public testing::Test {
protected:
    static constexpr int samples = 600;
    OscillatorNetwork network = OscillatorNetwork::squareLattice(3, 2, 1);
    NoisingProcess process{1.0, 0.1};
    NoiseLevel level = process.getLevel(0.15);
    DenoisingForceMatching rule;

    NoisedDataSource makeSource(const NetworkParameters& measured) const {
        NoisedDataSource source(network, process, {0.15}, clusters(6, samples, 1), 0, 2);
        source.setProtocol(DrivingProtocol(measured));
        return source;
    }

    Learned solve(const LearningOptions& options, const NetworkParameters& measured, int numThreads = 2) const {
        const BatchArithmetic<float> arithmetic(network);
        ThreadPool threads(numThreads);
        SampleSlice slice(arithmetic, threads);
        slice.load(makeSource(measured), 0);
        std::vector<double> gradient = slice.gradient(rule, level);
        for (double& value : gradient)
            value /= rule.getCurvature(level);
        SchwarzPreconditioner preconditioner(threads);
        ExactSliceSolver solver(network, options, preconditioner, threads);
        Learned learned{NetworkParameters(network), {}};
        learned.solution = solver.solve(slice, measured, gradient, learned.theta);
        return learned;
    }

    /** The gradient of the regularised loss over its curvature, and the diagonal of E[Phi^T Phi], in double. */
    void gradientInDouble(const NetworkParameters& theta, double ridge, std::vector<double>& gradient,
                          std::vector<double>& diagonal) const {
        const int numOscillators = network.getNumOscillators();
        SampleBlock block;
        makeSource(NetworkParameters(network)).read(0, 0, samples, block);
        gradient.assign(theta.size(), 0.0);
        diagonal.assign(theta.size(), 0.0);
        std::vector<double> x(numOscillators), residual(numOscillators);
        for (int s = 0; s < samples; ++s) {
            for (int i = 0; i < numOscillators; ++i)
                x[i] = block.position[i * block.stride + s];
            NetworkEnergy::gradient(network, theta.data(), x.data(), residual.data());
            for (int i = 0; i < numOscillators; ++i)
                residual[i] -= level.thermalEnergy / level.variance *
                               (x[i] - level.meanFactor * block.initialPosition[i * block.stride + s]);
            NetworkEnergy::addTranspose(network, x.data(), residual.data(), gradient.data());
            NetworkEnergy::addSquares(network, x.data(), diagonal.data());
        }
        for (int a = 0; a < theta.size(); ++a) {
            diagonal[a] /= samples;
            gradient[a] = gradient[a] / samples + ridge * diagonal[a] * theta[a];
        }
    }
};

LearningOptions denseOptions() {
    LearningOptions options;
    options.denseLimit = 10000;
    return options;
}

LearningOptions iterativeOptions(double tolerance) {
    LearningOptions options;
    options.denseLimit = 0;
    options.tolerance = tolerance;
    options.maxIterations = 2000;
    return options;
}

} // namespace

TEST_F(ExactSolve, MeetsTheOptimalityConditions) {
    for (const LearningOptions& options : {denseOptions(), iterativeOptions(1e-5)}) {
        const Learned learned = solve(options, NetworkParameters(network));
        EXPECT_TRUE(learned.solution.converged);
        EXPECT_GT(learned.solution.numAtBound, 0); // or the bound is not tested
        EXPECT_LT(learned.solution.numAtBound, 6);
        std::vector<double> gradient, diagonal;
        gradientInDouble(learned.theta, options.ridge, gradient, diagonal);
        const int k6 = learned.theta.getLayout().getOffset(ParameterFamily::K6);
        int atBound = 0;
        for (int a = 0; a < learned.theta.size(); ++a) {
            const double scaled = gradient[a] / std::sqrt(diagonal[a]);
            const bool bounded = a >= k6 && a < k6 + 6;
            EXPECT_TRUE(!bounded || learned.theta[a] >= options.minimumK6);
            if (bounded && learned.theta[a] == options.minimumK6) {
                EXPECT_GT(scaled, -1e-4) << "k_6 at its bound is pulled inwards";
                ++atBound;
            } else {
                EXPECT_NEAR(scaled, 0.0, 1e-4) << "parameter " << a;
            }
        }
        EXPECT_EQ(atBound, learned.solution.numAtBound);
    }
}

TEST_F(ExactSolve, DoesNotDependOnTheProtocolThatWasMeasured) {
    // Newton's step from any theta ends in the same minimum: forces of another protocol carry the same information.
    const Learned a = solve(denseOptions(), NetworkParameters(network));
    const Learned b = solve(denseOptions(), randomParameters(network, 5, 0.2));
    for (int k = 0; k < a.theta.size(); ++k)
        EXPECT_NEAR(a.theta[k], b.theta[k], 2e-3 * (1.0 + std::abs(a.theta[k]))) << k;
}

TEST_F(ExactSolve, IsTheSameToTheBitForAnyNumberOfThreads) {
    for (const LearningOptions& options : {denseOptions(), iterativeOptions(1e-3)}) {
        const Learned one = solve(options, NetworkParameters(network), 1);
        for (const int threads : {2, 5})
            EXPECT_EQ(solve(options, NetworkParameters(network), threads).theta.getValues(), one.theta.getValues());
    }
}

TEST_F(ExactSolve, RidgePullsTowardsZero) {
    LearningOptions weak = denseOptions(), strong = denseOptions();
    weak.ridge = 1e-3;
    strong.ridge = 1.0;
    const NetworkParameters a = solve(weak, NetworkParameters(network)).theta;
    const NetworkParameters b = solve(strong, NetworkParameters(network)).theta;
    double normA = 0.0, normB = 0.0;
    for (int k = 0; k < a.size(); ++k) {
        normA += a[k] * a[k];
        normB += b[k] * b[k];
    }
    EXPECT_LT(normB, 0.5 * normA);
}

TEST_F(ExactSolve, SaysWhenItHasNotConverged) {
    LearningOptions options = iterativeOptions(1e-6);
    options.maxIterations = 3;
    const SliceSolution solution = solve(options, NetworkParameters(network)).solution;
    EXPECT_FALSE(solution.converged);
    EXPECT_GT(solution.residual, 1e-6);
}

TEST_F(ExactSolve, IsWhereALongRunOfAdamEnds) {
    // Adam on the local gradient with the ridge's own local term, k_6 projected onto its bound. The loss is flat along
    // near-degenerate combinations of parameters, so that losses are compared, and the forces.
    const LearningOptions options = denseOptions();
    const Learned exact = solve(options, NetworkParameters(network));
    const BatchArithmetic<float> arithmetic(network);
    ThreadPool threads(2);
    SampleSlice slice(arithmetic, threads);
    slice.load(makeSource(NetworkParameters(network)), 0);
    const std::vector<double> diagonal = slice.diagonal();
    NetworkParameters theta(network);
    AdamOptions adamOptions;
    adamOptions.learningRate = 0.03;
    AdamOptimizer adam(theta.size(), adamOptions);
    const int k6 = theta.getLayout().getOffset(ParameterFamily::K6);
    for (int step = 0; step < 3000; ++step) {
        if (step == 2000)
            adam.setLearningRate(0.003);
        std::vector<double> gradient = slice.gradient(rule, level);
        for (int a = 0; a < theta.size(); ++a)
            gradient[a] += rule.getCurvature(level) * options.ridge * diagonal[a] * theta[a];
        NetworkParameters change = theta;
        adam.step(gradient.data(), theta.data());
        for (int a = k6; a < k6 + 6; ++a)
            theta[a] = std::max(theta[a], options.minimumK6);
        for (int a = 0; a < theta.size(); ++a)
            change[a] = theta[a] - change[a];
        slice.changeParameters(change.data());
    }
    double scale = 0.0, difference = 0.0;
    std::vector<double> product(theta.size()), gap(theta.size());
    for (int a = 0; a < theta.size(); ++a)
        gap[a] = theta[a] - exact.theta[a];
    slice.multiply(gap.data(), product.data());
    for (int a = 0; a < theta.size(); ++a)
        difference += gap[a] * product[a];
    slice.multiply(exact.theta.data(), product.data());
    for (int a = 0; a < theta.size(); ++a)
        scale += exact.theta[a] * product[a];
    EXPECT_LT(difference, 1e-4 * scale); // E|F_adam - F_exact|^2 against E|F_exact|^2
}
