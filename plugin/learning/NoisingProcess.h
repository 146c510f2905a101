#pragma once

#include "openmmoscillators/network/CounterNoise.h"
#include <cstddef>
#include <cstdint>

namespace OpenMMOscillators {

/** What a local rule needs to know of the time it learns at: x_t = meanFactor x_0 + sqrt(variance) epsilon. */
struct NoiseLevel {
    double time;          ///< t, in ps
    double meanFactor;    ///< m(t) = exp(-t / sigma^2)
    double variance;      ///< v(t) = kT sigma^2 (1 - exp(-2 t / sigma^2)), in nm^2
    double thermalEnergy; ///< kT, in kJ/mol
    double trapWidth;     ///< sigma, in nm (kJ/mol)^(-1/2)
};

/** A step backwards in time, given the datum: x_earlier = later x_later + datum x_0 + deviation epsilon. */
struct NoisingBridge {
    double later, datum, deviation;
};

/**
 * The process that turns data into noise (arXiv 2506.19136): every oscillator relaxes in the trap x^2 / (2 sigma^2),
 *
 *   dx = -x / sigma^2 dt + sqrt(2 kT) dW
 *
 * (mass 1 Da, friction 1/ps). It is an Ornstein-Uhlenbeck process, so that its transitions are known exactly: over an
 * interval t, x -> m(t) x + sqrt(v(t)) epsilon, epsilon standard normal. It ends in N(0, kT sigma^2).
 */
class NoisingProcess {
public:
    /**
     * @param trapWidth      sigma, in nm (kJ/mol)^(-1/2)
     * @param thermalEnergy  kT, in kJ/mol
     * @throws std::invalid_argument unless both are finite and > 0
     */
    explicit NoisingProcess(double trapWidth = 1.0, double thermalEnergy = 0.1);

    double getSigma() const { return sigma; }
    double getThermalEnergy() const { return kT; }
    /** m(interval). @param interval  in ps, >= 0 */
    double getMeanFactor(double interval) const;
    /** v(interval), in nm^2. */
    double getVariance(double interval) const;
    /** kT sigma^2, the variance that v approaches, in nm^2. */
    double getStationaryVariance() const { return kT * sigma * sigma; }
    /** The level of noise at a time t after the data. */
    NoiseLevel getLevel(double time) const;

    /**
     * The distribution of x at the earlier of two times, given x at the later one and the datum x_0: exact, so that a
     * path sampled backwards in this way has the correlations of a noising path.
     * @param earlier, later  times since the data, in ps, 0 < earlier <= later
     */
    NoisingBridge getBridge(double earlier, double later) const;

    /**
     * The exact transition of a batch, in place: x -> m x + sqrt(v) epsilon, with epsilon of sample s, oscillator i
     * taken from noise at (step, stream firstStream + s, index i).
     * @param x         x[oscillator * stride + sample]
     * @param interval  in ps, >= 0
     */
    void advance(double interval, const CounterNoise& noise, std::uint64_t step, std::uint32_t firstStream, float* x,
                 int numOscillators, std::size_t count, std::size_t stride) const;

private:
    double sigma, kT;
};

} // namespace OpenMMOscillators
