#pragma once

#include "KernelPrograms.h"
#include "NeighbourTable.h"
#include "openmm/common/ComputeArray.h"
#include "openmm/common/ComputeContext.h"
#include "openmmoscillators/dynamics/OscillatorKernels.h"
#include <vector>

namespace OpenMMOscillators {

/**
 * A network and its driving protocol on a device: the slices are uploaded once, and interpolated there for as many
 * times at once as are asked for.
 */
class DeviceNetwork {
public:
    DeviceNetwork(OpenMM::ComputeContext& computeContext, const OscillatorNetwork& network,
                  const DrivingProtocol& initialProtocol, const NetworkProgramSettings& programSettings);

    /** Upload what changed. */
    void copyProtocol(const DrivingProtocol& newProtocol, const ProtocolChange& change);
    const DrivingProtocol& getProtocol() const { return protocol; }

    /** How many times prepare() can take at once, at least 2, so that coefficients stay in a device's cache. */
    int getMaxTimes() const;
    /** Interpolate the coefficients of these positions on the grid, one set after another. */
    void prepare(const std::vector<DrivingProtocol::Position>& positions);
    /** Number of real4 from one set of coefficients to the next. */
    int getCoefficientStride() const { return table.getNumRows() + table.getNumEntries(); }

    const NeighbourTable& getTable() const { return table; }
    /** Add the arguments rows, neighbours, coefficients to a kernel. */
    void addArguments(OpenMM::ComputeKernel& kernel);
    OpenMM::ComputeArray& getOscillatorRows() { return oscillatorRows; }

private:
    void uploadAllSlices();
    template <typename Real>
    void uploadSlices(int first, int last);

    OpenMM::ComputeContext& cc;
    NeighbourTable table;
    DrivingProtocol protocol;
    std::vector<DrivingProtocol::Position> prepared;
    OpenMM::ComputeArray rowOscillators, oscillatorRows, spans, neighbours, edgeCodes, slices, brackets, weights,
        coefficients;
    OpenMM::ComputeKernel interpolation;
};

} // namespace OpenMMOscillators
