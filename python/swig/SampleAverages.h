#pragma once

#include "openmmoscillators/learning/LocalRule.h"
#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SampleSource.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * Averages over the samples of one time, as learning reads them: what a learning rule or a solver of one's own needs.
 * With A = E[Phi^T Phi], the Hessian of every rule's loss is a factor times A. Sums are taken in single precision
 * within blocks of samples and in double precision between blocks, in an order that does not depend on the number of
 * threads.
 */
class SampleAverages {
public:
    /**
     * Read all samples at one time of a source.
     * @param network     whose samples they are
     * @param source      a source of samples
     * @param timeIndex   index into its times
     * @param numThreads  0: as many as the machine runs at once
     */
    SampleAverages(const OscillatorNetwork& network, const SampleSource& source, int timeIndex, int numThreads = 0)
        : threads(numThreads), arithmetic(network), slice(arithmetic, threads) {
        if (source.getNumOscillators() != network.getNumOscillators())
            throw std::invalid_argument("SampleAverages: the samples are of " +
                                        std::to_string(source.getNumOscillators()) + " oscillators; the network has " +
                                        std::to_string(network.getNumOscillators()));
        if (source.getNumSamples() == 0)
            throw std::invalid_argument("SampleAverages: the source holds no samples");
        for (const Signal signal : {Signal::Position, Signal::Force, Signal::InitialPosition, Signal::EvolvedPosition,
                                    Signal::PreviousPosition})
            if (source.provides(signal))
                provided.push_back(signal);
        slice.load(source, timeIndex);
        time = source.getTimes()[timeIndex];
    }

    /** A v, P values. @param v  P values */
    std::vector<double> normalProduct(const std::vector<double>& v) const {
        checkSize(v, "normalProduct");
        std::vector<double> product(v.size());
        slice.multiply(v.data(), product.data());
        return product;
    }
    /** The diagonal of A, P values. */
    std::vector<double> normalDiagonal() const { return slice.diagonal(); }
    /**
     * The gradient dL/dtheta of a rule's loss at the theta under which the forces were measured, plus change: P values.
     * @param rule     a local rule
     * @param process  the noising process of the samples
     * @param change   P values; empty: none
     */
    std::vector<double> gradient(const LocalRule& rule, const NoisingProcess& process,
                                 const std::vector<double>& change = {}) const {
        if (!change.empty())
            checkSize(change, "gradient");
        for (const Signal signal : rule.getSignals())
            if (std::find(provided.begin(), provided.end(), signal) == provided.end())
                throw std::invalid_argument(
                    "SampleAverages::gradient: the source does not provide all that the rule '" + rule.getName() +
                    "' reads");
        return slice.gradient(rule, process.getLevel(time), change.empty() ? nullptr : change.data());
    }

private:
    void checkSize(const std::vector<double>& values, const std::string& caller) const {
        if (values.size() != static_cast<std::size_t>(arithmetic.getNumParameters()))
            throw std::invalid_argument("SampleAverages::" + caller + ": " + std::to_string(values.size()) +
                                        " values; the network has " + std::to_string(arithmetic.getNumParameters()) +
                                        " parameters");
    }

    ThreadPool threads;
    BatchArithmetic<float> arithmetic;
    SampleSlice slice;
    double time = 0.0;
    std::vector<Signal> provided;
};

} // namespace OpenMMOscillators
