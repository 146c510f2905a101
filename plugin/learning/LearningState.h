#pragma once

#include "openmmoscillators/learning/ClosedLoop.h"
#include "openmmoscillators/learning/LearningReport.h"
#include "openmmoscillators/learning/StochasticSliceSolver.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <optional>
#include <vector>

namespace OpenMMOscillators {

/** Where the learning of a protocol stands; with it, and the same options and samples, it continues to the bit. */
struct LearningState {
    std::vector<NetworkParameters> learned; ///< theta of the slices done, from the latest time on
    std::vector<SliceReport> reports;       ///< of the same slices
    double seconds = 0.0;                   ///< that they took
    NetworkParameters matched;              ///< where the next slice starts from; empty before the first
    ClosedLoop::State loop;
    std::optional<StochasticState> stochastic; ///< of a slice under way
    std::vector<double> device;                ///< of learning in place, see Device::getState()
};

} // namespace OpenMMOscillators
