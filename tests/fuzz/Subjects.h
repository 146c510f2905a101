#pragma once

#include "Random.h"
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** Something that reads what others may have written. */
struct FuzzSubject {
    std::string name;
    /** Makes an input from a valid one. */
    std::function<void(Random&)> mutate;
    /** Reads all of it; throws what the reader throws. */
    std::function<void()> read;
};

/** @param folder  for the files of this process */
std::vector<FuzzSubject> makeSubjects(const std::string& folder);

} // namespace OpenMMOscillators
