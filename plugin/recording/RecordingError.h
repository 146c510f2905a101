#pragma once

#include <stdexcept>
#include <string>

namespace OpenMMOscillators {

/** A recording or protocol file could not be written or read; one line that names the file, the object in it, and why.
 */
class RecordingError : public std::runtime_error {
public:
    explicit RecordingError(const std::string& message) : std::runtime_error(message) {}
    /**
     * @param path    the file
     * @param object  the HDF5 group, dataset or attribute, for example "/particles/trajectory/position/value"; empty if
     *                the file as a whole is meant
     * @param reason  what was found and what was expected
     */
    RecordingError(const std::string& path, const std::string& object, const std::string& reason)
        : std::runtime_error(path + ": " + (object.empty() ? "" : object + ": ") + reason) {}
};

} // namespace OpenMMOscillators
