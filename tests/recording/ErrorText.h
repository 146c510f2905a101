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
        const std::string errorSaid = OpenMMOscillators::errorText([&] { call; });                                     \
        for (const std::string& part : std::vector<std::string>{__VA_ARGS__})                                          \
            EXPECT_TRUE(OpenMMOscillators::contains(errorSaid, part))                                                  \
                << "'" << part << "' is not in '" << errorSaid << "'";                                                 \
        EXPECT_FALSE(errorSaid.empty() || OpenMMOscillators::contains(errorSaid, "\n")) << errorSaid;                  \
    } while (false)
