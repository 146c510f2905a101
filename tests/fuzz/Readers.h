#pragma once

#include "FuzzTarget.h"
#include <string>

namespace OpenMMOscillators {

/** Valid files of each kind that the C++ libraries read, as bytes, and what reads all of such a file. */

std::string exampleProtocolFile();
void readProtocolFile(const std::string& path);

std::string exampleRecording();
void readRecording(const std::string& path);

std::string exampleLearningCheckpoint();
void readLearningCheckpoint(const std::string& path);

/** Reads a valid file after changes that HDF5 itself can make, see editHdf5(). */
FuzzTarget targetOfEdits(const std::string& original, void (*read)(const std::string& path));

} // namespace OpenMMOscillators
