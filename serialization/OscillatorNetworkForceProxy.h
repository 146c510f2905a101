#pragma once

#include "openmm/serialization/SerializationProxy.h"

namespace OpenMMOscillators {

/** XML of OscillatorNetworkForce, format version 1: network, protocol, replicas, displacement axis, group, name. */
class OscillatorNetworkForceProxy : public OpenMM::SerializationProxy {
public:
    OscillatorNetworkForceProxy();
    void serialize(const void* object, OpenMM::SerializationNode& node) const override;
    void* deserialize(const OpenMM::SerializationNode& node) const override;
};

} // namespace OpenMMOscillators
