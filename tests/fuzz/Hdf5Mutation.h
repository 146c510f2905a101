#pragma once

#include "Random.h"
#include <string>

namespace OpenMMOscillators {

/** Changes a valid HDF5 file into another valid one: objects of other types, shapes, extents and values, or missing. */
void mutateHdf5(const std::string& path, Random& random);

} // namespace OpenMMOscillators
