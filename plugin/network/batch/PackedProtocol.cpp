#include "openmmoscillators/network/batch/PackedProtocol.h"

#include "openmmoscillators/network/batch/BatchKernels.h"

namespace OpenMMOscillators {

template <typename Real>
PackedProtocol<Real>::PackedProtocol(const BatchLayout& batchLayout, const DrivingProtocol& protocol)
    : layout(batchLayout), slices(protocol.getNumSlices(), AlignedVector<Real>(batchLayout.getPackedSize())) {
    for (int k = 0; k < protocol.getNumSlices(); ++k)
        setSlice(k, protocol.getSlice(k));
}

template <typename Real>
void PackedProtocol<Real>::setSlice(int index, const NetworkParameters& values) {
    layout.pack(values.data(), slices[index].data());
}

template <typename Real>
const Real* PackedProtocol<Real>::evaluate(const DrivingProtocol::Position& position, Real* buffer) const {
    if (position.weight == 0.0)
        return slices[position.lower].data();
    getBatchKernels<Real>().interpolate(slices[position.lower].data(), slices[position.upper].data(),
                                        static_cast<Real>(position.weight), layout.getPackedSize(), buffer);
    return buffer;
}

template class PackedProtocol<float>;
template class PackedProtocol<double>;

} // namespace OpenMMOscillators
