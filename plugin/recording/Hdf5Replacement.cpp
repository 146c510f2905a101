#include "openmmoscillators/recording/Hdf5Replacement.h"

#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/ReplacementFile.h"

namespace OpenMMOscillators {

void replaceHdf5File(const std::string& path, std::uint64_t mostBytes, const std::function<void(Hdf5File&)>& write) {
    ReplacementFile replacement(path);
    replacement.getFile().reserve(mostBytes, path);
    {
        Hdf5File file(replacement.getTemporaryPath(), Hdf5File::Access::Create);
        file.setPath(path);
        replacement.getFile().reserve(mostBytes, path); // creating it has emptied it
        write(file);
        file.flush();
        replacement.getFile().truncate(file.getSize(), path);
        file.close();
    }
    replacement.commit();
}

} // namespace OpenMMOscillators
