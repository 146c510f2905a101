#pragma once

#include "MachinePeak.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <benchmark/benchmark.h>
#include <ctime>
#include <random>

namespace OpenMMOscillators {

/** A square lattice of the size that the literature uses, by width and range. */
struct Lattice {
    int width, range;
    OscillatorNetwork network() const { return OscillatorNetwork::squareLattice(width, width, range); }
};

/** A confining theta with weak random couplings. */
inline NetworkParameters randomParameters(const OscillatorNetwork& network, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal(0.0, 0.01);
    NetworkParameters theta(network);
    for (int a = 0; a < theta.getLayout().getNumParameters(); ++a)
        theta.data()[a] = normal(generator);
    theta.setFamily(ParameterFamily::KLin, std::vector<double>(network.getNumOscillators(), 1.0));
    theta.setFamily(ParameterFamily::K6, std::vector<double>(network.getNumOscillators(), 0.1));
    return theta;
}

/**
 * CPU time of the calling thread since construction; a machine that is shared disturbs it less than the time of day.
 * The benchmarks run in one thread.
 */
class ThreadTimer {
public:
    double getMicroseconds() const { return now() - start; }

private:
    static double now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return 1e6 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_nsec);
    }
    double start = now();
};

/**
 * Time for one sample, and its ratio to a bound: the time in which the processor could do the multiplications and fused
 * multiply-adds of the edges and nothing else. `multiplications` is their number an edge. An edge of the gradient needs
 * six as it is usually written (d^2, 2 c_lin + c_duff d^2, its product with d in two sums, two products of c_optomech);
 * our kernel shares one of them and needs five, so it may exceed 100 % of this yardstick.
 */
template <typename Real>
void reportPerSample(benchmark::State& state, const ThreadTimer& timer, const OscillatorNetwork& network,
                     double samples, double multiplications) {
    static const double peak = MachinePeak::fusedMultiplyAdds<Real>(); // a nanosecond
    const double perSample = timer.getMicroseconds() / (static_cast<double>(state.iterations()) * samples);
    state.counters["us_per_sample"] = perSample;
    state.counters["percent_of_FMA_bound"] = 0.1 * multiplications * network.getNumEdges() / peak / perSample;
}

constexpr double gradientMultiplications = 6.0;

} // namespace OpenMMOscillators
