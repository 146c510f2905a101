#pragma once

#include <cstddef>

namespace OpenMMOscillators {

/** One step of a block of paths: states and forces before and after, batches as in DiffusionProcess. */
struct PathStep {
    int dimension;
    std::size_t count, stride;
    double timeStep;
    double thermalEnergy;            // kT
    double mobility;                 // dx = mobility force dt: 1 unless mass or friction say otherwise
    const double *x, *force;         // at t_n
    const double *nextX, *nextForce; // at t_{n+1}
};

/**
 * The entropy that a step of the Euler-Maruyama chain x' = x + mu f dt + sqrt(2 mu kT dt) xi gives to the environment,
 * added for each path in two forms:
 *
 *   exact         ln K(x'|x; f) / K(x|x'; f'), K the chain's Gaussian transition density and f' = f(x', t_{n+1}) the
 *                 force with which the backward chain takes its step:
 *                 (x' - x).(f + f')/(2 kT) + mu dt (|f'|^2 - |f|^2)/(4 kT)
 *   stratonovich  its first term, the midpoint sum of f o dx / kT
 *
 * Sums of the exact form obey the integral fluctuation theorem at any step size, whatever normalised density is taken
 * at the end of the path. For equal steps the difference of the two sums telescopes: mu dt (|f_N|^2 - |f_0|^2)/(4 kT).
 * Only Euler-Maruyama has this ratio: a Heun step is no Gaussian of its starting point, and steps with correlated noise
 * (Leimkuhler-Matthews) are no Markov chain in x.
 */
void addEnvironmentEntropy(const PathStep& step, double* exact, double* stratonovich);

} // namespace OpenMMOscillators
