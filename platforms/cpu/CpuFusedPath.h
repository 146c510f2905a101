#pragma once

#include "CpuGroupArithmetic.h"
#include "CpuPathPlan.h"
#include "CpuReplicas.h"
#include "CpuStepCoefficients.h"

namespace OpenMMOscillators {

/**
 * Takes the steps of a plan for groups of replicas, a few groups at a time, which stay in the cache meanwhile. The
 * state is in State; forces, noise and the displacement of a step are in the Arithmetic's type: see
 * CpuGroupArithmetic.h.
 */
template <typename State, typename Arithmetic>
class CpuFusedPath {
public:
    using Real = typename Arithmetic::Value;
    CpuFusedPath(const typename Arithmetic::Slices& slices, const CpuReplicas& forceReplicas,
                 const CpuPathPlan& pathPlan);
    /** Replicas in a group. */
    std::size_t getGroupSize() const { return ends[0].getGroupSize(); }
    /**
     * For all replicas of the groups, of which the first begins with firstReplica. Displacements are read from
     * positions and written back, velocities are written.
     * @return whether all displacements that can move are within the escape distance at the end
     */
    bool run(int firstReplica, std::size_t numGroups, std::vector<OpenMM::Vec3>& positions,
             std::vector<OpenMM::Vec3>& velocities);

private:
    /** A displacement of a group that follows a path, and the path's table. */
    struct Clamped {
        std::size_t index;
        const double* values;
    };
    struct Group {
        CpuReplicaGroup replicas;
        std::vector<Clamped> clamped;
        std::vector<std::uint32_t> streams;
        AlignedVector<State> x;
        AlignedVector<Real> rounded;   // x for the forces, where State is not Real
        AlignedVector<Real> nextNoise; // of the step to come, which the scheme of Leimkuhler and Matthews draws ahead
        Real* forceState() {
            if constexpr (std::is_same_v<State, Real>)
                return x.data();
            else
                return rounded.data();
        }
    };
    static constexpr std::size_t mostGroups = 16;

    Group load(const CpuReplicaGroup& replicaGroup, const std::vector<OpenMM::Vec3>& positions) const;
    /** Returns whether all that can move are within the escape distance. */
    bool storePositions(const Group& group, std::vector<OpenMM::Vec3>& positions) const;
    /** From the displacement of the step just taken. */
    void storeVelocities(const Group& group, std::vector<OpenMM::Vec3>& velocities) const;

    /** theta and coefficients of a step. */
    void prepareStep(std::size_t step);
    /** Leaves the step's displacement behind. */
    void takeStep(Group& group, std::size_t step);
    void stepEulerMaruyama(Group& group, std::uint64_t counter);
    void stepHeun(Group& group, std::uint64_t counter);
    void stepLeimkuhlerMatthews(Group& group, std::uint64_t counter, bool isFirst);
    void drawNoise(const Group& group, std::uint64_t counter, AlignedVector<Real>& values) const;
    void displace(const Group& group, std::initializer_list<DisplacementTerm<Real>> terms);
    void advance(const Group& from, State* state, Real* forceState) const;
    Arithmetic& atStart() { return ends[start]; }
    Arithmetic& atEnd() { return ends[1 - start]; }

    const BatchKernels<Real>& kernels;
    const CpuReplicas& replicas;
    const CpuPathPlan& plan;
    std::array<Arithmetic, 2> ends; // of a step, of which only Heun's scheme needs both
    int start = 0;
    DrivingProtocol::Position clampedEnd{}; // where clamped paths are at the end of the step
    CpuStepCoefficients<Real> coefficients, nextCoefficients;
    AlignedVector<Real> gradient, endGradient, noise, displacement, predictedForceState;
    AlignedVector<State> predicted;
};

} // namespace OpenMMOscillators
