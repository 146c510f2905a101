#include "openmmoscillators/dynamics/EscapeDescription.h"

#include "openmm/System.h"
#include "openmm/internal/ContextImpl.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/Show.h"
#include <cmath>
#include <optional>
#include <vector>

using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

/** U'' of an oscillator alone is stiffness + cubic x^2 + quintic x^4. */
struct Curvature {
    double stiffness, cubic, quintic;
    bool confines() const {
        if (quintic != 0.0)
            return quintic > 0.0;
        return cubic != 0.0 ? cubic > 0.0 : stiffness > 0.0;
    }
    /** The |x| at which it reaches a value, for a potential that confines. */
    double reaches(double value) const {
        const double missing = value - stiffness;
        if (missing <= 0.0)
            return 0.0;
        if (quintic == 0.0)
            return std::sqrt(missing / cubic); // infinite for a parabola
        const double half = cubic / (2.0 * quintic);
        return std::sqrt(std::sqrt(half * half + missing / quintic) - half);
    }
};

Curvature curvatureAt(const NetworkParameters& theta, int oscillator) {
    return {theta.get(ParameterFamily::KLin, oscillator), 3.0 * theta.get(ParameterFamily::KDuff, oscillator),
            5.0 * theta.get(ParameterFamily::K6, oscillator)};
}

/** theta at a time, or at the end of the grid if the protocol refuses the time. */
NetworkParameters thetaAt(const DrivingProtocol& protocol, double time) {
    DrivingProtocol held = protocol;
    if (held.getOutside() == DrivingProtocol::Outside::Refuse)
        held.setOutside(DrivingProtocol::Outside::Hold);
    return held.evaluate(time);
}

class EscapeSearch {
public:
    EscapeSearch(OpenMM::ContextImpl& contextImpl, const OverdampedLangevinIntegrator& whose)
        : context(contextImpl), integrator(whose), system(contextImpl.getSystem()) {
        context.getPositions(positions);
    }

    std::string describe() const {
        for (int f = 0; f < system.getNumForces(); ++f)
            if (const auto* force = dynamic_cast<const OscillatorNetworkForce*>(&system.getForce(f)))
                if (const std::optional<std::string> text = describeFirst(*force))
                    return *text;
        for (int particle = 0; particle < system.getNumParticles(); ++particle)
            for (int axis = 0; axis < 3; ++axis)
                if (hasEscaped(particle, axis))
                    return describe("particle " + std::to_string(particle) + " escaped: its " + "xyz"[axis] + " is ",
                                    positions[particle][axis]);
        return describe("a path escaped: a coordinate was ", NAN);
    }

private:
    bool hasEscaped(int particle, int axis) const {
        return system.getParticleMass(particle) > 0.0 && integrator.getMobility()[axis] != 0.0 &&
               !(std::abs(positions[particle][axis]) <= integrator.getEscapeDistance());
    }

    /** The first oscillator of a replica that has escaped, or -1. */
    int findOscillator(const OscillatorNetworkForce& force, int replica) const {
        const std::vector<int>& particles = force.getReplicaParticles(replica);
        for (std::size_t i = 0; i < particles.size(); ++i)
            if (hasEscaped(particles[i], force.getDisplacementAxis()))
                return static_cast<int>(i);
        return -1;
    }

    std::optional<std::string> describeFirst(const OscillatorNetworkForce& force) const {
        int replica = -1, oscillator = -1, others = 0;
        for (int r = 0; r < force.getNumReplicas(); ++r) {
            const int found = findOscillator(force, r);
            if (found >= 0 && replica >= 0)
                ++others;
            else if (found >= 0) {
                replica = r;
                oscillator = found;
            }
        }
        if (replica < 0)
            return std::nullopt;
        const int particle = force.getReplicaParticles(replica)[oscillator];
        const std::string who = "replica " + std::to_string(replica) + ", oscillator " + std::to_string(oscillator);
        return describe(who + " escaped: its displacement is ", positions[particle][force.getDisplacementAxis()]) +
               (others > 0 ? ", as " + std::to_string(others) + " more replicas did" : "") +
               "; likely cause: " + likelyCause(force, oscillator, particle);
    }

    std::string describe(const std::string& what, double value) const {
        return what + (std::isnan(value) ? "not a number" : show(value) + " nm") + " at " + show(context.getTime()) +
               " ps (step " + std::to_string(context.getStepCount()) + "), expected at most " +
               show(integrator.getEscapeDistance()) + " nm";
    }

    std::string likelyCause(const OscillatorNetworkForce& force, int oscillator, int particle) const {
        const Curvature curvature = curvatureAt(thetaAt(force.getProtocol(), context.getTime()), oscillator);
        if (!curvature.confines())
            return "its potential does not confine it, with k_lin " + show(curvature.stiffness) + ", k_duff " +
                   show(curvature.cubic / 3.0) + " and k_6 " + show(curvature.quintic / 5.0);
        const double step = integrator.getStepSchedule().getStep(context.getTime(), integrator.getStepSize()).size;
        const double mobility = integrator.getMobility()[force.getDisplacementAxis()] /
                                (system.getParticleMass(particle) * integrator.getFriction());
        return "the step of " + show(step) + " ps, which without couplings is stable up to " +
               show(curvature.reaches(2.0 / (mobility * step))) + " nm";
    }

    OpenMM::ContextImpl& context;
    const OverdampedLangevinIntegrator& integrator;
    const OpenMM::System& system;
    std::vector<Vec3> positions;
};

} // namespace

std::string describeEscape(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator) {
    return EscapeSearch(context, integrator).describe();
}

} // namespace OpenMMOscillators
