#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

/** What can be known of a sample at one time. */
enum class Signal {
    Position,        ///< x_t, the displacements
    Force,           ///< the force of the network at x_t, as measured
    InitialPosition, ///< x_0, the datum that the noise was added to
    EvolvedPosition, ///< x', to which the network took the sample when it evolved freely from x_t for a short time
    PreviousPosition ///< the sample one short step of the noising process earlier
};

/**
 * Some samples at one time, in the layout of BatchArithmetic: value[oscillator * stride + sample]. A signal that the
 * source does not provide is an empty array. Padding (count <= sample < stride) is zero.
 */
struct SampleBlock {
    std::size_t count = 0;
    std::size_t stride = 0;
    AlignedVector<float> position;         ///< in nm
    AlignedVector<float> force;            ///< in kJ/(mol nm)
    AlignedVector<float> initialPosition;  ///< in nm
    AlignedVector<float> previousPosition; ///< in nm
    /** In nm; one batch for each time that the evolution was repeated from the same x_t. */
    std::vector<AlignedVector<float>> evolvedPositions;
    /** From x_t to EvolvedPosition, or from PreviousPosition to x_t, in ps. */
    double interval = 0.0;
};

/** The sum of the squares of values that are laid out as a block's positions, its samples' alone. */
double sumSquares(const AlignedVector<float>& values, const SampleBlock& block);

} // namespace OpenMMOscillators
