#pragma once

#include "openmm/Vec3.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <cmath>

namespace OpenMMOscillators {

/** What a step needs besides forces and noise, per axis and for mass 1. */
struct StepAmplitudes {
    StepAmplitudes(const OverdampedLangevinIntegrator& integrator, double time)
        : step(integrator.getStepSchedule().getStep(time, integrator.getStepSize())),
          drift(integrator.getMobility() * (step.size / integrator.getFriction())),
          noise(amplitude(integrator, step.size)) {
        if (integrator.getScheme() != OverdampedLangevinIntegrator::Scheme::LeimkuhlerMatthews)
            return;
        const StepSchedule::Step next = integrator.getStepSchedule().getStep(step.endTime, integrator.getStepSize());
        noise *= 0.5;
        nextNoise = amplitude(integrator, next.size) * 0.5;
    }

    StepSchedule::Step step;
    OpenMM::Vec3 drift;     ///< mobility dt / friction
    OpenMM::Vec3 noise;     ///< factor of this step's normals
    OpenMM::Vec3 nextNoise; ///< factor of the next step's normals: zero but for Leimkuhler-Matthews

private:
    static OpenMM::Vec3 amplitude(const OverdampedLangevinIntegrator& integrator, double stepSize) {
        const double diffusion = gasConstant * integrator.getTemperature() / integrator.getFriction();
        const OpenMM::Vec3 mobility = integrator.getMobility();
        return {std::sqrt(2.0 * diffusion * mobility[0] * stepSize),
                std::sqrt(2.0 * diffusion * mobility[1] * stepSize),
                std::sqrt(2.0 * diffusion * mobility[2] * stepSize)};
    }
};

} // namespace OpenMMOscillators
