#pragma once

#include "openmm/serialization/SerializationProxy.h"

namespace OpenMMOscillators {

/**
 * XML of OverdampedLangevinIntegrator, format version 1: its settings. The state of its noise belongs to a run and goes
 * into checkpoints and States.
 */
class OverdampedLangevinIntegratorProxy : public OpenMM::SerializationProxy {
public:
    OverdampedLangevinIntegratorProxy();
    void serialize(const void* object, OpenMM::SerializationNode& node) const override;
    void* deserialize(const OpenMM::SerializationNode& node) const override;
};

} // namespace OpenMMOscillators
