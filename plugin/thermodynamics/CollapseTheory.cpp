#include "openmmoscillators/thermodynamics/EmpiricalDataSet.h"
#include "openmmoscillators/thermodynamics/EntropyProduction.h"

#include "openmmoscillators/network/Show.h"
#include <boost/math/tools/roots.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {
namespace CollapseTheory {

namespace {

void checkNumData(double numData, const char* caller) {
    if (!(numData > 1.0) || !std::isfinite(numData))
        throw std::invalid_argument(std::string("CollapseTheory::") + caller +
                                    ": more than one datum is needed, found " + show(numData));
}

} // namespace

double information(const GaussianMixture& population, double time) {
    if (!(time > 0.0))
        throw std::invalid_argument("CollapseTheory::information: the time must be positive, found " + show(time));
    const double noiseVariance = -std::expm1(-2.0 * time);
    const double twoPiE = 17.079468445347134131;
    return EntropyProduction(population).evaluate(time).entropy -
           0.5 * population.getDimension() * std::log(twoPiE * noiseVariance);
}

double collapseTime(const GaussianMixture& population, double numData) {
    checkNumData(numData, "collapseTime");
    // The information falls steadily from infinity to zero.
    const auto excess = [&](double time) { return information(population, time) - std::log(numData); };
    std::uintmax_t iterations = 200;
    const auto bracket = boost::math::tools::bracket_and_solve_root(
        excess, 0.5, 2.0, false, boost::math::tools::eps_tolerance<double>(45), iterations);
    return 0.5 * (bracket.first + bracket.second);
}

double gaussianCollapseTime(double variance, int numDimensions, double numData) {
    checkNumData(numData, "gaussianCollapseTime");
    if (!(variance > 0.0) || numDimensions < 1)
        throw std::invalid_argument("CollapseTheory::gaussianCollapseTime: variance and dimension must be positive, "
                                    "found " +
                                    show(variance) + " and " + std::to_string(numDimensions));
    return 0.5 * std::log1p(variance / std::expm1(2.0 * std::log(numData) / numDimensions));
}

} // namespace CollapseTheory
} // namespace OpenMMOscillators
