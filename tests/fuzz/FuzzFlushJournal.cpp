// Journals of interrupted flushes, most of them with a checksum that fits.

#include "Choices.h"
#include "FuzzTarget.h"
#include "openmmoscillators/recording/FlushJournal.h"
#include "openmmoscillators/recording/FrameChecksum.h"
#include "recording/TemporaryDirectory.h"
#include <cstdint>

namespace OpenMMOscillators {

namespace {

void append(std::string& bytes, std::uint64_t number) {
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

std::string journalOf(const std::string& writes) {
    FrameChecksum checksum;
    checksum.add(writes.data(), writes.size());
    std::string journal = "OOjourn1";
    append(journal, writes.size());
    append(journal, static_cast<std::uint64_t>(checksum.getValue()));
    return journal + writes;
}

std::string exampleWrites() {
    std::string writes;
    for (const std::string& bytes : {std::string("first"), std::string(100, 'x')}) {
        append(writes, 8 * bytes.size());
        append(writes, bytes.size());
        writes += bytes;
    }
    return writes;
}

void complete(const std::string& input) {
    static const TemporaryDirectory folder;
    const std::string path = folder.file("file");
    Choices choices(input);
    const bool isRaw = choices.below(4) == 3;
    writeBytes(path, std::string(64, '.'));
    writeBytes(path + ".journal", isRaw ? choices.rest() : journalOf(choices.rest()));
    FlushJournal::complete(path);
}

} // namespace

const FuzzTarget& fuzzTarget() {
    static const FuzzTarget target = {
        {{"writes", '\0' + exampleWrites()}, {"journal", '\3' + journalOf(exampleWrites())}}, complete};
    return target;
}

} // namespace OpenMMOscillators
