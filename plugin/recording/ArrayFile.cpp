#include "openmmoscillators/recording/ArrayFile.h"

#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/Hdf5Replacement.h"
#include <cstdint>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

const std::string formatName = "openmm-oscillators-arrays";

} // namespace

const std::vector<double>& ArrayFile::get(const std::string& name) const {
    const auto found = arrays.find(name);
    if (found == arrays.end())
        throw std::out_of_range("ArrayFile: there is no array '" + name + "'");
    return found->second;
}

void ArrayFile::write(const std::string& path) const {
    std::uint64_t mostBytes = 65536 + 2 * purpose.size();
    for (const auto& [name, values] : arrays)
        mostBytes += 8 * values.size() + 4096;
    replaceHdf5File(path, mostBytes, [this](Hdf5File& file) {
        file.writeTextAttribute("/", "format", formatName);
        file.writeAttribute("/", "version", version);
        file.writeText("/purpose", purpose);
        file.createGroup("/arrays");
        for (const auto& [name, values] : arrays)
            file.write("/arrays/" + name, {values.size()}, values);
    });
}

ArrayFile ArrayFile::read(const std::string& path) {
    const Hdf5File file(path, Hdf5File::Access::Read);
    if (!file.hasAttribute("/", "format") || file.readTextAttribute("/", "format") != formatName)
        throw RecordingError(path, "/", "expected a file of format '" + formatName + "'");
    const int found = file.readAttribute<int>("/", "version");
    if (found < 1 || found > version)
        throw RecordingError(path, "/",
                             "found version " + std::to_string(found) + ", this program reads versions 1 to " +
                                 std::to_string(version));
    ArrayFile contents;
    contents.purpose = file.readText("/purpose");
    for (const std::string& name : file.listMembers("/arrays"))
        contents.arrays[name] = file.read<double>("/arrays/" + name, {0});
    return contents;
}

} // namespace OpenMMOscillators
