#pragma once

#include <string>

namespace OpenMMOscillators {

/** Motion that is seen at every time beside the position: which of two frames close in time is which. */
enum class Motion {
    None,
    FreeEvolution, ///< x_t, then where the network took the sample from there
    NoisingStep    ///< the sample one step of the noising process earlier, then x_t
};

/** "none", "free-evolution", "noising-step". */
const std::string& getMotionName(Motion motion);
/** @throws std::invalid_argument listing the three names */
Motion motionFromName(const std::string& name);

} // namespace OpenMMOscillators
