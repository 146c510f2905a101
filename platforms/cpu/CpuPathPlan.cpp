#include "CpuPathPlan.h"

#include "openmm/OpenMMException.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"

namespace OpenMMOscillators {

CpuPathPlan planPath(const OverdampedLangevinIntegrator& integrator, const DrivingProtocol& protocol,
                     const ClampedPaths& clamped, double time, int steps) {
    CpuPathPlan plan{};
    plan.scheme = integrator.getScheme();
    plan.thermalEnergy = gasConstant * integrator.getTemperature();
    plan.endTime = time;
    const bool readsEnd = plan.scheme == OverdampedLangevinIntegrator::Scheme::StochasticHeun;
    const auto stepFrom = [&](double start) {
        return integrator.getStepSchedule().getStep(start, integrator.getStepSize());
    };
    try {
        for (int k = 0; k < steps; ++k) {
            const StepSchedule::Step step = stepFrom(plan.endTime);
            PlannedStep planned{step.size, locateInProtocol(protocol, plan.endTime), {}, {}};
            if (readsEnd)
                planned.end = locateInProtocol(protocol, step.endTime);
            if (!clamped.isEmpty())
                planned.clampedEnd = clamped.locate(step.endTime);
            plan.steps.push_back(planned);
            plan.endTime = step.endTime;
        }
    } catch (const OpenMM::OpenMMException&) {
        plan.refusal = std::current_exception();
    }
    plan.nextSize = stepFrom(plan.endTime).size;
    return plan;
}

} // namespace OpenMMOscillators
