#pragma once

#include "CpuOscillatorNetworkForceKernel.h"
#include "CpuPathPlan.h"
#include "openmmoscillators/dynamics/FusedSteps.h"
#include "reference/ReferenceOverdampedLangevinKernel.h"
#include <optional>

namespace OpenMMOscillators {

/**
 * Where nothing but replicas of one network moves (see FusedSteps, and every replica must have the same masses), takes
 * all steps of a call at once: each thread carries its replicas from the first step to the last, in panels and, where
 * too few are left for a panel, one by one. The result does not depend on the number of threads. Otherwise steps
 * through the Context's forces as the Reference platform does.
 */
class CpuOverdampedLangevinKernel : public ReferenceOverdampedLangevinKernel {
public:
    using ReferenceOverdampedLangevinKernel::ReferenceOverdampedLangevinKernel;
    void initialize(const OpenMM::System& system, const OverdampedLangevinIntegrator& integrator) override;
    bool execute(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator, NoiseState& noise,
                 int steps) override;

private:
    /** Masses of a replica's oscillators, none if replicas differ. Looked up once for every force. */
    const std::vector<double>* commonMasses(const OpenMM::System& system, const OscillatorNetworkForceImpl& force);
    /** Returns whether all displacements are within the escape distance at the end of the plan. */
    bool executeFused(OpenMM::ContextImpl& context, CpuOscillatorNetworkForceKernel& force,
                      const OverdampedLangevinIntegrator& integrator, const CpuPathPlan& plan) const;
    template <typename State, typename Real>
    bool runPath(OpenMM::ContextImpl& context, CpuOscillatorNetworkForceKernel& force, const CpuPathPlan& plan) const;
    template <typename State, typename Arithmetic>
    bool runGroups(OpenMM::ContextImpl& context, CpuOscillatorNetworkForceKernel& force,
                   const typename Arithmetic::Slices& slices, const CpuPathPlan& plan, int firstReplica,
                   std::size_t numGroups) const;

    std::optional<FusedSteps> fusedSteps;
    std::map<const OscillatorNetworkForceImpl*, std::vector<double>> masses; // empty if replicas differ
};

} // namespace OpenMMOscillators
