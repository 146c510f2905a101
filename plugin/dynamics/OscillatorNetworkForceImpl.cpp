#include "openmmoscillators/dynamics/OscillatorNetworkForceImpl.h"

#include "openmm/System.h"
#include "openmm/internal/ContextImpl.h"
#include "openmmoscillators/dynamics/Errors.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"

using OpenMM::ContextImpl;
using OpenMM::OpenMMException;

namespace OpenMMOscillators {

namespace {

void checkAgainstSystem(const OscillatorNetworkForce& force, const OpenMM::System& system) {
    if (force.getNumReplicas() == 0)
        throw OpenMMException(
            "OscillatorNetworkForce: there are no replicas, expected at least one: call addReplica()");
    std::vector<int> replicaOf(system.getNumParticles(), -1);
    for (int r = 0; r < force.getNumReplicas(); ++r)
        for (int particle : force.getReplicaParticles(r)) {
            const std::string what =
                "OscillatorNetworkForce: replica " + std::to_string(r) + " uses particle " + std::to_string(particle);
            if (particle >= system.getNumParticles())
                throw OpenMMException(what + ", but the System has " + std::to_string(system.getNumParticles()) +
                                      " particles");
            if (replicaOf[particle] >= 0)
                throw OpenMMException(what + ", which replica " + std::to_string(replicaOf[particle]) +
                                      " uses already");
            if (system.isVirtualSite(particle))
                throw OpenMMException(what + ", which is a virtual site: an oscillator must be an ordinary particle");
            replicaOf[particle] = r;
        }
}

void checkClampedPaths(const OscillatorNetworkForce& force, const OpenMM::System& system) {
    const ClampedPaths& paths = force.getClampedPaths();
    for (int p = 0; p < paths.getNumPaths(); ++p) {
        const ClampedPaths::Path& path = paths.getPath(p);
        const std::string what = "OscillatorNetworkForce: clamped path " + std::to_string(p) + " is of oscillator " +
                                 std::to_string(path.oscillator) + " of replica " + std::to_string(path.replica);
        if (path.replica >= force.getNumReplicas() || path.oscillator >= force.getNetwork().getNumOscillators())
            throw OpenMMException(what + ", but there are " + std::to_string(force.getNumReplicas()) + " replicas of " +
                                  std::to_string(force.getNetwork().getNumOscillators()) + " oscillators");
        if (system.getParticleMass(force.getReplicaParticles(path.replica)[path.oscillator]) == 0.0)
            throw OpenMMException(what + ", whose particle has mass 0 and cannot move");
    }
}

} // namespace

DrivingProtocol::Position locateInProtocol(const DrivingProtocol& protocol, double time) {
    return withOpenMMErrors("OscillatorNetworkForce at the Context's time", [&] { return protocol.locate(time); });
}

void OscillatorNetworkForceImpl::initialize(ContextImpl& context) {
    checkAgainstSystem(owner, context.getSystem());
    checkClampedPaths(owner, context.getSystem());
    kernel = context.getPlatform().createKernel(CalcOscillatorNetworkForceKernel::Name(), context);
    kernel.getAs<CalcOscillatorNetworkForceKernel>().initialize(context.getSystem(), owner);
    seenRevision = owner.revision;
}

void OscillatorNetworkForceImpl::updateContextState(ContextImpl& /*context*/, bool& forcesInvalid) {
    if (owner.getProtocol().isTimeDependent())
        forcesInvalid = true;
}

double OscillatorNetworkForceImpl::calcForcesAndEnergy(ContextImpl& context, bool includeForces, bool includeEnergy,
                                                       int groups) {
    if ((groups & (1 << owner.getForceGroup())) == 0)
        return 0.0;
    return kernel.getAs<CalcOscillatorNetworkForceKernel>().execute(context, includeForces, includeEnergy);
}

std::vector<std::string> OscillatorNetworkForceImpl::getKernelNames() {
    return {CalcOscillatorNetworkForceKernel::Name()};
}

std::vector<std::pair<int, int>> OscillatorNetworkForceImpl::getBondedParticles() const {
    std::vector<std::pair<int, int>> bonds;
    for (int r = 0; r < owner.getNumReplicas(); ++r) {
        const std::vector<int>& particles = owner.getReplicaParticles(r);
        for (std::size_t i = 1; i < particles.size(); ++i)
            bonds.emplace_back(particles[i - 1], particles[i]);
    }
    return bonds;
}

void OscillatorNetworkForceImpl::updateParametersInContext(ContextImpl& context) {
    if (owner.arrangementRevision > seenRevision)
        throw OpenMMException(
            "OscillatorNetworkForce::updateParametersInContext: replicas, the displacement axis "
            "or the clamped paths changed since the Context was created; call Context::reinitialize() instead");
    ProtocolChange change = {owner.gridRevision > seenRevision, -1, -1};
    for (int k = 0; k < owner.getProtocol().getNumSlices(); ++k)
        if (owner.sliceRevisions[k] > seenRevision) {
            change.firstSlice = change.firstSlice < 0 ? k : change.firstSlice;
            change.lastSlice = k;
        }
    if (change.grid || change.firstSlice >= 0)
        kernel.getAs<CalcOscillatorNetworkForceKernel>().copyProtocolToContext(context, owner.getProtocol(), change);
    seenRevision = owner.revision;
    context.systemChanged();
}

std::vector<double> OscillatorNetworkForceImpl::getReplicaEnergies(ContextImpl& context) {
    return kernel.getAs<CalcOscillatorNetworkForceKernel>().getReplicaEnergies(context);
}

} // namespace OpenMMOscillators
