#include "openmmoscillators/network/OscillatorNetwork.h"
#include "support/Expect.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>

using namespace OpenMMOscillators;

TEST(OscillatorNetwork, LatticeJoinsEveryPairWithinTheRangeOnce) {
    for (const auto& [width, height, range] : {std::array{10, 10, 6}, {4, 7, 1}, {3, 2, 0}, {1, 5, 9}}) {
        const OscillatorNetwork network = OscillatorNetwork::squareLattice(width, height, range);
        std::vector<std::pair<int, int>> expected;
        for (int i = 0; i < width * height; ++i)
            for (int j = i + 1; j < width * height; ++j)
                if (std::max(std::abs(i / width - j / width), std::abs(i % width - j % width)) <= range)
                    expected.emplace_back(i, j);
        EXPECT_EQ(network.getNumOscillators(), width * height);
        EXPECT_EQ(network.getEdges(), expected); // sorted by first, then second
        EXPECT_EQ(network.getNumParameters(), 4 * width * height + 3 * static_cast<int>(expected.size()));
        for (int i = 0; i < width * height; ++i) {
            double x, y;
            network.getOscillatorSite(i, x, y);
            EXPECT_EQ(x, i % width);
            EXPECT_EQ(y, i / width);
        }
    }
}

TEST(OscillatorNetwork, KeepsWhatIsAdded) {
    OscillatorNetwork network;
    EXPECT_EQ(network.addOscillator(1.5, -2.0), 0);
    EXPECT_EQ(network.addOscillator(), 1);
    EXPECT_EQ(network.addOscillator(), 2);
    EXPECT_EQ(network.addEdge(2, 0), 0);
    EXPECT_EQ(network.addEdge(0, 1), 1);
    network.setOscillatorSite(1, 4.0, 5.0);
    double x, y;
    network.getOscillatorSite(0, x, y);
    EXPECT_EQ(std::make_pair(x, y), std::make_pair(1.5, -2.0));
    network.getOscillatorSite(1, x, y);
    EXPECT_EQ(std::make_pair(x, y), std::make_pair(4.0, 5.0));
    int first, second;
    network.getEdge(0, first, second);
    EXPECT_EQ(std::make_pair(first, second), std::make_pair(2, 0)); // the order is kept: it matters to c_optomech
    network.setEdge(0, 0, 2);                                       // the same two, turned round
    network.setEdge(1, 1, 2);
    network.addEdge(1, 0); // free again
    const std::vector<std::pair<int, int>> expected = {{0, 2}, {1, 2}, {1, 0}};
    EXPECT_EQ(network.getEdges(), expected);
}

TEST(OscillatorNetwork, OscillatorsHaveRoles) {
    OscillatorNetwork network = OscillatorNetwork::squareLattice(2, 1, 1);
    EXPECT_EQ(network.addOscillator(0.0, 2.0, OscillatorRole::Latent), 2);
    EXPECT_EQ(network.getOscillatorRole(0), OscillatorRole::Visible);
    EXPECT_EQ(network.getOscillatorRole(2), OscillatorRole::Latent);
    OscillatorNetwork other = network;
    other.setOscillatorRole(0, OscillatorRole::Latent);
    EXPECT_NE(other, network);
    EXPECT_EQ(other.getLatentOscillators(), (std::vector<int>{0, 2}));
    EXPECT_EQ(roleFromName(getRoleName(OscillatorRole::Latent)), OscillatorRole::Latent);
    EXPECT_ERROR(roleFromName("hidden"), std::invalid_argument, "found 'hidden'");
    EXPECT_ERROR(network.getOscillatorRole(3), std::out_of_range, "oscillator 3 does not exist");
}

TEST(OscillatorNetwork, RefusesWhatIsNotANetwork) {
    OscillatorNetwork network = OscillatorNetwork::squareLattice(3, 1, 1); // edges (0, 1), (1, 2)
    EXPECT_ERROR(network.addEdge(0, 3), std::out_of_range, "oscillator 3 does not exist: the network has 3");
    EXPECT_ERROR(network.addEdge(-1, 2), std::out_of_range, "oscillator -1");
    EXPECT_ERROR(network.addEdge(2, 2), std::invalid_argument, "edge (2, 2) joins an oscillator to itself");
    EXPECT_ERROR(network.addEdge(1, 0), std::invalid_argument, "duplicate edge (1, 0)");
    EXPECT_ERROR(network.setEdge(0, 2, 1), std::invalid_argument, "duplicate edge (2, 1)");
    EXPECT_ERROR(network.setEdge(2, 0, 2), std::out_of_range, "edge 2 does not exist: the network has 2");
    EXPECT_ERROR(network.addOscillator(NAN, 0.0), std::invalid_argument, "not finite");
    double x, y;
    EXPECT_ERROR(network.getOscillatorSite(3, x, y), std::out_of_range, "oscillator 3");
    EXPECT_ERROR(OscillatorNetwork::squareLattice(0, 2, 1), std::invalid_argument, "found 0 x 2");
    EXPECT_ERROR(OscillatorNetwork::squareLattice(2, 2, -1), std::invalid_argument, "found -1");
    EXPECT_EQ(network, OscillatorNetwork::squareLattice(3, 1, 1)); // untouched
}
