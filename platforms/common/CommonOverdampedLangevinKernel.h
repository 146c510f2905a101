#pragma once

#include "FusedStepper.h"
#include "StepAmplitudes.h"
#include "openmm/common/ComputeArray.h"
#include "openmm/common/ComputeContext.h"
#include "openmmoscillators/dynamics/FusedSteps.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <memory>

namespace OpenMMOscillators {

/** Fused steps where they are right and fit the device, else step by step through the Context's forces. */
class CommonOverdampedLangevinKernel : public IntegrateOverdampedLangevinStepKernel {
public:
    CommonOverdampedLangevinKernel(const std::string& kernelName, const OpenMM::Platform& kernelPlatform,
                                   OpenMM::ComputeContext& computeContext)
        : IntegrateOverdampedLangevinStepKernel(kernelName, kernelPlatform), cc(computeContext) {}
    void initialize(const OpenMM::System& system, const OverdampedLangevinIntegrator& integrator) override;
    bool execute(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator, NoiseState& noise,
                 int steps) override;
    double computeKineticEnergy(OpenMM::ContextImpl& context) override;

private:
    /** The stepper for the integrator's present settings, or nullptr if steps cannot be fused. */
    FusedStepper* chooseFusedStepper(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator);
    void createKernels();
    void addPositions(OpenMM::ComputeKernel& kernel);
    void takeStep(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                  const NoiseState& noise);
    void takeSimpleStep(const StepAmplitudes& amplitudes, const NoiseState& noise);
    void takeHeunStep(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                      const StepAmplitudes& amplitudes, const NoiseState& noise);
    /** See DeviceClamps::apply(), for all forces. */
    static void applyClamps(OpenMM::ContextImpl& context, double time, double stepSize);

    OpenMM::ComputeContext& cc;
    std::unique_ptr<FusedSteps> fusedSteps;
    std::unique_ptr<EscapeFinder> escapeFinder;
    std::map<OscillatorNetworkForceImpl*, std::unique_ptr<FusedStepper>> fusedSteppers;
    OpenMM::ComputeArray addresses, start, partialDelta;
    OpenMM::ComputeKernel simpleKernel, predictKernel, correctKernel, restoreKernel;
};

} // namespace OpenMMOscillators
