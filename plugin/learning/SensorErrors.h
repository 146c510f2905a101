#pragma once

#include <string>

namespace OpenMMOscillators {

/** What is wrong with sensors of one kind, one an oscillator. Units are those of what they read. */
struct SensorErrors {
    /** Standard deviation of the noise of every reading. */
    double noise = 0.0;
    /** Standard deviation of the relative gain error of each sensor. */
    double gainSpread = 0.0;
    /** Standard deviation of the offset of each sensor. */
    double offsetSpread = 0.0;
    /** Share of the reading before that is left in a reading, exp(-2 pi bandwidth x time between readings). */
    double memory = 0.0;
    /** Bits of the converters, over -range to range; 0: continuous, and no range. */
    int bits = 0;
    /** Larger readings are cut off. */
    double range = 50.0;
    /** Share of the sensors that always read 0. */
    double deadShare = 0.0;

    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

} // namespace OpenMMOscillators
