#include "openmmoscillators/thermodynamics/PathEnsemble.h"

#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

void PathEnsemble::checkRatio(const char* caller) const {
    if (environmentEntropy.empty() && numPaths > 0)
        throw std::invalid_argument(std::string("PathEnsemble::") + caller +
                                    ": these paths have no exact ratio of transition densities, which needs every step "
                                    "of an Euler-Maruyama chain; their Stratonovich sums are stratonovichEntropy");
}

std::vector<double> PathEnsemble::getHeat() const {
    if (work.empty() || energyChange.empty())
        throw std::invalid_argument("PathEnsemble::getHeat: the work along these paths was not measured");
    std::vector<double> heat(work);
    for (std::size_t n = 0; n < heat.size(); ++n)
        heat[n] -= energyChange[n];
    return heat;
}

std::vector<double> PathEnsemble::getChainWork() const {
    if (energyChange.empty())
        throw std::invalid_argument("PathEnsemble::getChainWork: the energy along these paths was not measured");
    checkRatio("getChainWork");
    std::vector<double> result(energyChange);
    for (std::size_t n = 0; n < result.size(); ++n)
        result[n] += thermalEnergy * environmentEntropy[n];
    return result;
}

std::vector<double> PathEnsemble::getTotalEntropy(const std::vector<double>& initialLogDensities,
                                                  const std::vector<double>& finalLogDensities) const {
    checkRatio("getTotalEntropy");
    const std::size_t count = environmentEntropy.size();
    if (initialLogDensities.size() != count || finalLogDensities.size() != count)
        throw std::invalid_argument(
            "PathEnsemble::getTotalEntropy: found " + std::to_string(initialLogDensities.size()) + " initial and " +
            std::to_string(finalLogDensities.size()) + " final log-densities, expected one for each of the " +
            std::to_string(count) + " paths");
    std::vector<double> total(environmentEntropy);
    for (std::size_t n = 0; n < count; ++n)
        total[n] += initialLogDensities[n] - finalLogDensities[n];
    return total;
}

} // namespace OpenMMOscillators
