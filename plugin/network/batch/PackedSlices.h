#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include <vector>

namespace OpenMMOscillators {

/** The slices of a driving protocol in the order in which kernels read them (BatchLayout or StripLayout), in Real. */
template <typename Real, typename Layout>
class PackedSlices {
public:
    PackedSlices(const Layout& packedLayout, const DrivingProtocol& protocol)
        : layout(packedLayout), slices(protocol.getNumSlices(), AlignedVector<Real>(packedLayout.getPackedSize())) {
        for (int k = 0; k < protocol.getNumSlices(); ++k)
            setSlice(k, protocol.getSlice(k));
    }
    const Layout& getLayout() const { return layout; }
    const Real* getSlice(int index) const { return slices[index].data(); }
    void setSlice(int index, const NetworkParameters& values) { layout.pack(values.data(), slices[index].data()); }

private:
    const Layout& layout;
    std::vector<AlignedVector<Real>> slices;
};

} // namespace OpenMMOscillators
