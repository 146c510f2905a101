#pragma once

#include <map>
#include <string>

namespace OpenMMOscillators {

/**
 * Adds to a recording what others say of it: a group under /oscillators with attributes, unless it is there. As in
 * recording, the change goes through a journal: after a kill or power loss there is all of it or nothing.
 *
 * @param group    name of the group, such as "noising"
 * @param numbers  values by name
 * @param texts    values by name
 * @throws RecordingError if the file is not there, somebody is writing to it, or it cannot be changed
 */
void annotateRecording(const std::string& path, const std::string& group, const std::map<std::string, double>& numbers,
                       const std::map<std::string, std::string>& texts);

} // namespace OpenMMOscillators
