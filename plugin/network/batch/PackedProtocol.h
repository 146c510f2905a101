#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/batch/BatchLayout.h"
#include <vector>

namespace OpenMMOscillators {

/** The slices of a driving protocol, packed in Real: theta(t) is then one pass over them. */
template <typename Real>
class PackedProtocol {
public:
    PackedProtocol(const BatchLayout& batchLayout, const DrivingProtocol& protocol);
    /** Copy one slice of the protocol again. */
    void setSlice(int index, const NetworkParameters& values);
    /**
     * Packed theta at a position of the protocol's grid.
     * @param buffer  getPackedSize() values, may be used for the result
     * @return the parameters, in buffer or in a slice
     */
    const Real* evaluate(const DrivingProtocol::Position& position, Real* buffer) const;

private:
    const BatchLayout& layout;
    std::vector<AlignedVector<Real>> slices;
};

extern template class PackedProtocol<float>;
extern template class PackedProtocol<double>;

} // namespace OpenMMOscillators
