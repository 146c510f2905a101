#include "openmmoscillators/network/BatchArithmetic.h"

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include <algorithm>

namespace OpenMMOscillators {

namespace {

/** A block and its response should stay in the second-level cache, with room for the parameters. */
constexpr std::size_t blockBytes = 512 * 1024;
/** Below this the sums at the end of a block cost too much, above it nothing is gained. */
constexpr std::size_t smallestBlock = 4 * batchAlignment;
constexpr std::size_t largestBlock = 32 * batchAlignment;

/** Samples in a block: an odd number of cache lines, lest all oscillators fall on few sets of the cache. */
template <typename Real>
std::size_t blockStrideFor(int numOscillators) {
    constexpr std::size_t line = 64 / sizeof(Real);
    const std::size_t bytesPerSample = 2 * sizeof(Real) * std::max(numOscillators, 1);
    const std::size_t samples = std::clamp(blockBytes / bytesPerSample, smallestBlock, largestBlock);
    return samples / (2 * batchAlignment) * 2 * batchAlignment + line;
}

} // namespace

template <typename Real>
struct BatchArithmetic<Real>::Plan {
    explicit Plan(const OscillatorNetwork& network)
        : layout(network), blockStride(blockStrideFor<Real>(network.getNumOscillators())) {}

    BatchLayout layout;
    std::size_t blockStride;

