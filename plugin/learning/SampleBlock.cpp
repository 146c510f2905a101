#include "openmmoscillators/learning/SampleBlock.h"

namespace OpenMMOscillators {

double sumSquares(const AlignedVector<float>& values, const SampleBlock& block) {
    double sum = 0.0;
    for (std::size_t first = 0; first < values.size(); first += block.stride)
        for (std::size_t s = 0; s < block.count; ++s) {
            const double value = values[first + s];
            sum += value * value;
        }
    return sum;
}

} // namespace OpenMMOscillators
