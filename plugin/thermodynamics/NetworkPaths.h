#pragma once

#include "openmmoscillators/thermodynamics/PathEnsemble.h"

namespace OpenMM {
class Context;
}

namespace OpenMMOscillators {

class DiffusionProcess;
class OscillatorNetworkForce;
class TrajectoryFile;

/**
 * Heat, work and entropy along a recording, every replica a path, at the recorded times.
 * @param process    the network, protocol and kT under which it was made
 * @param everyStep  true if every step of an Euler-Maruyama integrator (mass 1 Da, friction 1/ps) was recorded, which
 *                   gives the exact ratio of path probabilities, up to the precision of the recording
 * @throws std::invalid_argument if the process has another number of oscillators
 * @throws RecordingError if reading fails
 */
PathEnsemble measureRecording(const TrajectoryFile& file, const DiffusionProcess& process, bool everyStep = false);

/**
 * Run a Context and measure along the way, without a file: numFrames frames, stepsPerFrame steps apart, of all replicas
 * of the System's only force. Clamped oscillators give no heat; what moves them does work. The exact ratio is there if
 * the integrator's scheme is Euler-Maruyama and stepsPerFrame is 1; StochasticHeun and LeimkuhlerMatthews steps have
 * none.
 * @throws OpenMM::OpenMMException if the integrator is not an OverdampedLangevinIntegrator with a positive temperature,
 *         the System has other forces, or the oscillators differ in mass
 */
PathEnsemble measureContext(OpenMM::Context& context, const OscillatorNetworkForce& force, int numFrames,
                            int stepsPerFrame = 1);

} // namespace OpenMMOscillators
