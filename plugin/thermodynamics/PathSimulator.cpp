#include "openmmoscillators/thermodynamics/PathSimulator.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/CounterNoise.h"
#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/network/ThreadPool.h"
#include "openmmoscillators/thermodynamics/PathEntropy.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

/** Paths that a thread takes through all steps at once: a multiple of four, so that no noise is made twice. */
constexpr std::size_t blockSize = 256;

/** Fills next = x + dt force + amplitude * noise for paths firstPath ... firstPath + count - 1. */
void takeStep(const PathStep& step, const CounterNoise& noise, std::uint64_t noiseStep, std::size_t firstPath,
              double* next) {
    const double amplitude = std::sqrt(2.0 * step.thermalEnergy * step.timeStep);
    for (int i = 0; i < step.dimension; ++i)
        for (std::size_t s = 0; s < step.count; s += 4) {
            const auto normals = noise.normals(noiseStep, static_cast<std::uint32_t>(i),
                                               static_cast<std::uint32_t>((firstPath + s) / 4));
            for (std::size_t k = 0; k < std::min<std::size_t>(4, step.count - s); ++k) {
                const std::size_t at = i * step.stride + s + k;
                next[at] = step.x[at] + step.timeStep * step.force[at] + amplitude * normals[k];
            }
        }
}

} // namespace

PathSimulator::PathSimulator(const DiffusionProcess& diffusionProcess, std::vector<double> gridTimes)
    : process(diffusionProcess), times(std::move(gridTimes)) {
    if (times.size() < 2)
        throw std::invalid_argument("PathSimulator: a path needs at least 2 times, found " +
                                    std::to_string(times.size()));
    for (std::size_t k = 0; k < times.size(); ++k)
        if (!std::isfinite(times[k]) || (k > 0 && times[k] <= times[k - 1]))
            throw std::invalid_argument("PathSimulator: times must be finite and increase strictly, but time " +
                                        std::to_string(k) + " is " + show(times[k]));
}

void PathSimulator::setNumThreads(int threads) {
    if (threads < 0)
        throw std::invalid_argument("PathSimulator::setNumThreads: the number of threads must not be negative, found " +
                                    std::to_string(threads));
    numThreads = threads;
}

PathEnsemble PathSimulator::run(const std::vector<double>& initialStates, std::uint64_t firstStep) const {
    const std::size_t dimension = process.getDimension();
    if (initialStates.empty() || initialStates.size() % dimension != 0)
        throw std::invalid_argument("PathSimulator::run: found " + std::to_string(initialStates.size()) +
                                    " values, expected a multiple of the dimension " + std::to_string(dimension));
    PathEnsemble ensemble;
    const std::size_t numPaths = initialStates.size() / dimension;
    ensemble.numPaths = static_cast<int>(numPaths);
    ensemble.dimension = static_cast<int>(dimension);
    ensemble.thermalEnergy = process.getDiffusion();
    ensemble.initialStates = initialStates;
    ensemble.finalStates.resize(initialStates.size());
    ensemble.environmentEntropy.resize(numPaths);
    ensemble.stratonovichEntropy.resize(numPaths);
    if (measuresWork) {
        ensemble.work.resize(numPaths);
        ensemble.energyChange.resize(numPaths);
    }
    const int numBlocks = static_cast<int>((numPaths + blockSize - 1) / blockSize);
    ThreadPool threads(numThreads);
    threads.run(numBlocks, [&](int block) { runBlock(ensemble, block * blockSize, firstStep); });
    return ensemble;
}

void PathSimulator::runBlock(PathEnsemble& ensemble, std::size_t firstPath, std::uint64_t firstStep) const {
    const int dimension = ensemble.dimension;
    const std::size_t count = std::min(blockSize, ensemble.numPaths - firstPath), stride = batchStride(count);
    const CounterNoise noise(seed);
    AlignedVector<double> x(dimension * stride, 0.0), nextX(x), force(x), nextForce(x), energy(stride, 0.0);
    for (std::size_t s = 0; s < count; ++s)
        for (int i = 0; i < dimension; ++i)
            x[i * stride + s] = ensemble.initialStates[(firstPath + s) * dimension + i];
    double* work = measuresWork && process.isTimeDependent() ? &ensemble.work[firstPath] : nullptr;
    process.force(times.front(), x.data(), force.data(), count, stride);
    if (measuresWork)
        process.potential(times.front(), x.data(), energy.data(), count, stride);

    const std::size_t numSteps = times.size() - 1;
    for (std::size_t k = 0; k < numSteps; ++k) {
        // The work at a state is half of the protocol's move before it and half of the one after it: one energy.
        if (work)
            process.addPotentialChange(times[k == 0 ? 0 : k - 1], times[k + 1], 0.5, x.data(), work, count, stride);
        const PathStep step{dimension, count,        stride,       times[k + 1] - times[k], process.getDiffusion(), 1.0,
                            x.data(),  force.data(), nextX.data(), nextForce.data()};
        takeStep(step, noise, firstStep + k, firstPath, nextX.data());
        process.force(times[k + 1], nextX.data(), nextForce.data(), count, stride);
        addEnvironmentEntropy(step, &ensemble.environmentEntropy[firstPath], &ensemble.stratonovichEntropy[firstPath]);
        x.swap(nextX);
        force.swap(nextForce);
    }
    if (work)
        process.addPotentialChange(times[numSteps - 1], times[numSteps], 0.5, x.data(), work, count, stride);
    if (measuresWork) {
        double* change = &ensemble.energyChange[firstPath];
        process.potential(times.back(), x.data(), change, count, stride);
        for (std::size_t s = 0; s < count; ++s)
            change[s] -= energy[s];
    }
    finishPaths(ensemble, firstPath, count, stride, x.data());
}

/** Final states into the ensemble; what escaped is marked or refused. */
void PathSimulator::finishPaths(PathEnsemble& ensemble, std::size_t firstPath, std::size_t count, std::size_t stride,
                                const double* x) const {
    const std::size_t dimension = ensemble.dimension;
    for (std::size_t s = 0; s < count; ++s) {
        double* state = &ensemble.finalStates[(firstPath + s) * dimension];
        bool escaped = !std::isfinite(ensemble.environmentEntropy[firstPath + s]);
        for (std::size_t i = 0; i < dimension; ++i) {
            state[i] = x[i * stride + s];
            escaped = escaped || !std::isfinite(state[i]);
        }
        if (!escaped)
            continue;
        if (!marksEscapes)
            throw std::runtime_error("PathSimulator::run: path " + std::to_string(firstPath + s) +
                                     " left the range of numbers before time " + show(times.back()) +
                                     "; its time step is too large for the force");
        constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
        std::fill(state, state + dimension, nothing);
        for (std::vector<double>* results :
             {&ensemble.environmentEntropy, &ensemble.stratonovichEntropy, &ensemble.work, &ensemble.energyChange})
            if (!results->empty())
                (*results)[firstPath + s] = nothing;
    }
}

} // namespace OpenMMOscillators
