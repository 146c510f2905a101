#pragma once

#include "openmmoscillators/recording/RecordingError.h"
#include <string>

namespace OpenMMOscillators {

/** The message of the error that a call throws; empty if it throws none. */
template <typename Error = RecordingError, typename Call>
std::string errorText(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace OpenMMOscillators

/** The call fails with one line that holds all the given parts. */
#define EXPECT_RECORDING_ERROR(call, ...)                                                                              \
    do {                                                                                                               \
        const std::string text = OpenMMOscillators::errorText([&] { call; });                                          \
        for (const std::string& part : std::vector<std::string>{__VA_ARGS__})                                          \
            EXPECT_TRUE(OpenMMOscillators::contains(text, part)) << "'" << part << "' is not in '" << text << "'";     \
        EXPECT_FALSE(text.empty() || OpenMMOscillators::contains(text, "\n")) << text;                                 \
    } while (false)
