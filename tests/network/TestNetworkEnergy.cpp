#include "openmmoscillators/network/NetworkEnergy.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "support/RandomNetworks.h"
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>

using namespace OpenMMOscillators;

namespace {

/** A random network with parameters and a state, and the matrix Phi built column by column from gradients. */
class NetworkEnergyTest : public testing::TestWithParam<unsigned> {
protected:
    NetworkEnergyTest()
        : random(GetParam()), network(random.network(7, 0.5)), theta(random.parameters(network)),
          x(random.uniforms(7, -1.5, 1.5)) {}

    std::vector<double> gradient(const double* parameters, const std::vector<double>& state) const {
        std::vector<double> result(state.size());
        NetworkEnergy::gradient(network, parameters, state.data(), result.data());
        return result;
    }
    std::vector<std::vector<double>> phi(const std::vector<double>& state) const {
        std::vector<std::vector<double>> columns;
        for (int a = 0; a < theta.size(); ++a) {
            std::vector<double> unit(theta.size(), 0.0);
            unit[a] = 1.0;
            columns.push_back(gradient(unit.data(), state));
        }
        return columns;
    }
    static double dot(const std::vector<double>& a, const std::vector<double>& b) {
        return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
    }

    RandomNetworks random;
    OscillatorNetwork network;
    NetworkParameters theta;
    std::vector<double> x;
};

} // namespace

TEST_P(NetworkEnergyTest, EnergyIsTheFormula) {
    double expected = 0.0;
    using F = ParameterFamily;
    for (int i = 0; i < network.getNumOscillators(); ++i)
        expected += theta.get(F::KLin, i) * std::pow(x[i], 2) / 2 + theta.get(F::KDuff, i) * std::pow(x[i], 4) / 4 +
                    theta.get(F::K6, i) * std::pow(x[i], 6) / 6 + theta.get(F::Bias, i) * x[i];
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [i, j] = network.getEdges()[e];
        expected += theta.get(F::CLin, e) * std::pow(x[i] - x[j], 2) + theta.get(F::COptomech, e) * x[i] * x[i] * x[j] +
                    theta.get(F::CDuff, e) * std::pow(x[i] - x[j], 4) / 4;
    }
    EXPECT_NEAR(NetworkEnergy::energy(network, theta.data(), x.data()), expected, 1e-12);
}

TEST_P(NetworkEnergyTest, GradientIsTheDerivativeOfTheEnergy) {
    const std::vector<double> g = gradient(theta.data(), x);
    const double h = 1e-4; // central differences of a sextic: error ~ h^2 = 1e-8 and rounding 1e-12
    for (int i = 0; i < network.getNumOscillators(); ++i) {
        std::vector<double> left = x, right = x;
        left[i] -= h;
        right[i] += h;
        const double difference = (NetworkEnergy::energy(network, theta.data(), right.data()) -
                                   NetworkEnergy::energy(network, theta.data(), left.data())) /
                                  (2 * h);
        EXPECT_NEAR(g[i], difference, 1e-6 * std::max(1.0, std::abs(g[i])));
    }
}

TEST_P(NetworkEnergyTest, GradientIsPhiTheta) {
    const auto columns = phi(x);
    std::vector<double> expected(x.size(), 0.0);
    for (int a = 0; a < theta.size(); ++a)
        for (std::size_t i = 0; i < x.size(); ++i)
            expected[i] += theta[a] * columns[a][i];
    const std::vector<double> g = gradient(theta.data(), x);
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(g[i], expected[i], 1e-12);
}

TEST_P(NetworkEnergyTest, TransposeIsAdjoint) {
    const std::vector<double> r = random.uniforms(x.size(), -1.0, 1.0);
    std::vector<double> sums(theta.size(), 0.5); // "add": on top of what is there
    NetworkEnergy::addTranspose(network, x.data(), r.data(), sums.data());
    const auto columns = phi(x);
    double through = 0.0;
    for (int a = 0; a < theta.size(); ++a) {
        EXPECT_NEAR(sums[a], 0.5 + dot(columns[a], r), 1e-12);
        through += theta[a] * (sums[a] - 0.5);
    }
    EXPECT_NEAR(dot(gradient(theta.data(), x), r), through, 1e-11); // <Phi theta, r> = <theta, Phi^T r>
}

TEST_P(NetworkEnergyTest, LaplacianTermsAreDivergencesOfPhi) {
    std::vector<double> terms(theta.size(), 0.0);
    NetworkEnergy::addLaplacianTerms(network, x.data(), terms.data());
    std::vector<double> expected(theta.size(), 0.0);
    const double h = 1e-4;
    for (std::size_t i = 0; i < x.size(); ++i) {
        std::vector<double> left = x, right = x;
        left[i] -= h;
        right[i] += h;
        const auto before = phi(left), after = phi(right);
        for (int a = 0; a < theta.size(); ++a)
            expected[a] += (after[a][i] - before[a][i]) / (2 * h);
    }
    double laplacian = 0.0;
    for (int a = 0; a < theta.size(); ++a) {
        EXPECT_NEAR(terms[a], expected[a], 1e-6 * std::max(1.0, std::abs(expected[a]))) << "parameter " << a;
        laplacian += theta[a] * terms[a];
    }
    EXPECT_NEAR(NetworkEnergy::laplacian(network, theta.data(), x.data()), laplacian, 1e-12);
}

TEST_P(NetworkEnergyTest, EnergyTermsAreDerivativesByTheParameters) {
    std::vector<double> terms(theta.size(), 0.0), squares(theta.size(), 0.0);
    NetworkEnergy::addEnergyTerms(network, x.data(), terms.data());
    NetworkEnergy::addSquares(network, x.data(), squares.data());
    const double energy = NetworkEnergy::energy(network, theta.data(), x.data());
    const auto columns = phi(x);
    for (int a = 0; a < theta.size(); ++a) {
        NetworkParameters changed = theta;
        changed[a] += 1.0; // U is linear in theta
        EXPECT_NEAR(terms[a], NetworkEnergy::energy(network, changed.data(), x.data()) - energy, 1e-11);
        EXPECT_NEAR(squares[a], dot(columns[a], columns[a]), 1e-11 * std::max(1.0, squares[a]));
    }
}

INSTANTIATE_TEST_SUITE_P(RandomNetworks, NetworkEnergyTest, testing::Values(11u, 12u, 13u, 14u));
