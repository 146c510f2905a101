#include "OscillatorNetworkForceProxy.h"

#include "NetworkNodes.h"
#include "NumberLists.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <memory>

using OpenMM::SerializationNode;

namespace OpenMMOscillators {

namespace {

constexpr int newestVersion = 2; // 1 had neither latent oscillators nor clamped paths

} // namespace

OscillatorNetworkForceProxy::OscillatorNetworkForceProxy() : SerializationProxy("OscillatorNetworkForce") {}

void OscillatorNetworkForceProxy::serialize(const void* object, SerializationNode& node) const {
    const auto& force = *static_cast<const OscillatorNetworkForce*>(object);
    node.setIntProperty("version", newestVersion);
    node.setIntProperty("forceGroup", force.getForceGroup());
    node.setStringProperty("name", force.getName());
    node.setIntProperty("displacementAxis", force.getDisplacementAxis());
    node.setIntProperty("firstReplicaNumber", force.getFirstReplicaNumber());
    writeNetwork(node.createChildNode("Network"), force.getNetwork());
    writeProtocol(node.createChildNode("Protocol"), force.getProtocol());
    writeClampedPaths(node.createChildNode("ClampedPaths"), force.getClampedPaths());
    SerializationNode& replicas = node.createChildNode("Replicas");
    for (int r = 0; r < force.getNumReplicas(); ++r)
        setIntegers(replicas.createChildNode("Replica"), "particles", force.getReplicaParticles(r));
}

void* OscillatorNetworkForceProxy::deserialize(const SerializationNode& node) const {
    const int version = readVersion(node, newestVersion, getTypeName());
    const OscillatorNetwork network = readNetwork(node.getChildNode("Network"));
    auto force =
        std::make_unique<OscillatorNetworkForce>(network, readProtocol(node.getChildNode("Protocol"), network));
    force->setForceGroup(node.getIntProperty("forceGroup"));
    force->setName(node.getStringProperty("name"));
    force->setDisplacementAxis(node.getIntProperty("displacementAxis"));
    if (version >= 2)
        force->setClampedPaths(readClampedPaths(node.getChildNode("ClampedPaths")));
    force->setFirstReplicaNumber(node.getIntProperty("firstReplicaNumber", 0));
    for (const SerializationNode& replica : node.getChildNode("Replicas").getChildren())
        force->addReplica(getIntegers(replica, "particles"));
    return force.release(); // the caller's, by OpenMM's contract
}

} // namespace OpenMMOscillators
