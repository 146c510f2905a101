#include "openmmoscillators/dynamics/FusedSteps.h"

#include "openmm/CustomBondForce.h"
#include "openmm/CustomCompoundBondForce.h"
#include "openmm/CustomExternalForce.h"
#include "openmm/HarmonicBondForce.h"
#include "openmm/System.h"
#include "openmm/internal/ContextImpl.h"
#include "openmmoscillators/dynamics/NoiseStreams.h"

using OpenMM::Force;
using OpenMM::System;

namespace OpenMMOscillators {

namespace {

template <typename... Kinds>
bool isOneOf(const Force& force) {
    return ((dynamic_cast<const Kinds*>(&force) != nullptr) || ...);
}

/** Forces that are known to do nothing but exert forces. */
bool restsBetweenSteps(const Force& force) {
    return isOneOf<OscillatorNetworkForce, OpenMM::HarmonicBondForce, OpenMM::CustomBondForce,
                   OpenMM::CustomCompoundBondForce, OpenMM::CustomExternalForce>(force);
}

bool allRestBetweenSteps(const System& system) {
    for (int f = 0; f < system.getNumForces(); ++f)
        if (!restsBetweenSteps(system.getForce(f)))
            return false;
    return true;
}

bool hasVirtualSites(const System& system) {
    for (int particle = 0; particle < system.getNumParticles(); ++particle)
        if (system.isVirtualSite(particle))
            return true;
    return false;
}

bool holdsEveryMovingParticle(const OscillatorNetworkForce& force, const System& system) {
    std::vector<bool> held(system.getNumParticles(), false);
    for (int r = 0; r < force.getNumReplicas(); ++r)
        for (int particle : force.getReplicaParticles(r))
            held[particle] = true;
    for (int particle = 0; particle < system.getNumParticles(); ++particle)
        if (!held[particle] && system.getParticleMass(particle) > 0.0)
            return false;
    return true;
}

/** Whether this force alone clamps any coordinates. */
bool clampsAlone(const OscillatorNetworkForce& force, const System& system) {
    for (int f = 0; f < system.getNumForces(); ++f) {
        const auto* other = dynamic_cast<const OscillatorNetworkForce*>(&system.getForce(f));
        if (other != nullptr && other != &force && !other->getClampedPaths().isEmpty())
            return false;
    }
    return true;
}

bool hasRegularNoise(const OscillatorNetworkForce& force, const NoiseStreams& streams, std::uint32_t firstStream) {
    for (int r = 0; r < force.getNumReplicas(); ++r)
        for (std::size_t i = 0; i < force.getReplicaParticles(r).size(); ++i) {
            const auto address = streams.getAddress(force.getReplicaParticles(r)[i], force.getDisplacementAxis());
            if (address.stream != firstStream + r || address.index != i)
                return false;
        }
    return true;
}

} // namespace

FusedSteps::FusedSteps(const System& system) {
    if (hasVirtualSites(system) || !allRestBetweenSteps(system))
        return;
    const NoiseStreams streams(system);
    for (int f = 0; f < system.getNumForces(); ++f) {
        const auto* force = dynamic_cast<const OscillatorNetworkForce*>(&system.getForce(f));
        if (force == nullptr || !holdsEveryMovingParticle(*force, system) || !clampsAlone(*force, system))
            continue;
        const int axis = force->getDisplacementAxis();
        const std::uint32_t firstStream = streams.getAddress(force->getReplicaParticles(0)[0], axis).stream;
        if (hasRegularNoise(*force, streams, firstStream))
            candidates.push_back({force, axis, firstStream});
    }
}

std::optional<FusedSteps::Choice> FusedSteps::choose(OpenMM::ContextImpl& context,
                                                     const OverdampedLangevinIntegrator& integrator) const {
    std::vector<OpenMM::ForceImpl*> integrated;
    for (OpenMM::ForceImpl* impl : context.getForceImpls())
        if ((integrator.getIntegrationForceGroups() & (1 << impl->getOwner().getForceGroup())) != 0)
            integrated.push_back(impl);
    if (integrated.size() != 1)
        return std::nullopt;
    for (const Candidate& candidate : candidates) {
        if (candidate.force != &integrated[0]->getOwner())
            continue;
        for (int axis = 0; axis < 3; ++axis)
            if (axis != candidate.axis && integrator.getMobility()[axis] != 0.0)
                return std::nullopt;
        return Choice{dynamic_cast<OscillatorNetworkForceImpl*>(integrated[0]), candidate.firstStream};
    }
    return std::nullopt;
}

} // namespace OpenMMOscillators
