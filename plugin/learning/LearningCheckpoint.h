#pragma once

#include "openmmoscillators/learning/LearningState.h"
#include <chrono>
#include <optional>
#include <string>

namespace OpenMMOscillators {

/**
 * The file that interrupted learning continues from. It is replaced at once, so that whenever the program is killed, an
 * older or the newer state is there whole; it goes with an identity, a text that tells of which learning it is.
 *
 * To use it, hand one to ProtocolLearner::learn(): the learning starts from the file, if there is one, and saves its
 * state after every slice, and every secondsBetween within slices that are learned by local steps. When the result is
 * safe, call remove().
 */
class LearningCheckpoint {
public:
    static constexpr double secondsBetween = 10.0;

    /**
     * @param filePath       where the file is or will be
     * @param identityText   all that the result depends on: settings, a digest of the samples
     */
    LearningCheckpoint(std::string filePath, std::string identityText);

    const std::string& getPath() const { return path; }
    bool exists() const;
    /** The identity that a file was written with. @throws RecordingError if it cannot be read */
    static std::string readIdentity(const std::string& path);
    /**
     * The state of the file, or none if there is no file.
     * @throws RecordingError if the file cannot be read, or is of other learning than the identity says
     */
    std::optional<LearningState> load(const OscillatorNetwork& network) const;
    /** @throws RecordingError if the file cannot be written; an older one stays whole */
    void save(const LearningState& state);
    /** Whether the last state was saved, or read, at least secondsBetween ago. */
    bool isDue() const;
    /** @throws RecordingError if there is one and it cannot be removed */
    void remove();

private:
    std::string path, identity;
    std::chrono::steady_clock::time_point lastSaved;
};

} // namespace OpenMMOscillators
