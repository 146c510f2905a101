#pragma once

#include "openmmoscillators/learning/GeneratedPopulation.h"
#include "openmmoscillators/learning/LearningOptions.h"
#include "openmmoscillators/learning/LearningReport.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include <vector>

namespace OpenMMOscillators {

class InPlaceLoop;
class LocalMoments;
class SampleSlice;
class SchwarzPreconditioner;
class ThreadPool;

/**
 * The closed loop: a generated population is carried down the slices while they are learned, and what its local
 * averages lack is made up for by a correction of the protocol.
 *
 * At time t_k the population and the noised data differ in the averages of u_a = dU/dtheta_a by
 *
 *   e = <u>_generated - <u>_data
 *
 * A change -delta of theta changes <u> at the rate of M delta, M = E[Phi^T Phi]. So the next slice, at t_(k-1), is
 * corrected by
 *
 *   c_(k-1) = gain delta / w_(k-1) + carryOver (w_k / w_(k-1)) c_k,   (M + ridge diag M) delta = e,
 *
 * w(t) = 1 - exp(-2 t / sigma^2) the share of noise, which is twice the rate of time on a grid uniform in log noise,
 * L(t) = log(exp(2 t / sigma^2) - 1). Until the next time the correction removes gain (L_k - L_(k-1)) of the mismatch,
 * to first order; where times are far apart in L, that of an exact solve is less in proportion, so that coarse grids do
 * not overshoot. As data and population are read through local averages only, this is a learning rule that a device can
 * run. With SliceOptimizer::Exact, delta is found by conjugate gradients, which is not local; with the others by as
 * many steps of gradient descent with momentum, scaled by the diagonal of M, in which a parameter sees but its own
 * averages (M delta is the average of phi_a times the change of force that a change of theta by delta makes).
 *
 * Safeguard: the correction is tried on the population and kept only if it lessens the mismatch, under the same noise;
 * else a quarter of it is tried, a sixteenth, and so on, and then nothing. The mismatch is e^T B^-1 e, B the Schwarz
 * approximation of M: to first order, the least mean-square displacement by a field Phi delta that removes e. Of local
 * steps, B is the diagonal of M. A sample that leaves the region of the data adds the square of that region's radius,
 * and is put back.
 *
 * Oscillators that FeedbackOptions::clamped names follow the noised paths of the data in the population: what is
 * learned is generation under that condition.
 */
class ClosedLoop {
public:
    /** Where the loop stands: the last time (0 before the first), what was learned there, and what it calls for. */
    struct State {
        double time = 0.0;
        GeneratedPopulation::State population;
        NetworkParameters theta;
        std::vector<double> correction, direction;
    };

    /**
     * The preconditioner, which the loop factorises for its own use, the arithmetic and the threads must outlive it.
     */
    ClosedLoop(const OscillatorNetwork& generatedNetwork, const LearningOptions& learningOptions,
               SchwarzPreconditioner& blockPreconditioner, const BatchArithmetic<float>& batchArithmetic,
               ThreadPool& threadPool);

    /** Generate and measure on a device from now on. @param deviceLoop  must outlive this */
    void runOn(const InPlaceLoop& deviceLoop) { onDevice = &deviceLoop; }
    /**
     * Carry the population to the next slice, from the latest time to the earliest, and correct the slice.
     * @param data     the noised data at this time
     * @param moments  their local moments; not read if the direction is found by local steps
     * @param time     in ps; less than in the call before
     * @param theta    in: as matched to the data; out: corrected
     */
    FeedbackReport correct(const SampleSlice& data, const LocalMoments& moments, double time, NetworkParameters& theta);

    const State& getState() const { return last; }
    /** @throws std::invalid_argument if the state is one of another network, population or processor */
    void setState(State state);

private:
    struct Target;
    struct Trial;
    GeneratedPopulation::State generate(double time, const NetworkParameters& theta) const;
    Trial measure(const Target& target, GeneratedPopulation::State state) const;
    Trial attempt(const Target& target, double share) const;
    double logNoise(double time) const;
    NetworkParameters corrected(const NetworkParameters& matched, double time, double share) const;
    bool isLocal() const { return options.optimizer != SliceOptimizer::Exact; }
    void applyMetric(const Target& target, const double* delta, double* product) const;
    std::vector<double> approximateSolution(const Target& target, const std::vector<double>& error) const;
    std::vector<double> findDirectionLocally(const Target& target, const std::vector<double>& error) const;
    std::vector<double> findDirection(const Target& target, const std::vector<double>& error) const;

    OscillatorNetwork network;
    LearningOptions options;
    SchwarzPreconditioner& preconditioner;
    const BatchArithmetic<float>& arithmetic;
    ThreadPool& threads;
    NoisingProcess process;
    GeneratedPopulation population;
    State last;
    const InPlaceLoop* onDevice = nullptr;
};

} // namespace OpenMMOscillators
