#pragma once

#include <string>
#include <vector>

namespace OpenMMOscillators {

/** Settings of AdamOptimizer. */
struct AdamOptions {
    double learningRate = 1e-3;
    double beta1 = 0.9;    ///< decay of the average of gradients
    double beta2 = 0.999;  ///< decay of the average of squared gradients
    double epsilon = 1e-8; ///< added to the root of the average square

    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

/** What AdamOptimizer remembers from step to step; with it, a run continues to the bit. */
struct AdamState {
    long step = 0;
    std::vector<double> mean, square; ///< averages of gradients and of their squares, one a parameter
};

/**
 * Adam (Kingma & Ba, arXiv 1412.6980, Algorithm 1). The step of a parameter depends on that parameter's gradients
 * alone: with a local gradient, it is a local learning rule.
 */
class AdamOptimizer {
public:
    /** @throws std::invalid_argument if the options are not valid or there are no parameters */
    AdamOptimizer(int numParameters, const AdamOptions& adamOptions = AdamOptions());

    const AdamOptions& getOptions() const { return options; }
    /** @throws std::invalid_argument */
    void setOptions(const AdamOptions& newOptions);
    const AdamState& getState() const { return state; }
    /** @throws std::invalid_argument if the state is one of another number of parameters */
    void setState(const AdamState& newState);
    /** One step: theta moves against the gradient; both hold one value a parameter. */
    void step(const double* gradient, double* theta);

private:
    AdamOptions options;
    AdamState state;
};

} // namespace OpenMMOscillators
