#include "openmmoscillators/thermodynamics/FreeEnergy.h"

#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

namespace {

std::vector<double> inUnitsOf(double kT, const std::vector<double>& work, const char* caller) {
    if (!(kT > 0.0) || !std::isfinite(kT))
        throw std::invalid_argument(std::string(caller) + ": kT must be positive, found " + show(kT));
    std::vector<double> reduced(work);
    for (std::size_t n = 0; n < reduced.size(); ++n) {
        if (!std::isfinite(work[n]))
            throw std::invalid_argument(std::string(caller) + ": the work of path " + std::to_string(n) +
                                        " is not finite");
        reduced[n] /= kT;
    }
    return reduced;
}

struct FermiSums {
    double sum = 0.0, squares = 0.0;
};

FermiSums sumFermi(const std::vector<double>& values, double shift) {
    FermiSums result;
    for (const double value : values) {
        const double fermi = 1.0 / (1.0 + std::exp(value + shift));
        result.sum += fermi;
        result.squares += fermi * fermi;
    }
    return result;
}

} // namespace

FreeEnergyEstimate estimateJarzynski(const std::vector<double>& work, double kT, const BootstrapOptions& options) {
    std::vector<double> reduced = inUnitsOf(kT, work, "estimateJarzynski");
    // Shifted by the lowest work, the average cannot overflow however far Delta F is from zero.
    const double lowest = reduced.empty() ? 0.0 : *std::min_element(reduced.begin(), reduced.end());
    for (double& value : reduced)
        value -= lowest;
    const ExponentialAverage average = estimateExponentialAverage(reduced, options);
    return {kT * (lowest - std::log(average.value)), kT * average.standardError / average.value,
            average.effectiveSampleSize};
}

FreeEnergyEstimate estimateBennett(const std::vector<double>& forwardWork, const std::vector<double>& backwardWork,
                                   double kT) {
    if (forwardWork.size() < 2 || backwardWork.size() < 2)
        throw std::invalid_argument("estimateBennett: at least 2 paths each way are needed, found " +
                                    std::to_string(forwardWork.size()) + " and " + std::to_string(backwardWork.size()));
    const std::vector<double> forward = inUnitsOf(kT, forwardWork, "estimateBennett (forward)");
    const std::vector<double> backward = inUnitsOf(kT, backwardWork, "estimateBennett (backward)");
    const double forwardSize = static_cast<double>(forward.size()), backwardSize = static_cast<double>(backward.size());
    const double logSizes = std::log(forwardSize / backwardSize);
    const auto imbalance = [&](double freeEnergy) {
        return sumFermi(forward, logSizes - freeEnergy).sum - sumFermi(backward, freeEnergy - logSizes).sum;
    };
    // The imbalance grows with Delta F; beyond all work of both directions its sign is certain.
    const auto forwardRange = std::minmax_element(forward.begin(), forward.end());
    const auto backwardRange = std::minmax_element(backward.begin(), backward.end());
    const double margin = 50.0 + std::abs(logSizes);
    const double lower = std::min(*forwardRange.first, -*backwardRange.second) - margin;
    const double upper = std::max(*forwardRange.second, -*backwardRange.first) + margin;
    std::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::toms748_solve(imbalance, lower, upper,
                                                           boost::math::tools::eps_tolerance<double>(40), iterations);
    const double freeEnergy = 0.5 * (bracket.first + bracket.second);
    const FermiSums f = sumFermi(forward, logSizes - freeEnergy), b = sumFermi(backward, freeEnergy - logSizes);
    const double variance =
        f.squares / (f.sum * f.sum) - 1.0 / forwardSize + b.squares / (b.sum * b.sum) - 1.0 / backwardSize;
    return {kT * freeEnergy, kT * std::sqrt(std::max(0.0, variance)),
            std::min(f.sum * f.sum / f.squares, b.sum * b.sum / b.squares)};
}

} // namespace OpenMMOscillators
