#pragma once

#include "openmmoscillators/network/batch/BatchLayout.h"
#include <cstddef>

namespace OpenMMOscillators {

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
