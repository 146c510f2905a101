#include "openmmoscillators/thermodynamics/PathEntropy.h"

namespace OpenMMOscillators {

void addEnvironmentEntropy(const PathStep& step, double* exact, double* stratonovich) {
    const double half = 0.5 / step.thermalEnergy, quarter = 0.25 * step.mobility * step.timeStep / step.thermalEnergy;
    for (int i = 0; i < step.dimension; ++i) {
        const double* x = step.x + i * step.stride;
        const double* f = step.force + i * step.stride;
        const double* nextX = step.nextX + i * step.stride;
        const double* nextF = step.nextForce + i * step.stride;
        for (std::size_t s = 0; s < step.count; ++s) {
            const double sum = f[s] + nextF[s], midpoint = half * (nextX[s] - x[s]) * sum;
            stratonovich[s] += midpoint;
            exact[s] += midpoint + quarter * sum * (nextF[s] - f[s]);
        }
    }
}

} // namespace OpenMMOscillators
