#pragma once

#include "openmmoscillators/network/Show.h"
#include <string>

namespace OpenMMOscillators {

/**
 * For the isValid() of settings: whether one is in its range.
 * @param why  where given: receives what was found and what is needed, if it is not
 */
inline bool checkSetting(bool inRange, const std::string& name, double value, const std::string& needed,
                         std::string* why) {
    if (!inRange && why != nullptr)
        *why = name + " is " + show(value) + "; it must be " + needed;
    return inRange;
}

} // namespace OpenMMOscillators
