#include "openmmoscillators/thermodynamics/DiffusionProcess.h"

#include "openmmoscillators/network/AlignedVector.h"

namespace OpenMMOscillators {

void DiffusionProcess::addPotentialChange(double from, double to, double factor, const double* x, double* values,
                                          std::size_t count, std::size_t stride) const {
    AlignedVector<double> before(stride), after(stride);
    potential(from, x, before.data(), count, stride);
    potential(to, x, after.data(), count, stride);
    for (std::size_t s = 0; s < count; ++s)
        values[s] += factor * (after[s] - before[s]);
}

void TimeReversedProcess::force(double time, const double* x, double* force, std::size_t count,
                                std::size_t stride) const {
    process.force(sumOfTimes - time, x, force, count, stride);
}

void TimeReversedProcess::potential(double time, const double* x, double* values, std::size_t count,
                                    std::size_t stride) const {
    process.potential(sumOfTimes - time, x, values, count, stride);
}

void TimeReversedProcess::addPotentialChange(double from, double to, double factor, const double* x, double* values,
                                             std::size_t count, std::size_t stride) const {
    process.addPotentialChange(sumOfTimes - from, sumOfTimes - to, factor, x, values, count, stride);
}

} // namespace OpenMMOscillators
