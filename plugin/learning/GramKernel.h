#pragma once

#include <cstddef>

namespace OpenMMOscillators {

/** Rows of features are padded with zero rows to a multiple of this many. */
constexpr int gramRowMultiple = 4;

/**
 * gram[a * numRows + b] += sum over samples of rows[a * stride + s] rows[b * stride + s], vectorised with run-time
 * dispatch to the processor's instruction set.
 * @param rows     numRows x stride, 64-byte aligned, padding beyond the samples zero
 * @param numRows  a multiple of gramRowMultiple
 * @param stride   a multiple of batchAlignment
 */
void addGram(const float* rows, int numRows, std::size_t stride, float* gram);

} // namespace OpenMMOscillators
