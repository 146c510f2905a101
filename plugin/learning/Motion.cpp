#include "openmmoscillators/learning/Motion.h"

#include <array>
#include <stdexcept>

namespace OpenMMOscillators {

namespace {

const std::array<std::string, 3> names = {"none", "free-evolution", "noising-step"};

} // namespace

const std::string& getMotionName(Motion motion) {
    return names.at(static_cast<std::size_t>(motion));
}

Motion motionFromName(const std::string& name) {
    for (std::size_t k = 0; k < names.size(); ++k)
        if (name == names[k])
            return static_cast<Motion>(k);
    throw std::invalid_argument("Motion: there is no motion '" + name + "'; expected " + names[0] + ", " + names[1] +
                                " or " + names[2]);
}

} // namespace OpenMMOscillators
