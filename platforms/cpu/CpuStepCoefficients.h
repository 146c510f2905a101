#pragma once

#include "CpuPathPlan.h"
#include "openmmoscillators/network/AlignedVector.h"
#include <array>
#include <cmath>

namespace OpenMMOscillators {

/** What a step multiplies forces and normals with, for every oscillator, in Real. */
template <typename Real>
class CpuStepCoefficients {
public:
    /** @param size  of the arrays; beyond the last oscillator they are zero */
    CpuStepCoefficients(const CpuPathPlan& pathPlan, std::size_t size) : plan(pathPlan) {
        values.fill(AlignedVector<Real>(size, Real(0)));
    }
    void setStepSize(double size) {
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
    /** Of the gradient: -mobility dt. */
    const Real* drift() const { return values[0].data(); }
    const Real* halfDrift() const { return values[1].data(); }
    /** Of the normals: sqrt(2 kT mobility dt). */
    const Real* noise() const { return values[2].data(); }
    const Real* halfNoise() const { return values[3].data(); }

private:
    const CpuPathPlan& plan;
    double stepSize = 0.0;
    std::array<AlignedVector<Real>, 4> values;
};

} // namespace OpenMMOscillators
