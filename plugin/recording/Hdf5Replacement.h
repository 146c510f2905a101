#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace OpenMMOscillators {

class Hdf5File;

/**
 * Write a whole HDF5 file that takes the place of one of that name at once or not at all, and bring it to the disk.
 * @param mostBytes  more than the file will have: so much must be free
 * @param write      called with the new, empty file
 * @throws RecordingError
 */
void replaceHdf5File(const std::string& path, std::uint64_t mostBytes, const std::function<void(Hdf5File&)>& write);

} // namespace OpenMMOscillators
