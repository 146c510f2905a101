#include "CpuFusedPath.h"

#include <algorithm>
#include <cmath>

using OpenMM::Vec3;

namespace OpenMMOscillators {

using Scheme = OverdampedLangevinIntegrator::Scheme;

template <typename Real>
CpuStepCoefficients<Real>::CpuStepCoefficients(const CpuPathPlan& pathPlan) : plan(pathPlan) {
    for (AlignedVector<Real>& value : values)
        value.resize(plan.mobilities.size());
}

template <typename Real>
void CpuStepCoefficients<Real>::setStepSize(double size) {
    if (size == stepSize)
        return;
    stepSize = size;
    for (std::size_t i = 0; i < plan.mobilities.size(); ++i) {
        const double drift = -plan.mobilities[i] * size;
        const double noise = std::sqrt(2.0 * plan.thermalEnergy * plan.mobilities[i] * size);
        values[0][i] = static_cast<Real>(drift);
        values[1][i] = static_cast<Real>(0.5 * drift);
        values[2][i] = static_cast<Real>(noise);
        values[3][i] = static_cast<Real>(0.5 * noise);
    }
}

template <typename State, typename Real>
CpuFusedPath<State, Real>::CpuFusedPath(const BatchLayout& batchLayout, const CpuReplicas& forceReplicas,
                                        const PackedProtocol<Real>& packedProtocol, const CpuPathPlan& pathPlan)
    : layout(batchLayout), replicas(forceReplicas), protocol(packedProtocol), plan(pathPlan),
      kernels(getBatchKernels<Real>()), panelValues(kernels.panelSize * layout.getNumOscillators()),
      coefficients(pathPlan), nextCoefficients(pathPlan), startBuffer(layout.getPackedSize()),
      endBuffer(layout.getPackedSize()), gradient(panelValues) {
    if (plan.scheme == Scheme::StochasticHeun) {
        endGradient.resize(panelValues);
        predicted.resize(panelValues);
        predictedForceState.resize(panelValues);
    }
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::run(std::size_t begin, std::size_t end, std::vector<Vec3>& positions,
                                    std::vector<Vec3>& velocities) {
    for (; begin < end; begin += mostPanels)
        runBlock(begin, std::min(begin + mostPanels, end), positions, velocities);
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::runBlock(std::size_t begin, std::size_t end, std::vector<Vec3>& positions,
                                         std::vector<Vec3>& velocities) {
    std::vector<Panel> panels;
    for (std::size_t p = begin; p < end; ++p)
        panels.push_back(load(p, positions));
    for (std::size_t k = 0; k < plan.steps.size(); ++k) {
        const std::uint64_t counter = plan.noise.counter + k;
        evaluateProtocol(plan.steps[k], k == 0);
        coefficients.setStepSize(plan.steps[k].size);
        nextCoefficients.setStepSize(k + 1 < plan.steps.size() ? plan.steps[k + 1].size : plan.nextSize);
        for (Panel& panel : panels) {
            if (plan.scheme == Scheme::EulerMaruyama)
                stepEulerMaruyama(panel, counter);
            else if (plan.scheme == Scheme::StochasticHeun)
                stepHeun(panel, counter);
            else
                stepLeimkuhlerMatthews(panel, counter, k == 0);
        }
    }
    for (std::size_t p = begin; p < end; ++p)
        store(panels[p - begin], p, positions, velocities);
}

template <typename State, typename Real>
typename CpuFusedPath<State, Real>::Panel CpuFusedPath<State, Real>::load(std::size_t panel,
                                                                          const std::vector<Vec3>& positions) const {
    Panel result;
    result.x.resize(panelValues);
    result.displacement.resize(panelValues);
    replicas.load(positions, panel, kernels.panelSize, result.x.data());
    if constexpr (!std::is_same_v<State, Real>)
        result.rounded.assign(result.x.begin(), result.x.end());
    const std::size_t wholeBlocks = (layout.getNumOscillators() + 3) / 4 * 4;
    result.noise.resize(wholeBlocks * kernels.panelSize);
    if (plan.scheme == Scheme::LeimkuhlerMatthews)
        result.nextNoise.resize(result.noise.size());
    for (std::size_t s = 0; s < kernels.panelSize; ++s)
        result.streams.push_back(plan.firstStream + replicas.getReplica(panel * kernels.panelSize + s));
    return result;
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::store(const Panel& from, std::size_t panel, std::vector<Vec3>& positions,
                                      std::vector<Vec3>& velocities) const {
    const int axis = replicas.getAxis();
    const double rate = 1.0 / plan.steps.back().size;
    replicas.forEach(positions, panel, kernels.panelSize, from.x.data(), [&](Vec3& position, double x, int i) {
        if (plan.mobilities[i] != 0.0)
            position[axis] = x;
    });
    replicas.forEach(velocities, panel, kernels.panelSize, from.displacement.data(),
                     [&](Vec3& velocity, double displacement, int i) {
                         if (plan.mobilities[i] == 0.0)
                             return;
                         velocity = Vec3();
                         velocity[axis] = displacement * rate;
                     });
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::evaluateProtocol(const PlannedStep& step, bool isFirst) {
    if (plan.scheme != Scheme::StochasticHeun) {
        startTheta = protocol.evaluate(step.start, startBuffer.data());
        return;
    }
    if (isFirst)
        startTheta = protocol.evaluate(step.start, startBuffer.data());
    else { // this step starts where the previous one ended
        std::swap(startBuffer, endBuffer);
        startTheta = endTheta;
    }
    endTheta = protocol.evaluate(step.end, endBuffer.data());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::stepEulerMaruyama(Panel& panel, std::uint64_t counter) {
    kernels.gradient(layout, startTheta, panel.forceState(), gradient.data());
    drawNoise(panel, counter, panel.noise);
    displace({{coefficients.drift(), gradient.data()}, {coefficients.noise(), panel.noise.data()}}, panel);
    advance(panel, panel.x.data(), panel.forceState());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::stepHeun(Panel& panel, std::uint64_t counter) {
    kernels.gradient(layout, startTheta, panel.forceState(), gradient.data());
    drawNoise(panel, counter, panel.noise);
    displace({{coefficients.drift(), gradient.data()}, {coefficients.noise(), panel.noise.data()}}, panel);
    advance(panel, predicted.data(), predictedForceState.data());
    kernels.gradient(layout, endTheta, predictedForceState.data(), endGradient.data());
    displace({{coefficients.halfDrift(), gradient.data()},
              {coefficients.halfDrift(), endGradient.data()},
              {coefficients.noise(), panel.noise.data()}},
             panel);
    advance(panel, panel.x.data(), panel.forceState());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::stepLeimkuhlerMatthews(Panel& panel, std::uint64_t counter, bool isFirst) {
    kernels.gradient(layout, startTheta, panel.forceState(), gradient.data());
    if (isFirst)
        drawNoise(panel, counter, panel.noise);
    else
        std::swap(panel.noise, panel.nextNoise);
    drawNoise(panel, counter + 1, panel.nextNoise);
    displace({{coefficients.drift(), gradient.data()},
              {coefficients.halfNoise(), panel.noise.data()},
              {nextCoefficients.halfNoise(), panel.nextNoise.data()}},
             panel);
    advance(panel, panel.x.data(), panel.forceState());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::drawNoise(const Panel& panel, std::uint64_t counter, AlignedVector<Real>& noise) const {
    kernels.normals(plan.noise.seed, counter, panel.streams.data(), layout.getNumOscillators(), noise.data());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::displace(std::initializer_list<DisplacementTerm<Real>> terms, Panel& panel) const {
    kernels.displacement(terms.begin(), static_cast<int>(terms.size()), layout.getNumOscillators(),
                         panel.displacement.data());
}

template <typename State, typename Real>
void CpuFusedPath<State, Real>::advance(const Panel& from, State* state, Real* forceState) const {
    if constexpr (std::is_same_v<State, Real>)
        kernels.advance(from.x.data(), from.displacement.data(), panelValues, state, forceState);
    else
        kernels.advanceDouble(from.x.data(), from.displacement.data(), panelValues, state, forceState);
}

template class CpuStepCoefficients<float>;
template class CpuStepCoefficients<double>;
template class CpuFusedPath<float, float>;
template class CpuFusedPath<double, float>;
template class CpuFusedPath<double, double>;

} // namespace OpenMMOscillators
