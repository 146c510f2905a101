#pragma once

#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include "openmmoscillators/network/batch/BatchKernels.h"
#include "openmmoscillators/network/batch/PackedSlices.h"
#include <optional>

namespace OpenMMOscillators {

/** A Context's copies of a protocol for the kernels in one precision; each is made when it is first asked for. */
template <typename Real>
class CpuPackedProtocol {
public:
    using PanelSlices = PackedSlices<Real, BatchLayout>;
    using SingleSlices = PackedSlices<Real, StripLayout>;

    CpuPackedProtocol(const OscillatorNetwork& network, const BatchLayout& batchLayout,
                      const DrivingProtocol& drivingProtocol)
        : panelLayout(batchLayout), singleLayout(network, getBatchKernels<Real>().panelSize),
          protocol(drivingProtocol) {}

    const StripLayout& getSingleLayout() const { return singleLayout; }
    const PanelSlices& forPanels() {
        if (!panelSlices)
            panelSlices.emplace(panelLayout, protocol);
        return *panelSlices;
    }
    const SingleSlices& forSingles() {
        if (!singleSlices)
            singleSlices.emplace(singleLayout, protocol);
        return *singleSlices;
    }
    /** The protocol has changed. */
    void update(const ProtocolChange& change) {
        if (change.grid) {
            panelSlices.reset();
            singleSlices.reset();
            return;
        }
        for (int k = change.firstSlice; k <= change.lastSlice; ++k) {
            if (panelSlices)
                panelSlices->setSlice(k, protocol.getSlice(k));
            if (singleSlices)
                singleSlices->setSlice(k, protocol.getSlice(k));
        }
    }

private:
    const BatchLayout& panelLayout;
    StripLayout singleLayout;
    const DrivingProtocol& protocol;
    std::optional<PanelSlices> panelSlices;
    std::optional<SingleSlices> singleSlices;
};

} // namespace OpenMMOscillators
