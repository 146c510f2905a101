#pragma once

#include "openmm/OpenMMException.h"
#include "openmmoscillators/network/Show.h"
#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

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
