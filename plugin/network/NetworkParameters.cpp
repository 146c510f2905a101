#include "openmmoscillators/network/NetworkParameters.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/network/Show.h"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace OpenMMOscillators {

namespace {

void checkFinite(const std::vector<double>& values, const std::string& what) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i]))
            throw std::invalid_argument(what + ": value " + std::to_string(i) + " is " + show(values[i]) +
                                        ", expected a finite number");
}

void checkCount(std::size_t found, int expected, const std::string& what) {
    if (found != static_cast<std::size_t>(expected))
        throw std::invalid_argument(what + ": found " + std::to_string(found) + " values, expected " +
                                    std::to_string(expected));
}

} // namespace

ParameterLayout::ParameterLayout(const OscillatorNetwork& network)
    : oscillators(network.getNumOscillators()), edges(network.getNumEdges()) {}

NetworkParameters::NetworkParameters(const OscillatorNetwork& network)
    : layout(network), values(layout.getNumParameters(), 0.0) {}

NetworkParameters::NetworkParameters(const OscillatorNetwork& network, std::vector<double> newValues)
    : NetworkParameters(ParameterLayout(network), std::move(newValues)) {}

NetworkParameters::NetworkParameters(const ParameterLayout& parameterLayout, std::vector<double> newValues)
    : layout(parameterLayout), values(std::move(newValues)) {
    checkCount(values.size(), layout.getNumParameters(), "NetworkParameters");
    checkFinite(values, "NetworkParameters");
}

std::vector<double> NetworkParameters::getFamily(ParameterFamily which) const {
    return {family(which), family(which) + layout.getSize(which)};
}

void NetworkParameters::setFamily(ParameterFamily which, const std::vector<double>& newValues) {
    const std::string what = "NetworkParameters::setFamily(" + getParameterFamilyName(which) + ")";
    checkCount(newValues.size(), layout.getSize(which), what);
    checkFinite(newValues, what);
    std::copy(newValues.begin(), newValues.end(), family(which));
}

void NetworkParameters::fillFamily(ParameterFamily which, double value) {
    setFamily(which, std::vector<double>(layout.getSize(which), value));
}

double NetworkParameters::get(ParameterFamily which, int index) const {
    if (index < 0 || index >= layout.getSize(which))
        throw std::out_of_range("NetworkParameters: " + getParameterFamilyName(which) + " " + std::to_string(index) +
                                " does not exist: the family has " + std::to_string(layout.getSize(which)));
    return family(which)[index];
}

void NetworkParameters::set(ParameterFamily which, int index, double value) {
    get(which, index); // checks the index
    checkFinite({value}, "NetworkParameters::set(" + getParameterFamilyName(which) + ")");
    family(which)[index] = value;
}

} // namespace OpenMMOscillators
