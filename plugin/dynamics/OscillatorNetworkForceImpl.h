#pragma once

#include "openmm/Kernel.h"
#include "openmm/internal/ForceImpl.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace OpenMMOscillators {

/** An OscillatorNetworkForce in one Context. */
class OscillatorNetworkForceImpl : public OpenMM::ForceImpl {
public:
    explicit OscillatorNetworkForceImpl(const OscillatorNetworkForce& force) : owner(force) {}
    /** @throws OpenMM::OpenMMException if the replicas do not fit the System */
    void initialize(OpenMM::ContextImpl& context) override;
    const OscillatorNetworkForce& getOwner() const override { return owner; }
    /** Time alone changes the forces of a time-dependent protocol, and setTime() invalidates nothing. */
    void updateContextState(OpenMM::ContextImpl& context, bool& forcesInvalid) override;
    double calcForcesAndEnergy(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy,
                               int groups) override;
    std::map<std::string, double> getDefaultParameters() override { return {}; }
    std::vector<std::string> getKernelNames() override;
    /** Chains the oscillators of each replica, so that a replica is one molecule. */
    std::vector<std::pair<int, int>> getBondedParticles() const override;

    void updateParametersInContext(OpenMM::ContextImpl& context);
    std::vector<double> getReplicaEnergies(OpenMM::ContextImpl& context);
    /** For integrator kernels of the same platform, which may fuse their steps with this one. */
    OpenMM::Kernel& getKernel() { return kernel; }

private:
    const OscillatorNetworkForce& owner;
    OpenMM::Kernel kernel;
    std::uint64_t seenRevision = 0; // of the owner's changes
};

} // namespace OpenMMOscillators
