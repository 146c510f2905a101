#include "CpuGroupArithmetic.h"

namespace OpenMMOscillators {

template <typename Real>
CpuPanelArithmetic<Real>::CpuPanelArithmetic(const Slices& packedSlices)
    : kernels(getBatchKernels<Real>()), slices(packedSlices), interpolated(packedSlices.getLayout().getPackedSize()) {}

template <typename Real>
std::size_t CpuPanelArithmetic<Real>::getArraySize() const {
    const std::size_t wholeBlocks = (slices.getLayout().getNumOscillators() + 3) / 4 * 4; // of noise
    return batchStride(wholeBlocks * kernels.panelSize);
}

template <typename Real>
void CpuPanelArithmetic<Real>::setProtocol(const DrivingProtocol::Position& position) {
    if (position.weight == 0.0) {
        theta = slices.getSlice(position.lower);
        return;
    }
    kernels.interpolate(slices.getSlice(position.lower), slices.getSlice(position.upper),
                        static_cast<Real>(position.weight), interpolated.size(), interpolated.data());
    theta = interpolated.data();
}

template <typename Real>
void CpuPanelArithmetic<Real>::gradient(const Real* x, Real* result) const {
    kernels.gradient(slices.getLayout(), theta, x, result);
}

template <typename Real>
void CpuPanelArithmetic<Real>::normals(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams,
                                       Real* values) const {
    kernels.normals(seed, step, streams, slices.getLayout().getNumOscillators(), values);
}

template <typename Real>
void CpuPanelArithmetic<Real>::displacement(const DisplacementTerm<Real>* terms, int numTerms, Real* result) const {
    kernels.displacement(terms, numTerms, slices.getLayout().getNumOscillators(), result);
}

template <typename Real>
CpuSingleArithmetic<Real>::CpuSingleArithmetic(const Slices& packedSlices)
    : kernels(getBatchKernels<Real>()), slices(packedSlices) {}

template <typename Real>
std::size_t CpuSingleArithmetic<Real>::getArraySize() const {
    const std::size_t wholeBlocks = 4 * kernels.panelSize; // of noise
    const std::size_t count = slices.getLayout().getNumOscillators();
    return batchStride((count + wholeBlocks - 1) / wholeBlocks * wholeBlocks);
}

template <typename Real>
void CpuSingleArithmetic<Real>::gradient(const Real* x, Real* result) const {
    kernels.singleGradient(slices.getLayout(), slices.getSlice(position.lower), slices.getSlice(position.upper),
                           static_cast<Real>(position.weight), x, result);
}

template <typename Real>
void CpuSingleArithmetic<Real>::normals(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams,
                                        Real* values) const {
    kernels.singleNormals(seed, step, streams[0], slices.getLayout().getNumOscillators(), values);
}

template <typename Real>
void CpuSingleArithmetic<Real>::displacement(const DisplacementTerm<Real>* terms, int numTerms, Real* result) const {
    kernels.singleDisplacement(terms, numTerms, slices.getLayout().getPaddedOscillators(), result);
}

template class CpuPanelArithmetic<float>;
template class CpuPanelArithmetic<double>;
template class CpuSingleArithmetic<float>;
template class CpuSingleArithmetic<double>;

} // namespace OpenMMOscillators
