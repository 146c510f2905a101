#include "openmmoscillators/learning/SensorErrors.h"

#include "openmmoscillators/learning/SettingCheck.h"
#include <cmath>
#include <utility>

namespace OpenMMOscillators {

bool SensorErrors::isValid(std::string* why) const {
    for (const auto& [name, value] :
         {std::pair("noise", noise), {"gainSpread", gainSpread}, {"offsetSpread", offsetSpread}})
        if (!checkSetting(std::isfinite(value) && value >= 0.0, name, value, "finite and >= 0", why))
            return false;
    return checkSetting(memory >= 0.0 && memory < 1.0, "memory", memory, "in [0, 1)", why) &&
           checkSetting(bits >= 0 && bits <= 32, "bits", bits, "0 to 32", why) &&
           checkSetting(std::isfinite(range) && range > 0.0, "range", range, "finite and > 0", why) &&
           checkSetting(deadShare >= 0.0 && deadShare <= 1.0, "deadShare", deadShare, "in [0, 1]", why);
}

} // namespace OpenMMOscillators
