#pragma once

#include "recording/TemporaryDirectory.h"
#include <string>

namespace OpenMMOscillators {

/** A file of these bytes, which is another for every input: HDF5 might still have an earlier one open. */
class InputFile {
public:
    explicit InputFile(const std::string& content) { writeBytes(getPath(), content); }
    ~InputFile() { std::filesystem::remove(getPath()); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    std::string getPath() const {
        static const TemporaryDirectory folder;
        return folder.file("input");
    }
};

} // namespace OpenMMOscillators
