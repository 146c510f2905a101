#pragma once

#include "openmmoscillators/dynamics/NoiseState.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include "openmmoscillators/network/ClampedPaths.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include <cstdint>
#include <exception>
#include <vector>

namespace OpenMMOscillators {

/** One step, the same for all replicas. */
struct PlannedStep {
    double size;                          // in ps
    DrivingProtocol::Position start, end; // theta at both ends; Heun's scheme alone reads the second
    DrivingProtocol::Position clampedEnd; // clamped paths at the end
};

/** A number of successive steps, laid out before the replicas are set in motion. */
struct CpuPathPlan {
    OverdampedLangevinIntegrator::Scheme scheme;
    NoiseState noise; // of the first step
    std::uint32_t firstStream;
    double thermalEnergy; // kT in kJ/mol
    /** mobility / (m gamma) of every oscillator's displacement, in nm^2 mol / (kJ ps); 0 if it cannot move. */
    std::vector<double> mobilities;
    std::vector<PlannedStep> steps;
    double escapeDistance; // in nm
    double endTime;
    double nextSize; // of the step after the last one
    /** Why there are fewer steps than were asked for: the protocol refused a time. */
    std::exception_ptr refusal;
};

/** The next `steps` steps of an integrator from a time on. noise, firstStream, mobilities and
 * escapeDistance are left to the caller. */
CpuPathPlan planPath(const OverdampedLangevinIntegrator& integrator, const DrivingProtocol& protocol,
                     const ClampedPaths& clamped, double time, int steps);

} // namespace OpenMMOscillators
