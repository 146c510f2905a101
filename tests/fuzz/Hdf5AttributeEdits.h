#pragma once

#include "Choices.h"
#include <H5Cpp.h>
#include <string>

namespace OpenMMOscillators {

/** Changes an attribute of an object, if it has any: number, text, type, shape, or that it is there. */
void editAttribute(H5::H5File& file, const std::string& object, Choices& choices);

} // namespace OpenMMOscillators
