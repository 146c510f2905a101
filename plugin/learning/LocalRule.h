#pragma once

#include "openmmoscillators/learning/NoisingProcess.h"
#include "openmmoscillators/learning/SampleBlock.h"
#include "openmmoscillators/network/BatchArithmetic.h"
#include <algorithm>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * A learning rule whose gradient is an average of products that are local to each parameter: the one of a parameter
 * reads nothing but the signals of the one or two oscillators that the parameter belongs to.
 *
 * Rules see theta through the measured forces. Their losses are quadratic in theta, with the Hessian
 * getCurvature() E[Phi^T Phi], Phi(x) as in NetworkEnergy.
 */
class LocalRule {
public:
    virtual ~LocalRule() = default;

    /** The name used on the command line and in files, as "denoising". */
    virtual const std::string& getName() const = 0;
    /** What must be known of the samples. */
    virtual const std::vector<Signal>& getSignals() const = 0;
    bool reads(Signal signal) const {
        return std::find(getSignals().begin(), getSignals().end(), signal) != getSignals().end();
    }
    /**
     * sums[a] += sum over the block's samples of the local products: divided by the number of samples it is the
     * gradient dL/dtheta_a at theta_0 + change, theta_0 what the forces were measured under. L is dimensionless.
     * @param change  P values, or null for none
     */
    virtual void addGradient(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level,
                             const SampleBlock& block, const double* change, double* sums) const = 0;
    /**
     * The sum over the block's samples of what L averages.
     * @param theta  the P parameters under which the forces were measured
     */
    virtual double sumLoss(const BatchArithmetic<float>& arithmetic, const NoiseLevel& level, const double* theta,
                           const SampleBlock& block) const = 0;
    /** The factor c of the Hessian c E[Phi^T Phi], in (mol/kJ)^2. */
    virtual double getCurvature(const NoiseLevel& level) const = 0;
};

} // namespace OpenMMOscillators
