#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include <cstddef>

namespace OpenMMOscillators {

/** What can be known of a sample at one time. */
enum class Signal {
    Position,        ///< x_t, the displacements
    Force,           ///< the force of the network at x_t, as measured
    InitialPosition, ///< x_0, the datum that the noise was added to
};

/**
 * Some samples at one time, in the layout of BatchArithmetic: value[oscillator * stride + sample]. A signal that the
 * source does not provide is an empty array. Padding (count <= sample < stride) is zero.
 */
struct SampleBlock {
    std::size_t count = 0;
    std::size_t stride = 0;
    AlignedVector<float> position;        ///< in nm
    AlignedVector<float> force;           ///< in kJ/(mol nm)
    AlignedVector<float> initialPosition; ///< in nm
};

} // namespace OpenMMOscillators
