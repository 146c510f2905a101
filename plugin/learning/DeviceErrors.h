#pragma once

#include "openmmoscillators/learning/SensorErrors.h"
#include <string>

namespace OpenMMOscillators {

/** What is wrong with a device, see ImperfectDevice. All zero: nothing. Spreads are standard deviations. */
struct DeviceErrors {
    DeviceErrors() { position.range = 5.0; }

    /** Of the sensors that read forces, in kJ/(mol nm). */
    SensorErrors force;
    /** Of the sensors that read positions, in nm. */
    SensorErrors position;

    /** Of the relative error of each parameter that is set. */
    double commandGainSpread = 0.0;
    /** Of the error added to each parameter that is set, in the parameter's own unit. */
    double commandOffsetSpread = 0.0;
    /** Bits of the converters that set parameters, over -commandRange to commandRange; 0: continuous, and no range. */
    int commandBits = 0;
    /** In the parameter's own unit; larger values are cut off. */
    double commandRange = 50.0;
    /** Of the change of each parameter's relative error from a block that is measured or let go to the next. */
    double drift = 0.0;

    /** Of all of these random numbers: a seed is a device. */
    int seed = 0;

    /** @return whether the settings make sense; if not, why (where given) tells what was found and what is needed */
    bool isValid(std::string* why = nullptr) const;
};

} // namespace OpenMMOscillators
