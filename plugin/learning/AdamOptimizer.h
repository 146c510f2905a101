#pragma once

#include "openmmoscillators/learning/Optimizer.h"
#include <string>

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

/** Adam (Kingma & Ba, arXiv 1412.6980, Algorithm 1). Its averages are of gradients and of their squares. */
class AdamOptimizer : public Optimizer {
public:
    /** @throws std::invalid_argument if the options are not valid or there are no parameters */
    explicit AdamOptimizer(int numParameters, const AdamOptions& adamOptions = AdamOptions());

    const AdamOptions& getOptions() const { return options; }
    void setLearningRate(double learningRate) override;
    void step(const double* gradient, double* theta) override;

private:
    AdamOptions options;
};

} // namespace OpenMMOscillators
