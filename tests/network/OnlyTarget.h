#pragma once

#include <cstdint>
#include <hwy/targets.h>

namespace OpenMMOscillators {

/** Restricts Highway's dispatch to one instruction set while it lives. */
class OnlyTarget {
public:
    explicit OnlyTarget(std::int64_t target) { choose(target); }
    ~OnlyTarget() { choose(0); }
    OnlyTarget(const OnlyTarget&) = delete;
    OnlyTarget& operator=(const OnlyTarget&) = delete;

private:
    static void choose(std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
};

} // namespace OpenMMOscillators
