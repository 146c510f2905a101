#include "openmmoscillators/learning/DeviceErrors.h"

#include "openmmoscillators/learning/SettingCheck.h"
#include <cmath>
#include <utility>

namespace OpenMMOscillators {

bool DeviceErrors::isValid(std::string* why) const {
    for (const auto& [name, sensors] : {std::pair("force", &force), {"position", &position}})
        if (!sensors->isValid(why)) {
            if (why != nullptr)
                *why = std::string(name) + "." + *why;
            return false;
        }
    for (const auto& [name, value] : {std::pair("commandGainSpread", commandGainSpread),
                                      {"commandOffsetSpread", commandOffsetSpread},
                                      {"drift", drift}})
        if (!checkSetting(std::isfinite(value) && value >= 0.0, name, value, "finite and >= 0", why))
            return false;
    return checkSetting(commandBits >= 0 && commandBits <= 32, "commandBits", commandBits, "0 to 32", why) &&
           checkSetting(std::isfinite(commandRange) && commandRange > 0.0, "commandRange", commandRange,
                        "finite and > 0", why);
}

} // namespace OpenMMOscillators
