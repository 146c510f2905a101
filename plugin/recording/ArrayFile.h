#pragma once

#include <map>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * An HDF5 file of named arrays of numbers, in double precision, and a text that says what they belong to (root
 * attributes format = "openmm-oscillators-arrays", version = 1; text /purpose; arrays /arrays/name).
 */
struct ArrayFile {
    static constexpr int version = 1;

    std::string purpose;
    std::map<std::string, std::vector<double>> arrays;

    /** The array of a name. @throws std::out_of_range if there is none */
    const std::vector<double>& get(const std::string& name) const;

    /** Replaces an existing file at once or not at all, and brings it to the disk. @throws RecordingError */
    void write(const std::string& path) const;
    /** @throws RecordingError if the file is missing, damaged, of another kind, or of a later version */
    static ArrayFile read(const std::string& path);
};

} // namespace OpenMMOscillators