    AlignedVector<Real> pack(const double* theta) const {
        AlignedVector<Real> packed(layout.getPackedSize());
        layout.pack(theta, packed.data());
        return packed;
    }
    /** Samples [first, first + count) into an array of size samples, which is filled up with zeros. */
    void load(const Real* x, std::size_t first, std::size_t count, std::size_t stride, Real* to, std::size_t size,
              std::size_t toStride) const {
        for (int i = 0; i < layout.getNumOscillators(); ++i) {
            Real* end = std::copy_n(x + i * stride + first, count, to + i * toStride);
            std::fill(end, to + i * toStride + size, Real(0));
        }
    }
    void store(const Real* from, std::size_t fromStride, Real* x, std::size_t first, std::size_t count,
               std::size_t stride) const {
        for (int i = 0; i < layout.getNumOscillators(); ++i)
            std::copy_n(from + i * fromStride, count, x + i * stride + first);
    }
    /** panel = r - panel, for the panel's samples of a block. */
    void subtractFrom(const Real* r, Real* panel, std::size_t panelSize) const {
        for (int i = 0; i < layout.getNumOscillators(); ++i)
            for (std::size_t s = 0; s < panelSize; ++s)
                panel[i * panelSize + s] = r[i * blockStride + s] - panel[i * panelSize + s];
    }
    std::size_t panelsSize(std::size_t count, std::size_t panelSize) const {
        return (count + panelSize - 1) / panelSize * panelSize;
    }
    void reduce(typename BatchKernels<Real>::Reduction kernel, const BatchLayout::Scaling& scaling, const Real* x,
                const Real* r, double* sums, std::size_t count, std::size_t stride) const;
    void addResponse(const double* v, const Real* x, const Real* r, double* sums, std::size_t count,
                     std::size_t stride) const;
};

/** Calls the kernel for blocks of the batch; padding samples are zero, for which all terms vanish. */
template <typename Real>
void BatchArithmetic<Real>::Plan::reduce(typename BatchKernels<Real>::Reduction kernel,
                                         const BatchLayout::Scaling& scaling, const Real* x, const Real* r,
                                         double* sums, std::size_t count, std::size_t stride) const {
    const std::size_t panelSize = getBatchKernels<Real>().panelSize;
    AlignedVector<Real> xBlock(layout.getNumOscillators() * blockStride);
    AlignedVector<Real> rBlock(r == nullptr ? 0 : xBlock.size());
    AlignedVector<double> packedSums(layout.getPackedSize(), 0.0);
    for (std::size_t first = 0; first < count; first += blockStride) {
        const std::size_t samples = std::min(blockStride, count - first);
        const std::size_t size = panelsSize(samples, panelSize);
        load(x, first, samples, stride, xBlock.data(), size, blockStride);
        if (r != nullptr)
            load(r, first, samples, stride, rBlock.data(), size, blockStride);
        kernel(layout, xBlock.data(), rBlock.data(), packedSums.data(), size, blockStride);
    }
    layout.addUnpacked(packedSums.data(), scaling, static_cast<double>(count), sums);
}

/** Phi^T (r - Phi v), or Phi^T Phi v if r is null: a block of samples is still in the cache when it is transposed. */
template <typename Real>
void BatchArithmetic<Real>::Plan::addResponse(const double* v, const Real* x, const Real* r, double* sums,
                                              std::size_t count, std::size_t stride) const {
    const BatchKernels<Real>& kernels = getBatchKernels<Real>();
    const std::size_t panelSize = kernels.panelSize;
    const AlignedVector<Real> packed = pack(v);
    AlignedVector<Real> xPanel(layout.getNumOscillators() * panelSize), panel(xPanel.size());
    AlignedVector<Real> xBlock(layout.getNumOscillators() * blockStride), rBlock(xBlock.size());
    AlignedVector<double> packedSums(layout.getPackedSize(), 0.0);
    for (std::size_t first = 0; first < count; first += blockStride) {
        const std::size_t samples = std::min(blockStride, count - first);
        const std::size_t size = panelsSize(samples, panelSize);
        load(x, first, samples, stride, xBlock.data(), size, blockStride);
        if (r != nullptr)
            load(r, first, samples, stride, rBlock.data(), size, blockStride);
        for (std::size_t s = 0; s < samples; s += panelSize) {
            const std::size_t panelSamples = std::min(panelSize, samples - s);
            load(xBlock.data(), s, panelSize, blockStride, xPanel.data(), panelSize, panelSize);
            kernels.gradient(layout, packed.data(), xPanel.data(), panel.data());
            if (r != nullptr)
                subtractFrom(rBlock.data() + s, panel.data(), panelSize);
            load(panel.data(), 0, panelSamples, panelSize, rBlock.data() + s, panelSize, blockStride);
        }
        kernels.transpose(layout, xBlock.data(), rBlock.data(), packedSums.data(), size, blockStride);
    }
    layout.addUnpacked(packedSums.data(), ReductionScaling::transpose, static_cast<double>(count), sums);
}

template <typename Real>
BatchArithmetic<Real>::BatchArithmetic(const OscillatorNetwork& network) : plan(new Plan(network)) {}
template <typename Real>
BatchArithmetic<Real>::~BatchArithmetic() = default;
template <typename Real>
BatchArithmetic<Real>::BatchArithmetic(BatchArithmetic&&) noexcept = default;
template <typename Real>
BatchArithmetic<Real>& BatchArithmetic<Real>::operator=(BatchArithmetic&&) noexcept = default;

template <typename Real>
int BatchArithmetic<Real>::getNumOscillators() const {
    return plan->layout.getNumOscillators();
}

template <typename Real>
int BatchArithmetic<Real>::getNumParameters() const {
    return plan->layout.getNumParameters();
}

template <typename Real>
std::size_t BatchArithmetic<Real>::getBlockSize() const {
    return 4 * plan->blockStride;
}

template <typename Real>
void BatchArithmetic<Real>::gradient(const double* theta, const Real* x, Real* gradient, std::size_t count,
                                     std::size_t stride) const {
    const BatchKernels<Real>& kernels = getBatchKernels<Real>();
    const std::size_t panelSize = kernels.panelSize;
    const AlignedVector<Real> packed = plan->pack(theta);
    AlignedVector<Real> xPanel(getNumOscillators() * panelSize), panel(xPanel.size());
    for (std::size_t first = 0; first < count; first += panelSize) {
        const std::size_t samples = std::min(panelSize, count - first);
        plan->load(x, first, samples, stride, xPanel.data(), panelSize, panelSize);
        kernels.gradient(plan->layout, packed.data(), xPanel.data(), panel.data());
        plan->store(panel.data(), panelSize, gradient, first, samples, stride);
    }
}

template <typename Real>
void BatchArithmetic<Real>::energy(const double* theta, const Real* x, Real* energies, std::size_t count,
                                   std::size_t stride) const {
    const BatchKernels<Real>& kernels = getBatchKernels<Real>();
    const std::size_t panelSize = kernels.panelSize;
    const AlignedVector<Real> packed = plan->pack(theta);
    AlignedVector<Real> xPanel(getNumOscillators() * panelSize), panel(panelSize);
    for (std::size_t first = 0; first < count; first += panelSize) {
        const std::size_t samples = std::min(panelSize, count - first);
        plan->load(x, first, samples, stride, xPanel.data(), panelSize, panelSize);
        kernels.energy(plan->layout, packed.data(), xPanel.data(), panel.data());
        std::copy_n(panel.data(), samples, energies + first);
    }
}

template <typename Real>
void BatchArithmetic<Real>::addTranspose(const Real* x, const Real* r, double* sums, std::size_t count,
                                         std::size_t stride, const double* v) const {
    if (v != nullptr)
        plan->addResponse(v, x, r, sums, count, stride);
    else
        plan->reduce(getBatchKernels<Real>().transpose, ReductionScaling::transpose, x, r, sums, count, stride);
}

template <typename Real>
void BatchArithmetic<Real>::addNormalProduct(const double* v, const Real* x, double* sums, std::size_t count,
                                             std::size_t stride) const {
    plan->addResponse(v, x, nullptr, sums, count, stride);
}

template <typename Real>
void BatchArithmetic<Real>::addLaplacianTerms(const Real* x, double* sums, std::size_t count,
                                              std::size_t stride) const {
    plan->reduce(getBatchKernels<Real>().laplacian, ReductionScaling::laplacian, x, nullptr, sums, count, stride);
}

template <typename Real>
void BatchArithmetic<Real>::addEnergyTerms(const Real* x, double* sums, std::size_t count, std::size_t stride) const {
    plan->reduce(getBatchKernels<Real>().energyTerms, ReductionScaling::energyTerms, x, nullptr, sums, count, stride);
}

template <typename Real>
void BatchArithmetic<Real>::addSquares(const Real* x, double* sums, std::size_t count, std::size_t stride) const {
    plan->reduce(getBatchKernels<Real>().squares, ReductionScaling::squares, x, nullptr, sums, count, stride);
}

template class BatchArithmetic<float>;
template class BatchArithmetic<double>;

} // namespace OpenMMOscillators
