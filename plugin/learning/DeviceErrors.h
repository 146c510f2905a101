#pragma once

#include <string>

namespace OpenMMOscillators {

/** What is wrong with a device, see ImperfectDevice. All zero: nothing. Spreads are standard deviations. */
struct DeviceErrors {
    /** Of the noise of every force reading, in kJ/(mol nm). */
    double forceNoise = 0.0;
    /** Of the relative gain error of each oscillator's force sensor. */
    double gainSpread = 0.0;
    /** Of the offset of each oscillator's force sensor, in kJ/(mol nm). */
    double offsetSpread = 0.0;
    /** Share of the reading before that is left in a reading, exp(-2 pi bandwidth x time between readings). */
    double memory = 0.0;
    /** Bits of the sensors' converters, over -forceRange to forceRange; 0: continuous, and no range. */
    int bits = 0;
    /** In kJ/(mol nm); larger readings are cut off. */
    double forceRange = 50.0;
    /** Share of the force sensors that always read 0. */
    double deadShare = 0.0;

    /** Of the relative error of each parameter that is set. */
    double commandGainSpread = 0.0;
    /** Of the error added to each parameter that is set, in the parameter's own unit. */
    double commandOffsetSpread = 0.0;
    /** Bits of the converters that set parameters, over -commandRange to commandRange; 0: continuous, and no range. */
    int commandBits = 0;
    /** In the parameter's own unit; larger values are cut off. */
    double commandRange = 50.0;
    /** Of the change of each parameter's relative error from a measured block to the next: a random walk. */
    double drift = 0.0;

    /** Of all of these random numbers: a seed is a device. */
    int seed = 0;

    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

} // namespace OpenMMOscillators
