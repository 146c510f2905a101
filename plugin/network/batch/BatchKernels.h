#pragma once

#include "openmmoscillators/network/batch/BatchLayout.h"
#include "openmmoscillators/network/batch/StripLayout.h"
#include <cstddef>
#include <cstdint>

namespace OpenMMOscillators {

/** One coefficient an oscillator times its values in a panel. */
template <typename Real>
struct DisplacementTerm {
    const Real* coefficients;
    const Real* values;
};

/**
 * The vectorised inner loops behind BatchArithmetic, for the instruction set that the processor was found to have.
 *
 * A panel is a batch of exactly panelSize samples, one vector: x[oscillator * panelSize + sample]. A block is a batch
 * x[oscillator * stride + sample] whose size is a multiple of panelSize. All arrays are 64-byte aligned.
 */
template <typename Real>
struct BatchKernels {
    std::size_t panelSize;
    /** gradient of a panel. */
    void (*gradient)(const BatchLayout& layout, const Real* packed, const Real* x, Real* gradient);
    /** Energies (panelSize values) of a panel. */
    void (*energy)(const BatchLayout& layout, const Real* packed, const Real* x, Real* energies);

    /** Packed sums over the samples of a block are added to sums; r is null where the sum does not use it. */
    using Reduction = void (*)(const BatchLayout& layout, const Real* x, const Real* r, double* sums, std::size_t size,
                               std::size_t stride);
    Reduction transpose, laplacian, energyTerms, squares;

    /**
     * The normals of CounterNoise for oscillators 0, 1, ... of a panel whose samples are these streams; formed in Real.
     * values has room for a multiple of four oscillators.
     */
    void (*normals)(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams, int numOscillators,
                    Real* values);
    /** result = (1 - weight) lower + weight upper; size is a multiple of batchAlignment. */
    void (*interpolate)(const Real* lower, const Real* upper, Real weight, std::size_t size, Real* result);
    /** result_i = sum over terms of coefficient_i value_i, for every oscillator i of a panel; may be one of the values.
     */
    void (*displacement)(const DisplacementTerm<Real>* terms, int numTerms, int numOscillators, Real* result);
    /**
     * state = start + displacement for size values, also rounded to Real: with the state in Real, or in double where
     * only forces and noise are in Real. state may be start.
     */
    void (*advance)(const Real* start, const Real* displacement, std::size_t size, Real* state, Real* rounded);
    void (*advanceDouble)(const double* start, const Real* displacement, std::size_t size, double* state,
                          Real* rounded);

    // One state x[oscillator], filled up with zeros to getPaddedOscillators() of a StripLayout for vectors of
    // panelSize.

    /** gradient at (1 - weight) lower + weight upper, two packed slices. */
    void (*singleGradient)(const StripLayout& layout, const Real* lower, const Real* upper, Real weight, const Real* x,
                           Real* gradient);
    /** The normals of one stream; values has room for a multiple of 4 panelSize. */
    void (*singleNormals)(std::uint64_t seed, std::uint64_t step, std::uint32_t stream, int numOscillators,
                          Real* values);
    /** result = sum over terms of coefficient value, size values. */
    void (*singleDisplacement)(const DisplacementTerm<Real>* terms, int numTerms, std::size_t size, Real* result);
};

/** The kernels for this processor. */
template <typename Real>
const BatchKernels<Real>& getBatchKernels();

/** How the sums of the reductions become flat ones. */
namespace ReductionScaling {
// In flat order: k_lin, k_duff, k_6, bias, c_lin, c_optomech, c_duff; see the table of NetworkEnergy's terms.
constexpr BatchLayout::Scaling transpose{{1, 1, 1, 1, 2, 1, 1}, {}};
constexpr BatchLayout::Scaling laplacian{{0, 3, 5, 0, 0, 2, 6}, {1, 0, 0, 0, 4, 0, 0}};
constexpr BatchLayout::Scaling energyTerms{{1. / 2, 1. / 4, 1. / 6, 1, 1, 1, 1. / 4}, {}};
constexpr BatchLayout::Scaling squares{{1, 1, 1, 0, 8, 1, 2}, {0, 0, 0, 1, 0, 0, 0}};
} // namespace ReductionScaling

} // namespace OpenMMOscillators
