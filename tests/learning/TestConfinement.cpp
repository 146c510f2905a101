// The proof that a potential confines.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/Confinement.h"
#include <gtest/gtest.h>
#include <stdexcept>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

double virial(const OscillatorNetwork& network, const NetworkParameters& theta, const std::vector<double>& x) {
    std::vector<double> gradient(x.size());
    NetworkEnergy::gradient(network, theta.data(), x.data(), gradient.data());
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i)
        sum += x[i] * gradient[i];
    return sum;
}

} // namespace

TEST(Confinement, OneOscillatorGivesTheOuterZeroOfItsVirial) {
    // x dU/dx = x^6 - 5 x^4 + 4 x^2 = x^2 (x^2 - 1)(x^2 - 4): the outer zero is 2.
    OscillatorNetwork network;
    network.addOscillator();
    NetworkParameters theta(network);
    theta.set(ParameterFamily::K6, 0, 1.0);
    theta.set(ParameterFamily::KDuff, 0, -5.0);
    theta.set(ParameterFamily::KLin, 0, 4.0);
    EXPECT_NEAR(Confinement::radius(network, theta), 2.0, 0.02);
    EXPECT_GE(Confinement::radius(network, theta), 2.0);
}

TEST(Confinement, ForcePointsInwardsBeyondTheRadius) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(3, 2, 1);
    std::mt19937 generator(4);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    std::uniform_int_distribution<int> which(0, 5);
    for (unsigned seed = 0; seed < 20; ++seed) {
        const NetworkParameters theta = randomParameters(network, seed);
        const double radius = Confinement::radius(network, theta);
        ASSERT_TRUE(std::isfinite(radius));
        for (int trial = 0; trial < 2000; ++trial) {
            std::vector<double> x(6);
            const double scale = radius * (1.0 + 0.5 * std::abs(uniform(generator)));
            for (double& value : x)
                value = scale * uniform(generator);
            x[which(generator)] = scale * (uniform(generator) < 0.0 ? -1.0 : 1.0) * 1.0001;
            EXPECT_GT(virial(network, theta, x), 0.0);
        }
    }
}

TEST(Confinement, WithoutSexticTermNothingIsProved) {
    const OscillatorNetwork network = triangle();
    NetworkParameters theta = randomParameters(network, 1);
    theta.set(ParameterFamily::K6, 1, 0.0);
    EXPECT_TRUE(std::isinf(Confinement::radius(network, theta)));
    EXPECT_THROW(Confinement::radius(network, NetworkParameters(OscillatorNetwork::squareLattice(2, 2, 1))),
                 std::invalid_argument);
}

TEST(Confinement, BetweenSlicesTheLargerRadiusHolds) {
    const OscillatorNetwork network = triangle();
    const DrivingProtocol protocol({0.0, 1.0}, {randomParameters(network, 1), randomParameters(network, 2)});
    const std::vector<double> radii = Confinement::radii(network, protocol);
    ASSERT_EQ(radii.size(), 2u);
    const NetworkParameters middle = protocol.evaluate(0.3);
    std::mt19937 generator(7);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    const double radius = 1.0001 * std::max(radii[0], radii[1]);
    for (int trial = 0; trial < 2000; ++trial)
        EXPECT_GT(virial(network, middle, {radius, radius * uniform(generator), radius * uniform(generator)}), 0.0);
}
