#pragma once

#include "CpuPathPlan.h"
#include "CpuReplicas.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include "openmmoscillators/network/batch/PackedProtocol.h"

namespace OpenMMOscillators {

/** What a step multiplies forces and normals with, for every oscillator, in Real. */
template <typename Real>
class CpuStepCoefficients {
public:
    explicit CpuStepCoefficients(const CpuPathPlan& pathPlan);
    void setStepSize(double size);
    const Real* drift() const { return values[0].data(); }     // of the gradient: -mobility dt
    const Real* halfDrift() const { return values[1].data(); } // half of it
    const Real* noise() const { return values[2].data(); }     // of the normals: sqrt(2 kT mobility dt)
    const Real* halfNoise() const { return values[3].data(); }

private:
    const CpuPathPlan& plan;
    double stepSize = 0.0;
    std::array<AlignedVector<Real>, 4> values;
};

/**
 * Takes the steps of a plan for a few panels of replicas, which stay in the cache meanwhile. The state is in State; the
 * forces, the noise and the displacement of a step are in Real.
 */
template <typename State, typename Real>
class CpuFusedPath {
public:
    CpuFusedPath(const BatchLayout& batchLayout, const CpuReplicas& forceReplicas,
                 const PackedProtocol<Real>& packedProtocol, const CpuPathPlan& pathPlan);
    /** Panels [begin, end): displacements are read from positions and written back, velocities are written. */
    void run(std::size_t begin, std::size_t end, std::vector<OpenMM::Vec3>& positions,
             std::vector<OpenMM::Vec3>& velocities);

private:
    struct Panel {
        AlignedVector<State> x;
        AlignedVector<Real> rounded; // x for the forces, where State is not Real
        AlignedVector<Real> noise, nextNoise;
        AlignedVector<Real> displacement; // of the last step
        std::vector<std::uint32_t> streams;
        Real* forceState() {
            if constexpr (std::is_same_v<State, Real>)
                return x.data();
            else
                return rounded.data();
        }
    };
    static constexpr std::size_t mostPanels = 16;

    void runBlock(std::size_t begin, std::size_t end, std::vector<OpenMM::Vec3>& positions,
                  std::vector<OpenMM::Vec3>& velocities);
    Panel load(std::size_t panel, const std::vector<OpenMM::Vec3>& positions) const;
    void store(const Panel& from, std::size_t panel, std::vector<OpenMM::Vec3>& positions,
               std::vector<OpenMM::Vec3>& velocities) const;
    /** Packed theta at both ends of a step. */
    void evaluateProtocol(const PlannedStep& step, bool isFirst);

    void stepEulerMaruyama(Panel& panel, std::uint64_t counter);
    void stepHeun(Panel& panel, std::uint64_t counter);
    void stepLeimkuhlerMatthews(Panel& panel, std::uint64_t counter, bool isFirst);
    void drawNoise(const Panel& panel, std::uint64_t counter, AlignedVector<Real>& noise) const;
    void displace(std::initializer_list<DisplacementTerm<Real>> terms, Panel& panel) const;
    void advance(const Panel& from, State* state, Real* forceState) const;

    const BatchLayout& layout;
    const CpuReplicas& replicas;
    const PackedProtocol<Real>& protocol;
    const CpuPathPlan& plan;
    const BatchKernels<Real>& kernels;
    std::size_t panelValues; // displacements in a panel

    CpuStepCoefficients<Real> coefficients, nextCoefficients;
    AlignedVector<Real> startBuffer, endBuffer;
    const Real* startTheta = nullptr;
    const Real* endTheta = nullptr;
    AlignedVector<Real> gradient, endGradient, predictedForceState;
    AlignedVector<State> predicted;
};

extern template class CpuFusedPath<float, float>;
extern template class CpuFusedPath<double, float>;
extern template class CpuFusedPath<double, double>;

} // namespace OpenMMOscillators
