#pragma once

#include <vector>

namespace OpenMMOscillators {

class NoisingProcess;

/** The times at which a protocol is learned. */
namespace TimeGrid {

/**
 * Times whose ratio of noise to signal v / (m^2 kT sigma^2) = exp(2 t / sigma^2) - 1 grows by the same factor from one
 * to the next: dense where the signal emerges, sparse where all is noise.
 * @param first  the earliest time, in ps, > 0
 * @param last   the latest time, in ps, > first
 * @param count  how many times, >= 2
 * @throws std::invalid_argument
 */
std::vector<double> uniformInLogNoise(const NoisingProcess& process, double first, double last, int count);

} // namespace TimeGrid
} // namespace OpenMMOscillators
