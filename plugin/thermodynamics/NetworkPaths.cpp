#include "openmmoscillators/thermodynamics/NetworkPaths.h"

#include "openmm/Context.h"
#include "openmm/OpenMMException.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/recording/TrajectoryFile.h"
#include "openmmoscillators/thermodynamics/NetworkProcess.h"
#include "openmmoscillators/thermodynamics/PathObserver.h"
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

OverdampedLangevinIntegrator& checkedIntegrator(OpenMM::Context& context) {
    auto* integrator = dynamic_cast<OverdampedLangevinIntegrator*>(&context.getIntegrator());
    if (integrator == nullptr)
        throw OpenMM::OpenMMException(
            "measureContext: the Context's integrator is not an OverdampedLangevinIntegrator");
    if (!(integrator->getTemperature() > 0.0))
        throw OpenMM::OpenMMException("measureContext: entropy needs a temperature above 0 K, found " +
                                      show(integrator->getTemperature()));
    return *integrator;
}

/** mobility / (mass * friction), which all oscillators must share. */
double sharedMobility(const OpenMM::System& system, const OscillatorNetworkForce& force,
                      const OverdampedLangevinIntegrator& integrator) {
    const double first = system.getParticleMass(force.getReplicaParticles(0)[0]);
    for (int r = 0; r < force.getNumReplicas(); ++r)
        for (const int particle : force.getReplicaParticles(r)) {
            const double mass = system.getParticleMass(particle);
            if (mass != first || !(mass > 0.0))
                throw OpenMM::OpenMMException("measureContext: particle " + std::to_string(particle) + " has mass " +
                                              show(mass) + " Da, expected one positive mass for all (" + show(first) +
                                              ")");
        }
    const double axisMobility = integrator.getMobility()[force.getDisplacementAxis()];
    if (!(axisMobility > 0.0))
        throw OpenMM::OpenMMException("measureContext: the integrator's mobility along the displacement axis is " +
                                      show(axisMobility) + ", expected a positive one");
    return axisMobility / (first * integrator.getFriction());
}

/** As PathObserver::hold() takes them. */
std::vector<int> clampedCoordinates(const OscillatorNetworkForce& force) {
    const ClampedPaths& paths = force.getClampedPaths();
    std::vector<int> coordinates;
    for (int p = 0; p < paths.getNumPaths(); ++p)
        coordinates.push_back(paths.getPath(p).replica * force.getNetwork().getNumOscillators() +
                              paths.getPath(p).oscillator);
    return coordinates;
}

} // namespace

PathEnsemble measureRecording(const TrajectoryFile& file, const DiffusionProcess& process, bool everyStep) {
    if (file.getNumOscillators() != process.getDimension())
        throw std::invalid_argument("measureRecording: the recording " + file.getPath() + " has " +
                                    std::to_string(file.getNumOscillators()) + " oscillators, the process has " +
                                    std::to_string(process.getDimension()));
    PathObserver observer(process, everyStep);
    for (int frame = 0; frame < file.getNumFrames(); ++frame)
        observer.observe(file.getTimes()[frame], file.readDisplacements(frame, 0, file.getNumReplicas()));
    return observer.getEnsemble();
}

PathEnsemble measureContext(OpenMM::Context& context, const OscillatorNetworkForce& force, int numFrames,
                            int stepsPerFrame) {
    if (numFrames < 1 || stepsPerFrame < 1)
        throw OpenMM::OpenMMException("measureContext: the numbers of frames and of steps a frame must be at least 1, "
                                      "found " +
                                      std::to_string(numFrames) + " and " + std::to_string(stepsPerFrame));
    OverdampedLangevinIntegrator& integrator = checkedIntegrator(context);
    const OpenMM::System& system = context.getSystem();
    if (system.getNumForces() != 1 || force.getNumReplicas() == 0)
        throw OpenMM::OpenMMException(
            "measureContext: the network's force, with at least one replica, must be the only "
            "force of the System; found " +
            std::to_string(system.getNumForces()) + " forces");
    const double mobility = sharedMobility(system, force, integrator);
    const NetworkProcess process(force.getNetwork(), force.getProtocol(), gasConstant * integrator.getTemperature());
    const bool exact =
        stepsPerFrame == 1 && integrator.getScheme() == OverdampedLangevinIntegrator::Scheme::EulerMaruyama;
    PathObserver observer(process, exact, mobility);
    observer.hold(clampedCoordinates(force));
    observer.observe(context.getTime(), force.getDisplacements(context));
    for (int frame = 0; frame < numFrames; ++frame) {
        integrator.step(stepsPerFrame);
        observer.observe(context.getTime(), force.getDisplacements(context));
    }
    return observer.getEnsemble();
}

} // namespace OpenMMOscillators
