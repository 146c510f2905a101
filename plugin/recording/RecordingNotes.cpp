#include "openmmoscillators/recording/RecordingNotes.h"

#include "openmmoscillators/recording/FlushJournal.h"
#include "openmmoscillators/recording/Hdf5File.h"
#include "openmmoscillators/recording/LockedFile.h"
#include "openmmoscillators/recording/RecordingLayout.h"

namespace OpenMMOscillators {

void annotateRecording(const std::string& path, const std::string& group, const std::map<std::string, double>& numbers,
                       const std::map<std::string, std::string>& texts) {
    FlushJournal::complete(path);
    const LockedFile lock(path, LockedFile::Access::Existing);
    FlushJournal journal(path);
    FlushJournal* const handle = &journal;
    Hdf5File file(path, Hdf5File::Access::Modify, &handle);
    const std::string name = RecordingLayout::oscillators + "/" + group;
    if (file.has(name))
        return;
    file.createGroup(name);
    for (const auto& [key, value] : numbers)
        file.writeAttribute(name, key, value);
    for (const auto& [key, value] : texts)
        file.writeTextAttribute(name, key, value);
    file.flush();
    file.close();
}

} // namespace OpenMMOscillators
