#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace OpenMMOscillators {

/**
 * Something that reads what others may have written. Each executable Fuzz<Kind> has one, which FuzzTarget.cpp hands to
 * libFuzzer.
 */
struct FuzzTarget {
    /** Inputs to begin with, by name. */
    std::vector<std::pair<std::string, std::string>> seeds;
    /**
     * Reads an input. It may take it, or throw OpenMMException or RecordingError: any other exception, and any
     * complaint of a sanitizer, is a failure.
     */
    std::function<void(const std::string& input)> read;
};

/** The one of this executable. */
const FuzzTarget& fuzzTarget();

} // namespace OpenMMOscillators
