#pragma once

#include "openmmoscillators/thermodynamics/DiffusionProcess.h"
#include "openmmoscillators/thermodynamics/GaussianMixture.h"

namespace OpenMMOscillators {

/** The noising process of the solvable case in reduced units: f = -x, D = 1, U = |x|^2/2. */
class OrnsteinUhlenbeckProcess : public DiffusionProcess {
public:
    /** @throws std::invalid_argument if numDimensions < 1 */
    explicit OrnsteinUhlenbeckProcess(int numDimensions);
    int getDimension() const override { return dimension; }
    double getDiffusion() const override { return 1.0; }
    bool isTimeDependent() const override { return false; }
    void force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const override;
    void potential(double time, const double* x, double* values, std::size_t count, std::size_t stride) const override;

private:
    int dimension;
};

/**
 * Its time reversal for data from a mixture, in its own time s from 0 to duration:
 *
 *   f = x + 2 grad ln p_{duration - s}(x),  D = 1,  U = -|x|^2/2 - 2 ln p_{duration - s}(x)
 *
 * Started from p_duration it carries p_{duration - s} at every s (arXiv 2405.11932).
 */
class MixtureReverseProcess : public DiffusionProcess {
public:
    /** @throws std::invalid_argument if the mixture is empty or the duration is not positive */
    MixtureReverseProcess(const GaussianMixture& initial, double totalTime);
    double getDuration() const { return duration; }
    int getDimension() const override { return mixture.getDimension(); }
    double getDiffusion() const override { return 1.0; }
    bool isTimeDependent() const override { return true; }
    /** @throws std::invalid_argument beyond the duration (by more than rounding) */
    void force(double time, const double* x, double* force, std::size_t count, std::size_t stride) const override;
    void potential(double time, const double* x, double* values, std::size_t count, std::size_t stride) const override;

private:
    GaussianMixture noisedAt(double time) const;

    GaussianMixture mixture;
    double duration;
};

} // namespace OpenMMOscillators
