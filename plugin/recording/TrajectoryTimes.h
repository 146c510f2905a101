#pragma once

#include <string>
#include <vector>

namespace OpenMMOscillators {

class Hdf5File;

/**
 * The times of an H5MD element in ps: its dataset time, either one number a frame or a scalar increment (then frame k
 * is at k times it plus the attribute offset).
 * @param element  for example "/particles/trajectory/position"
 * @throws RecordingError if there is none, or the times are not finite and strictly increasing
 */
std::vector<double> readTimes(const Hdf5File& file, const std::string& element);

} // namespace OpenMMOscillators
