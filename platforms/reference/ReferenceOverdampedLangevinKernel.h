#pragma once

#include "openmm/Vec3.h"
#include "openmmoscillators/dynamics/ClampedCoordinates.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace OpenMMOscillators {

/** Step by step through the Context's forces, in double precision: what fused kernels are held against. */
class ReferenceOverdampedLangevinKernel : public IntegrateOverdampedLangevinStepKernel {
public:
    using IntegrateOverdampedLangevinStepKernel::IntegrateOverdampedLangevinStepKernel;
    void initialize(const OpenMM::System& system, const OverdampedLangevinIntegrator& integrator) override;
    bool execute(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator, NoiseState& noise,
                 int steps) override;
    double computeKineticEnergy(OpenMM::ContextImpl& context) override;

private:
    /** A coordinate that can move, with the address of its noise. */
    struct Coordinate {
        std::uint32_t stream, index;
        int particle, axis;
    };
    using Vectors = std::vector<OpenMM::Vec3>;

    void takeStep(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                  const NoiseState& noise);
    Vectors randomDisplacements(const OverdampedLangevinIntegrator& integrator, const NoiseState& noise,
                                double stepSize) const;
    /** mobility / (m gamma) F dt for all coordinates. */
    Vectors drift(const OverdampedLangevinIntegrator& integrator, const Vectors& forces, double stepSize) const;
    /** Displacements of a step, but those that take clamped coordinates to where their paths are at its end. */
    Vectors followingPaths(Vectors displacement, const Vectors& start, const StepSchedule::Step& step) const;
    /** Positions and velocities after a displacement from where the step began. */
    void displace(OpenMM::ContextImpl& context, const Vectors& start, const Vectors& displacement, double stepSize);
    /** Whether all coordinates that can move are within the escape distance. */
    bool areWithin(const OverdampedLangevinIntegrator& integrator, const Vectors& positions) const;
    /** The second stage of Heun's scheme: the mean of the drift at the start and at the predicted end. */
    Vectors correctedDrift(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                           const Vectors& start, const Vectors& firstDrift, const Vectors& random,
                           const StepSchedule::Step& step);

    std::vector<double> masses;
    std::optional<ClampedCoordinates> clamped;
    std::vector<Coordinate> coordinates; // sorted by (stream, index): neighbours share a block of noise
};

} // namespace OpenMMOscillators
