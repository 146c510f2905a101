#include "openmmoscillators/thermodynamics/MixtureProcess.h"

#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

OrnsteinUhlenbeckProcess::OrnsteinUhlenbeckProcess(int numDimensions) : dimension(numDimensions) {
    if (numDimensions < 1)
        throw std::invalid_argument("OrnsteinUhlenbeckProcess: the dimension must be at least 1, found " +
                                    std::to_string(numDimensions));
}

void OrnsteinUhlenbeckProcess::force(double /*time*/, const double* x, double* force, std::size_t count,
                                     std::size_t stride) const {
    for (int i = 0; i < dimension; ++i)
        for (std::size_t s = 0; s < count; ++s)
            force[i * stride + s] = -x[i * stride + s];
}

void OrnsteinUhlenbeckProcess::potential(double /*time*/, const double* x, double* values, std::size_t count,
                                         std::size_t stride) const {
    std::fill(values, values + count, 0.0);
    for (int i = 0; i < dimension; ++i)
        for (std::size_t s = 0; s < count; ++s)
            values[s] += 0.5 * x[i * stride + s] * x[i * stride + s];
}

MixtureReverseProcess::MixtureReverseProcess(const GaussianMixture& initial, double totalTime)
    : mixture(initial), duration(totalTime) {
    if (initial.getNumComponents() == 0)
        throw std::invalid_argument("MixtureReverseProcess: the mixture has no component, expected at least one");
    if (!(totalTime > 0.0) || !std::isfinite(totalTime))
        throw std::invalid_argument("MixtureReverseProcess: the duration must be positive, found " + show(totalTime));
}

GaussianMixture MixtureReverseProcess::noisedAt(double time) const {
    const double remaining = duration - time;
    if (remaining < -1e-9 * duration)
        throw std::invalid_argument("MixtureReverseProcess: time " + show(time) + " lies beyond the duration " +
                                    show(duration));
    return mixture.noised(std::max(0.0, remaining));
}

void MixtureReverseProcess::force(double time, const double* x, double* force, std::size_t count,
                                  std::size_t stride) const {
    noisedAt(time).evaluateBatch(x, nullptr, force, count, stride);
    for (int i = 0; i < getDimension(); ++i)
        for (std::size_t s = 0; s < count; ++s)
            force[i * stride + s] = x[i * stride + s] + 2.0 * force[i * stride + s];
}

void MixtureReverseProcess::potential(double time, const double* x, double* values, std::size_t count,
                                      std::size_t stride) const {
    noisedAt(time).evaluateBatch(x, values, nullptr, count, stride);
    for (std::size_t s = 0; s < count; ++s)
        values[s] *= -2.0;
    for (int i = 0; i < getDimension(); ++i)
        for (std::size_t s = 0; s < count; ++s)
            values[s] -= 0.5 * x[i * stride + s] * x[i * stride + s];
}

} // namespace OpenMMOscillators
