#include "openmm/OpenMMException.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/NoiseStreams.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <gtest/gtest.h>
#include <set>

using namespace OpenMMOscillators;

namespace {

OscillatorNetworkForce* chain(int oscillators) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(oscillators, 1, 1);
    return new OscillatorNetworkForce(network, DrivingProtocol(NetworkParameters(network)));
}

void expectAddress(const NoiseStreams& streams, int particle, int axis, std::uint32_t stream, std::uint32_t index) {
    EXPECT_EQ(streams.getAddress(particle, axis).stream, stream) << "particle " << particle << ", axis " << axis;
    EXPECT_EQ(streams.getAddress(particle, axis).index, index) << "particle " << particle << ", axis " << axis;
}

} // namespace

TEST(NoiseStreams, DisplacementsAreReplicaAndOscillator) {
    OpenMM::System system;
    for (int i = 0; i < 20; ++i)
        system.addParticle(1.0);
    auto* first = chain(3);
    first->addReplica({5, 4, 3});
    first->addReplica({0, 1, 2});
    auto* same = chain(3); // the same coordinates in another order: they keep their streams
    same->addReplica({0, 1, 2});
    auto* further = chain(2); // partly new: continues behind the two replicas of the first
    further->addReplica({2, 10});
    further->addReplica({11, 12});
    auto* sideways = chain(2); // the same particles, another axis
    sideways->setDisplacementAxis(0);
    sideways->addReplica({3, 4});
    for (auto* force : {first, same, further, sideways})
        system.addForce(force);
    const NoiseStreams streams(system);
    expectAddress(streams, 5, 2, 0, 0);
    expectAddress(streams, 3, 2, 0, 2);
    expectAddress(streams, 0, 2, 1, 0);
    expectAddress(streams, 2, 2, 1, 2);
    expectAddress(streams, 10, 2, 2, 1);
    expectAddress(streams, 11, 2, 3, 0);
    expectAddress(streams, 3, 0, 4, 0);
    expectAddress(streams, 3, 1, NoiseStreams::otherCoordinates, 10);
    expectAddress(streams, 19, 2, NoiseStreams::otherCoordinates, 59);
    std::set<std::pair<std::uint32_t, std::uint32_t>> all;
    for (int particle = 0; particle < 20; ++particle)
        for (int axis = 0; axis < 3; ++axis)
            all.emplace(streams.getAddress(particle, axis).stream, streams.getAddress(particle, axis).index);
    EXPECT_EQ(all.size(), 60u); // no two coordinates share a number
}

TEST(NoiseStreams, APartOfAPopulationHasTheNumbersOfItsReplicas) {
    OpenMM::System system;
    for (int i = 0; i < 6; ++i)
        system.addParticle(1.0);
    auto* force = chain(3);
    force->addReplicas(2, 0);
    force->setFirstReplicaNumber(40);
    system.addForce(force);
    const NoiseStreams streams(system);
    expectAddress(streams, 1, 2, 40, 1);
    expectAddress(streams, 5, 2, 41, 2);
    EXPECT_THROW(force->setFirstReplicaNumber(-1), OpenMM::OpenMMException);
}
