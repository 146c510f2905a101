#pragma once

#include "openmm/Context.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/learning/Device.h"

namespace OpenMMOscillators {

/**
 * The network of an OpenMM Context as a device: theta is the force's protocol, constant in time; samples are imposed as
 * displacements of its replicas, and the forces are those of its force group. No other force should be in that group.
 */
class ContextDevice : public Device {
public:
    /**
     * @param deviceContext  of a System with the force; both must outlive the device
     * @param deviceForce    with at least one replica; the samples of a block are imposed on as many at once as there
     *                       are replicas
     * @throws std::invalid_argument if there are no replicas
     */
    ContextDevice(OpenMM::Context& deviceContext, OscillatorNetworkForce& deviceForce);

    const ParameterLayout& getLayout() const override { return layout; }
    void setParameters(const NetworkParameters& theta) override;
    void measure(SampleBlock& block) override;

private:
    OpenMM::Context& context;
    OscillatorNetworkForce& force;
    ParameterLayout layout;
};

} // namespace OpenMMOscillators
