#include "CpuFusedPath.h"

#include <algorithm>
#include <cmath>

using OpenMM::Vec3;

namespace OpenMMOscillators {

using Scheme = OverdampedLangevinIntegrator::Scheme;

template <typename State, typename Arithmetic>
CpuFusedPath<State, Arithmetic>::CpuFusedPath(const typename Arithmetic::Slices& slices,
                                              const CpuReplicas& forceReplicas, const CpuPathPlan& pathPlan)
    : kernels(getBatchKernels<Real>()), replicas(forceReplicas),
      plan(pathPlan), ends{Arithmetic(slices), Arithmetic(slices)},
      coefficients(pathPlan, ends[0].getCoefficientSize()), nextCoefficients(pathPlan, ends[0].getCoefficientSize()) {
    const std::size_t size = ends[0].getArraySize();
    for (AlignedVector<Real>* values : {&gradient, &noise, &displacement})
        values->resize(size);
    if (plan.scheme == Scheme::StochasticHeun) {
        endGradient.resize(size);
        predicted.resize(size);
        predictedForceState.resize(size);
    }
}

template <typename State, typename Arithmetic>
bool CpuFusedPath<State, Arithmetic>::run(int firstReplica, std::size_t numGroups, std::vector<Vec3>& positions,
                                          std::vector<Vec3>& velocities) {
    const std::size_t size = getGroupSize();
    bool areWithin = true;
    for (std::size_t done = 0; done < numGroups; done += mostGroups) {
        std::vector<Group> groups;
        for (std::size_t g = done; g < std::min(done + mostGroups, numGroups); ++g)
            groups.push_back(load({firstReplica + static_cast<int>(g * size), size}, positions));
        for (std::size_t k = 0; k < plan.steps.size(); ++k) {
            prepareStep(k);
            for (Group& group : groups) {
                takeStep(group, k);
                if (k + 1 == plan.steps.size())
                    storeVelocities(group, velocities);
            }
        }
        for (const Group& group : groups)
            areWithin &= storePositions(group, positions);
    }
    return areWithin;
}

template <typename State, typename Arithmetic>
typename CpuFusedPath<State, Arithmetic>::Group
CpuFusedPath<State, Arithmetic>::load(const CpuReplicaGroup& replicaGroup, const std::vector<Vec3>& positions) const {
    Group group;
    group.replicas = replicaGroup;
    for (std::size_t place = 0; place < replicaGroup.size; ++place) {
        const int replica = replicas.getReplica(replicaGroup, place);
        group.streams.push_back(plan.firstStream + replica);
        for (const CpuReplicas::Clamped& clamped : replicas.getClamped(replica))
            group.clamped.push_back({clamped.oscillator * replicaGroup.size + place, clamped.values});
    }
    group.x.resize(gradient.size());
    replicas.load(positions, replicaGroup, group.x.data());
    if constexpr (!std::is_same_v<State, Real>)
        group.rounded.assign(group.x.begin(), group.x.end());
    if (plan.scheme == Scheme::LeimkuhlerMatthews)
        group.nextNoise.resize(gradient.size());
    return group;
}

template <typename State, typename Arithmetic>
bool CpuFusedPath<State, Arithmetic>::storePositions(const Group& group, std::vector<Vec3>& positions) const {
    const int axis = replicas.getAxis();
    bool areWithin = true;
    replicas.forEach(positions, group.replicas, group.x.data(), [&](Vec3& position, double x, int i) {
        if (plan.mobilities[i] == 0.0)
            return;
        position[axis] = x;
        areWithin &= std::abs(x) <= plan.escapeDistance; // false for a NaN
    });
    return areWithin;
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::storeVelocities(const Group& group, std::vector<Vec3>& velocities) const {
    const int axis = replicas.getAxis();
    const double rate = 1.0 / plan.steps.back().size;
    replicas.forEach(velocities, group.replicas, displacement.data(), [&](Vec3& velocity, double value, int i) {
        if (plan.mobilities[i] == 0.0)
            return;
        velocity = Vec3();
        velocity[axis] = value * rate;
    });
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::prepareStep(std::size_t step) {
    const PlannedStep& planned = plan.steps[step];
    clampedEnd = planned.clampedEnd;
    coefficients.setStepSize(planned.size);
    nextCoefficients.setStepSize(step + 1 < plan.steps.size() ? plan.steps[step + 1].size : plan.nextSize);
    if (plan.scheme == Scheme::StochasticHeun && step > 0)
        start = 1 - start; // this step begins where the previous one ended
    else
        atStart().setProtocol(planned.start);
    if (plan.scheme == Scheme::StochasticHeun)
        atEnd().setProtocol(planned.end);
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::takeStep(Group& group, std::size_t step) {
    const std::uint64_t counter = plan.noise.counter + step;
    if (plan.scheme == Scheme::EulerMaruyama)
        stepEulerMaruyama(group, counter);
    else if (plan.scheme == Scheme::StochasticHeun)
        stepHeun(group, counter);
    else
        stepLeimkuhlerMatthews(group, counter, step == 0);
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::stepEulerMaruyama(Group& group, std::uint64_t counter) {
    atStart().gradient(group.forceState(), gradient.data());
    drawNoise(group, counter, noise);
    displace(group, {{coefficients.drift(), gradient.data()}, {coefficients.noise(), noise.data()}});
    advance(group, group.x.data(), group.forceState());
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::stepHeun(Group& group, std::uint64_t counter) {
    atStart().gradient(group.forceState(), gradient.data());
    drawNoise(group, counter, noise);
    displace(group, {{coefficients.drift(), gradient.data()}, {coefficients.noise(), noise.data()}});
    advance(group, predicted.data(), predictedForceState.data());
    atEnd().gradient(predictedForceState.data(), endGradient.data());
    displace(group, {{coefficients.halfDrift(), gradient.data()},
                     {coefficients.halfDrift(), endGradient.data()},
                     {coefficients.noise(), noise.data()}});
    advance(group, group.x.data(), group.forceState());
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::stepLeimkuhlerMatthews(Group& group, std::uint64_t counter, bool isFirst) {
    atStart().gradient(group.forceState(), gradient.data());
    if (isFirst)
        drawNoise(group, counter, noise);
    else
        std::swap(noise, group.nextNoise);
    drawNoise(group, counter + 1, group.nextNoise);
    displace(group, {{coefficients.drift(), gradient.data()},
                     {coefficients.halfNoise(), noise.data()},
                     {nextCoefficients.halfNoise(), group.nextNoise.data()}});
    advance(group, group.x.data(), group.forceState());
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::drawNoise(const Group& group, std::uint64_t counter,
                                                AlignedVector<Real>& values) const {
    ends[0].normals(plan.noise.seed, counter, group.streams.data(), values.data());
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::displace(const Group& group,
                                               std::initializer_list<DisplacementTerm<Real>> terms) {
    ends[0].displacement(terms.begin(), static_cast<int>(terms.size()), displacement.data());
    for (const Clamped& clamped : group.clamped)
        displacement[clamped.index] =
            static_cast<Real>(ClampedPaths::evaluate(clamped.values, clampedEnd) - group.x[clamped.index]);
}

template <typename State, typename Arithmetic>
void CpuFusedPath<State, Arithmetic>::advance(const Group& from, State* state, Real* forceState) const {
    const std::size_t size = ends[0].getStateSize();
    if constexpr (std::is_same_v<State, Real>)
        kernels.advance(from.x.data(), displacement.data(), size, state, forceState);
    else
        kernels.advanceDouble(from.x.data(), displacement.data(), size, state, forceState);
}

template class CpuFusedPath<float, CpuPanelArithmetic<float>>;
template class CpuFusedPath<double, CpuPanelArithmetic<float>>;
template class CpuFusedPath<double, CpuPanelArithmetic<double>>;
template class CpuFusedPath<float, CpuSingleArithmetic<float>>;
template class CpuFusedPath<double, CpuSingleArithmetic<float>>;
template class CpuFusedPath<double, CpuSingleArithmetic<double>>;

} // namespace OpenMMOscillators
