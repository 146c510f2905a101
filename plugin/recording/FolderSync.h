#pragma once

#include <string>

namespace OpenMMOscillators {

/** Brings to the disk that a file was made, renamed or removed: what its folder says. */
void synchroniseFolderOf(const std::string& filePath);

} // namespace OpenMMOscillators
