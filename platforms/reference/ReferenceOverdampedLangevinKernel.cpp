#include "ReferenceOverdampedLangevinKernel.h"

#include "ReferenceContextData.h"
#include "openmm/System.h"
#include "openmmoscillators/dynamics/GasConstant.h"
#include "openmmoscillators/dynamics/NoiseStreams.h"
#include "openmmoscillators/network/CounterNoise.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

using OpenMM::ContextImpl;
using OpenMM::Vec3;

namespace OpenMMOscillators {

namespace {

using Vectors = std::vector<Vec3>;

Vectors sum(Vectors first, const Vectors& second) {
    for (std::size_t i = 0; i < first.size(); ++i)
        first[i] += second[i];
    return first;
}

Vectors mean(Vectors first, const Vectors& second) {
    for (std::size_t i = 0; i < first.size(); ++i)
        first[i] = (first[i] + second[i]) * 0.5;
    return first;
}

} // namespace

void ReferenceOverdampedLangevinKernel::initialize(const OpenMM::System& system,
                                                   const OverdampedLangevinIntegrator& /*integrator*/) {
    const NoiseStreams streams(system);
    clamped.emplace(system);
    masses.clear();
    coordinates.clear();
    for (int particle = 0; particle < system.getNumParticles(); ++particle) {
        masses.push_back(system.getParticleMass(particle));
        for (int axis = 0; axis < 3 && masses.back() > 0.0; ++axis) {
            const NoiseStreams::Address address = streams.getAddress(particle, axis);
            coordinates.push_back({address.stream, address.index, particle, axis});
        }
    }
    std::sort(coordinates.begin(), coordinates.end(), [](const Coordinate& a, const Coordinate& b) {
        return std::tie(a.stream, a.index) < std::tie(b.stream, b.index);
    });
}

bool ReferenceOverdampedLangevinKernel::execute(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                                NoiseState& noise, int steps) {
    for (int s = 0; s < steps; ++s) {
        takeStep(context, integrator, noise);
        ++noise.counter;
        if (!areWithin(integrator, *referenceData(context).positions))
            return false;
    }
    return true;
}

bool ReferenceOverdampedLangevinKernel::areWithin(const OverdampedLangevinIntegrator& integrator,
                                                  const Vectors& positions) const {
    const Vec3 mobility = integrator.getMobility();
    return std::all_of(coordinates.begin(), coordinates.end(), [&](const Coordinate& at) {
        return mobility[at.axis] == 0.0 ||
               std::abs(positions[at.particle][at.axis]) <= integrator.getEscapeDistance(); // false for a NaN
    });
}

void ReferenceOverdampedLangevinKernel::takeStep(ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                                                 const NoiseState& noise) {
    auto& data = referenceData(context);
    context.updateContextState();
    const StepSchedule::Step step = integrator.getStepSchedule().getStep(data.time, integrator.getStepSize());
    context.calcForcesAndEnergy(true, false, integrator.getIntegrationForceGroups());
    const Vectors start = *data.positions;
    Vectors random = randomDisplacements(integrator, noise, step.size);
    Vectors deterministic = drift(integrator, *data.forces, step.size);
    if (integrator.getScheme() == OverdampedLangevinIntegrator::Scheme::StochasticHeun)
        deterministic = correctedDrift(context, integrator, start, deterministic, random, step);
    else if (integrator.getScheme() == OverdampedLangevinIntegrator::Scheme::LeimkuhlerMatthews) {
        const double nextSize = integrator.getStepSchedule().getStep(step.endTime, integrator.getStepSize()).size;
        random = mean(random, randomDisplacements(integrator, {noise.seed, noise.counter + 1}, nextSize));
    }
    displace(context, start, followingPaths(sum(deterministic, random), start, step), step.size);
    data.time = step.endTime;
    data.stepCount++;
}

Vectors ReferenceOverdampedLangevinKernel::randomDisplacements(const OverdampedLangevinIntegrator& integrator,
                                                               const NoiseState& noise, double stepSize) const {
    const CounterNoise generator(noise.seed);
    const Vec3 mobility = integrator.getMobility();
    const double diffusion = gasConstant * integrator.getTemperature() / integrator.getFriction(); // times the mass
    Vectors random(masses.size());
    std::array<double, 4> normals{};
    const Coordinate* block = nullptr; // a coordinate of the block that normals holds
    for (const Coordinate& at : coordinates) {
        if (mobility[at.axis] == 0.0)
            continue;
        if (block == nullptr || block->stream != at.stream || block->index / 4 != at.index / 4) {
            normals = generator.normals(noise.counter, at.stream, at.index / 4);
            block = &at;
        }
        random[at.particle][at.axis] =
            std::sqrt(2.0 * diffusion * mobility[at.axis] / masses[at.particle] * stepSize) * normals[at.index % 4];
    }
    return random;
}

Vectors ReferenceOverdampedLangevinKernel::drift(const OverdampedLangevinIntegrator& integrator, const Vectors& forces,
                                                 double stepSize) const {
    const Vec3 scale = integrator.getMobility() * (stepSize / integrator.getFriction());
    Vectors result(masses.size());
    for (const Coordinate& at : coordinates)
        result[at.particle][at.axis] = scale[at.axis] / masses[at.particle] * forces[at.particle][at.axis];
    return result;
}

Vectors ReferenceOverdampedLangevinKernel::correctedDrift(ContextImpl& context,
                                                          const OverdampedLangevinIntegrator& integrator,
                                                          const Vectors& start, const Vectors& firstDrift,
                                                          const Vectors& random, const StepSchedule::Step& step) {
    auto& data = referenceData(context);
    const Vectors startVelocities = *data.velocities;
    const double startTime = data.time;
    displace(context, start, followingPaths(sum(firstDrift, random), start, step), step.size);
    data.time = step.endTime;
    try {
        context.calcForcesAndEnergy(true, false, integrator.getIntegrationForceGroups());
    } catch (...) { // a protocol may refuse the end time: leave the Context as it was before the step
        *data.positions = start;
        *data.velocities = startVelocities;
        data.time = startTime;
        throw;
    }
    data.time = startTime;
    return mean(firstDrift, drift(integrator, *data.forces, step.size));
}

Vectors ReferenceOverdampedLangevinKernel::followingPaths(Vectors displacement, const Vectors& start,
                                                          const StepSchedule::Step& step) const {
    clamped->forEach(step.endTime, [&](int particle, int axis, double position) {
        displacement[particle][axis] = position - start[particle][axis];
    });
    return displacement;
}

void ReferenceOverdampedLangevinKernel::displace(ContextImpl& context, const Vectors& start,
                                                 const Vectors& displacement, double stepSize) {
    auto& data = referenceData(context);
    for (std::size_t particle = 0; particle < masses.size(); ++particle) {
        if (masses[particle] == 0.0)
            continue;
        (*data.positions)[particle] = start[particle] + displacement[particle];
        (*data.velocities)[particle] = displacement[particle] * (1.0 / stepSize);
    }
    context.computeVirtualSites();
}

double ReferenceOverdampedLangevinKernel::computeKineticEnergy(ContextImpl& context) {
    const auto& data = referenceData(context);
    double energy = 0.0;
    for (std::size_t particle = 0; particle < masses.size(); ++particle)
        energy += 0.5 * masses[particle] * (*data.velocities)[particle].dot((*data.velocities)[particle]);
    return energy;
}

} // namespace OpenMMOscillators
