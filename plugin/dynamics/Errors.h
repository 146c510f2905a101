#pragma once

#include "openmm/OpenMMException.h"
#include <sstream>
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

/** A number as it is read back, for messages: 1e-05 rather than 0.000010. */
inline std::string show(double value) {
    std::ostringstream text;
    text.precision(15);
    text << value;
    return text.str();
}

/**
 * Calls a function of the network room and turns its exceptions into the one that users of OpenMM expect.
 * @param where  put before the message
 */
template <typename Function>
auto withOpenMMErrors(const std::string& where, Function&& function) {
    try {
        return function();
    } catch (const std::logic_error& error) { // std::invalid_argument, std::out_of_range
        throw OpenMM::OpenMMException(where + ": " + error.what());
    }
}

} // namespace OpenMMOscillators
