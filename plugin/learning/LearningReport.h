#pragma once

#include "openmmoscillators/learning/StochasticOptions.h"
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** How the closed loop fared at one slice, see ClosedLoop. */
struct FeedbackReport {
    double share = 0.0;               ///< of the correction that was kept: 1, 1/4, ... 1/256 or 0
    double mismatch = 0.0;            ///< of the population with it, in nm^2
    double uncorrectedMismatch = 0.0; ///< of the population without
    double escapedShare = 0.0;        ///< of samples that left the region of the data and were put back
};

/** How the learning of one slice went. */
struct SliceReport {
    double time = 0.0;              ///< in ps
    int iterations = 0;             ///< products with the normal matrix, 0 if it was factorised; or stochastic steps
    double residual = 0.0;          ///< |residual| / |right-hand side| at the end, as in LearningOptions::tolerance
    bool converged = false;         ///< residual <= tolerance, and the k_6 at their bound belong there
    int numAtBound = 0;             ///< how many k_6 are at their least value
    double trainingLoss = 0.0;      ///< the rule's loss at the learned parameters, without ridge
    double heldOutLoss = 0.0;       ///< the same on the held-out samples; NaN if there are none
    double confinementRadius = 0.0; ///< of U_rev, see Confinement; in nm
    double seconds = 0.0;           ///< time taken
    FeedbackReport feedback;        ///< all zero without closed loop
};

/** How learning went: in one line, as a table, or figure by figure with one value a slice, in the order of time. */
struct LearningReport {
    std::string rule;
    SliceOptimizer optimizer = SliceOptimizer::Exact;
    int numParameters = 0;
    std::size_t numSamples = 0;
    std::size_t numHeldOut = 0;
    double seconds = 0.0;
    bool closedLoop = false;
    std::vector<SliceReport> slices;

    bool hasConverged() const;
    /** The largest of the slices' residuals. */
    double getLargestResidual() const;
    /** The largest confinement radius; infinity if a slice is not proved to confine. */
    double getConfinementRadius() const;
    /** One line; it tells if samples of the closed loop's population left the region of the data, and when most did. */
    std::string briefReport() const;
    /** The line and a table of all slices. */
    std::string fullReport() const;

    std::vector<double> getTimes() const;
    std::vector<int> getIterations() const;
    std::vector<double> getResiduals() const;
    std::vector<int> getNumbersAtBound() const;
    std::vector<double> getTrainingLosses() const;
    std::vector<double> getHeldOutLosses() const;
    std::vector<double> getConfinementRadii() const;
    std::vector<double> getSeconds() const;
    std::vector<double> getFeedbackShares() const;
    std::vector<double> getMismatches() const;
    std::vector<double> getUncorrectedMismatches() const;
    std::vector<double> getEscapedShares() const;
};

} // namespace OpenMMOscillators
