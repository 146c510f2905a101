#pragma once

#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <vector>

namespace OpenMMOscillators {

/** Replica by replica with NetworkEnergy, in double precision. */
class ReferenceOscillatorNetworkForceKernel : public CalcOscillatorNetworkForceKernel {
public:
    using CalcOscillatorNetworkForceKernel::CalcOscillatorNetworkForceKernel;
    void initialize(const OpenMM::System& system, const OscillatorNetworkForce& force) override;
    double execute(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy) override;
    std::vector<double> getReplicaEnergies(OpenMM::ContextImpl& context) override;
    void copyProtocolToContext(OpenMM::ContextImpl& context, const DrivingProtocol& newProtocol,
                               const ProtocolChange& change) override;

private:
    NetworkParameters parametersAt(double time) const;

    OscillatorNetwork network;
    DrivingProtocol protocol;
    std::vector<std::vector<int>> replicas;
    int axis = 2;
};

} // namespace OpenMMOscillators
