#include "openmmoscillators/learning/DeviceErrors.h"

#include <cmath>
#include <utility>

namespace OpenMMOscillators {

bool DeviceErrors::isValid(std::string* why) const {
    const auto fail = [why](const std::string& name, const std::string& found, const char* needed) {
        if (why != nullptr)
            *why = name + " is " + found + "; it must be " + needed;
        return false;
    };
    for (const auto& [name, value] : {std::pair("forceNoise", forceNoise),
                                      {"gainSpread", gainSpread},
                                      {"offsetSpread", offsetSpread},
                                      {"commandGainSpread", commandGainSpread},
                                      {"commandOffsetSpread", commandOffsetSpread},
                                      {"drift", drift}})
        if (!(std::isfinite(value) && value >= 0.0))
            return fail(name, std::to_string(value), "finite and >= 0");
    for (const auto& [name, value] : {std::pair("forceRange", forceRange), {"commandRange", commandRange}})
        if (!(std::isfinite(value) && value > 0.0))
            return fail(name, std::to_string(value), "finite and > 0");
    for (const auto& [name, value] : {std::pair("bits", bits), {"commandBits", commandBits}})
        if (value < 0 || value > 32)
            return fail(name, std::to_string(value), "0 to 32");
    if (!(memory >= 0.0 && memory < 1.0))
        return fail("memory", std::to_string(memory), "in [0, 1)");
    if (!(deadShare >= 0.0 && deadShare <= 1.0))
        return fail("deadShare", std::to_string(deadShare), "in [0, 1]");
    return true;
}

} // namespace OpenMMOscillators
