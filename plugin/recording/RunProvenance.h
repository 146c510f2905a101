#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace OpenMM {
class Context;
}

namespace OpenMMOscillators {

/** Names and values of what a run of a recording came from. */
using RunProvenance = std::vector<
    std::pair<std::string, std::variant<std::string, long long, double, std::vector<int>, std::vector<double>>>>;

/**
 * Versions of OpenMM, this plugin and HDF5; the Context's platform; its integrator's kind, step size and, of an
 * OverdampedLangevinIntegrator, seed, scheme, temperature, friction, mobility and step schedule; the time of day (UTC).
 */
RunProvenance describeRun(OpenMM::Context& context);

/** Whether all runs of a recording must agree on an entry: what is integrated, but not where or with which noise. */
bool isSetting(const std::string& name);

} // namespace OpenMMOscillators
