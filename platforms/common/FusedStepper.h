#pragma once

#include "CommonOscillatorNetworkForceKernel.h"
#include "EscapeFinder.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <cstdint>
#include <map>
#include <vector>

namespace OpenMMOscillators {

/** Takes many steps of all replicas of a force in one launch; see FusedSteps for when that is right. */
class FusedStepper {
public:
    using Scheme = OverdampedLangevinIntegrator::Scheme;

    /** Whether this many displacements, those of a group of replicas, fit into local memory. */
    static bool fits(const OpenMM::ComputeContext& cc, int numDisplacements);

    /** @param stream  of the noise of the force's first replica */
    FusedStepper(OpenMM::ComputeContext& computeContext, CommonOscillatorNetworkForceKernel& forceKernel,
                 const OpenMM::System& system, std::uint32_t stream);
    /** @return as IntegrateOverdampedLangevinStepKernel::execute() */
    bool execute(const OverdampedLangevinIntegrator& integrator, NoiseState& noise, int steps, EscapeFinder& escapes);

private:
    /** Steps of one launch. */
    struct Block {
        std::vector<DrivingProtocol::Position> positions;
        std::vector<OpenMM::mm_double4> settings;
        std::vector<DrivingProtocol::Position> clampedEnds; // of the grid of clamped paths; none if there are none
        double endTime;
    };
    Block plan(const OverdampedLangevinIntegrator& integrator, int maxSteps) const;
    void uploadClampedEnds(const Block& block);
    void launch(const Block& block, Scheme scheme, const NoiseState& noise);
    OpenMM::ComputeKernel& kernelFor(Scheme scheme);

    OpenMM::ComputeContext& cc;
    CommonOscillatorNetworkForceKernel& force;
    std::uint32_t firstStream;
    OpenMM::ComputeArray inverseMasses, stepSettings, clampedBrackets, clampedWeights;
    std::map<Scheme, OpenMM::ComputeKernel> kernels; // compiled when first used
};

} // namespace OpenMMOscillators
