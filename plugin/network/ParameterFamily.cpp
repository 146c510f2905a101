#include "openmmoscillators/network/ParameterFamily.h"

#include <stdexcept>

namespace OpenMMOscillators {

namespace {

const std::array<std::string, 7>& names() {
    static const std::array<std::string, 7> all = {"k_lin", "k_duff", "k_6", "bias", "c_lin", "c_optomech", "c_duff"};
    return all;
}

} // namespace

const std::string& getParameterFamilyName(ParameterFamily family) {
    return names().at(static_cast<std::size_t>(family));
}

ParameterFamily parameterFamilyFromName(const std::string& name) {
    std::string known;
    for (ParameterFamily family : allParameterFamilies) {
        if (getParameterFamilyName(family) == name)
            return family;
        known += (known.empty() ? "" : ", ") + getParameterFamilyName(family);
    }
    throw std::invalid_argument("unknown parameter family '" + name + "': expected one of " + known);
}

} // namespace OpenMMOscillators
