#pragma once

#include <string>

namespace OpenMMOscillators {

/**
 * Changes a valid HDF5 file into another valid one: objects of other types, shapes, extents, values and texts, missing,
 * exchanged, elsewhere. So an input reaches the checks of the readers, not those of the HDF5 library alone.
 *
 * @param original  the bytes of the file
 * @param input     says what to change, see Choices; none, and nothing changes
 * @return the bytes of the changed file
 */
std::string editHdf5(const std::string& original, const std::string& input);

} // namespace OpenMMOscillators
