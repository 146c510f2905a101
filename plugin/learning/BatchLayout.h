#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include <cstddef>

namespace OpenMMOscillators {

/**
 * Rows [sample][oscillator] of any number type as a batch value[oscillator * stride + sample], stride
 * batchStride(count), padding zero.
 */
template <typename Value>
void copyToBatch(const Value* rows, int numOscillators, std::size_t count, AlignedVector<float>& batch) {
    const std::size_t stride = batchStride(count);
    batch.assign(stride * numOscillators, 0.0F);
    for (std::size_t s = 0; s < count; ++s)
        for (int i = 0; i < numOscillators; ++i)
            batch[i * stride + s] = static_cast<float>(rows[s * numOscillators + i]);
}

} // namespace OpenMMOscillators
