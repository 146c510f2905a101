#include "openmmoscillators/thermodynamics/PathObserver.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/Show.h"
#include "openmmoscillators/thermodynamics/PathEntropy.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace OpenMMOscillators {

namespace {

constexpr std::size_t blockSize = 256; // paths whose forces are computed at once

/** States of a block of paths, from rows into a batch. */
AlignedVector<double> toBatch(const std::vector<double>& rows, std::size_t firstPath, std::size_t count,
                              std::size_t stride, std::size_t dimension) {
    AlignedVector<double> batch(dimension * stride, 0.0);
    for (std::size_t s = 0; s < count; ++s)
        for (std::size_t i = 0; i < dimension; ++i)
            batch[i * stride + s] = rows[(firstPath + s) * dimension + i];
    return batch;
}

} // namespace

PathObserver::PathObserver(const DiffusionProcess& diffusionProcess, bool everyStep, double relativeMobility)
    : process(diffusionProcess), exact(everyStep), mobility(relativeMobility) {
    if (!(relativeMobility > 0.0) || !std::isfinite(relativeMobility))
        throw std::invalid_argument("PathObserver: the mobility must be positive, found " + show(relativeMobility));
    sums.dimension = diffusionProcess.getDimension();
    sums.thermalEnergy = diffusionProcess.getDiffusion();
}

void PathObserver::hold(std::vector<int> coordinates) {
    if (numFrames > 0)
        throw std::invalid_argument("PathObserver::hold: " + std::to_string(numFrames) +
                                    " frames have been observed, expected none");
    std::sort(coordinates.begin(), coordinates.end());
    if (!coordinates.empty() && coordinates.front() < 0)
        throw std::invalid_argument("PathObserver::hold: coordinate " + std::to_string(coordinates.front()) +
                                    ", expected one that is not negative");
    held = std::move(coordinates);
}

void PathObserver::checkFrame(double time, const std::vector<double>& states) const {
    const std::size_t dimension = process.getDimension();
    if (states.empty() || states.size() % dimension != 0)
        throw std::invalid_argument("PathObserver::observe: found " + std::to_string(states.size()) +
                                    " values, expected a multiple of the dimension " + std::to_string(dimension));
    for (std::size_t n = 0; n < states.size(); ++n)
        if (!std::isfinite(states[n]))
            throw std::invalid_argument("PathObserver::observe: path " + std::to_string(n / dimension) + " at time " +
                                        show(time) + " is not finite");
    if (!held.empty() && static_cast<std::size_t>(held.back()) >= states.size())
        throw std::invalid_argument("PathObserver::observe: found " + std::to_string(states.size()) +
                                    " values; coordinate " + std::to_string(held.back()) + " is held");
    if (numFrames == 0)
        return;
    if (states.size() != lastStates.size())
        throw std::invalid_argument("PathObserver::observe: found " + std::to_string(states.size() / dimension) +
                                    " paths, expected " + std::to_string(lastStates.size() / dimension) +
                                    " as in earlier frames");
    if (!(time > lastTime))
        throw std::invalid_argument("PathObserver::observe: time " + show(time) +
                                    " does not follow the last frame's, " + show(lastTime));
}

void PathObserver::observe(double time, const std::vector<double>& states) {
    checkFrame(time, states);
    const std::size_t numPaths = states.size() / process.getDimension();
    if (numFrames == 0) {
        sums.numPaths = static_cast<int>(numPaths);
        sums.initialStates = states;
        sums.environmentEntropy.assign(numPaths, 0.0);
        sums.stratonovichEntropy.assign(numPaths, 0.0);
        sums.work.assign(numPaths, 0.0);
        initialEnergies.resize(numPaths);
        energies.resize(numPaths);
    }
    std::vector<double> forces(states.size());
    for (std::size_t first = 0; first < numPaths; first += blockSize)
        addBlock(time, states, forces, first);
    if (numFrames == 0)
        initialEnergies = energies;
    lastStates = states;
    lastForces.swap(forces);
    lastTime = time;
    ++numFrames;
}

void PathObserver::addBlock(double newTime, const std::vector<double>& states, std::vector<double>& forces,
                            std::size_t firstPath) {
    const std::size_t dimension = process.getDimension();
    const std::size_t count = std::min(blockSize, states.size() / dimension - firstPath), stride = batchStride(count);
    const AlignedVector<double> next = toBatch(states, firstPath, count, stride, dimension);
    AlignedVector<double> nextForce(next.size(), 0.0), energy(stride, 0.0);
    process.force(newTime, next.data(), nextForce.data(), count, stride);
    process.potential(newTime, next.data(), energy.data(), count, stride);
    std::copy_n(energy.begin(), count, energies.begin() + firstPath);
    for (std::size_t s = 0; s < count; ++s)
        for (std::size_t i = 0; i < dimension; ++i)
            forces[(firstPath + s) * dimension + i] = nextForce[i * stride + s];
    if (numFrames == 0)
        return;
    const AlignedVector<double> x = toBatch(lastStates, firstPath, count, stride, dimension);
    AlignedVector<double> force = toBatch(lastForces, firstPath, count, stride, dimension);
    const std::size_t firstValue = firstPath * dimension;
    const auto firstHeld = std::lower_bound(held.begin(), held.end(), static_cast<int>(firstValue));
    const auto endHeld = std::lower_bound(firstHeld, held.end(), static_cast<int>(firstValue + count * dimension));
    std::for_each(firstHeld, endHeld, [&](int coordinate) {
        const std::size_t path = coordinate / dimension, n = coordinate % dimension * stride + path - firstPath;
        sums.work[path] -= 0.5 * (force[n] + nextForce[n]) * (next[n] - x[n]);
        force[n] = nextForce[n] = 0.0; // no heat
    });
    const PathStep step{sums.dimension, count,    stride,       newTime - lastTime, sums.thermalEnergy,
                        mobility,       x.data(), force.data(), next.data(),        nextForce.data()};
    addEnvironmentEntropy(step, &sums.environmentEntropy[firstPath], &sums.stratonovichEntropy[firstPath]);
    if (process.isTimeDependent()) {
        process.addPotentialChange(lastTime, newTime, 0.5, x.data(), &sums.work[firstPath], count, stride);
        process.addPotentialChange(lastTime, newTime, 0.5, next.data(), &sums.work[firstPath], count, stride);
    }
}

PathEnsemble PathObserver::getEnsemble() const {
    if (numFrames < 2)
        throw std::invalid_argument("PathObserver::getEnsemble: a path needs at least 2 frames, found " +
                                    std::to_string(numFrames));
    PathEnsemble ensemble = sums;
    ensemble.finalStates = lastStates;
    if (!exact)
        ensemble.environmentEntropy.clear();
    ensemble.energyChange = energies;
    for (std::size_t n = 0; n < energies.size(); ++n)
        ensemble.energyChange[n] -= initialEnergies[n];
    return ensemble;
}

} // namespace OpenMMOscillators
