#pragma once

#include "openmmoscillators/network/batch/BatchKernels.h"
#include "openmmoscillators/network/batch/PackedSlices.h"
#include <cstdint>

namespace OpenMMOscillators {

// The arithmetic of a group of replicas that take their steps together: a panel, with vectors over replicas, or a
// single replica, with vectors over oscillators. Arrays hold value[oscillator * getGroupSize() + replica] and some
// padding, getArraySize() in all.

/** A panel. */
template <typename Real>
class CpuPanelArithmetic {
public:
    using Value = Real;
    using Slices = PackedSlices<Real, BatchLayout>;
    explicit CpuPanelArithmetic(const Slices& packedSlices);
    std::size_t getGroupSize() const { return kernels.panelSize; }
    std::size_t getArraySize() const;
    /** The part of an array that is displacements. */
    std::size_t getStateSize() const { return kernels.panelSize * slices.getLayout().getNumOscillators(); }
    /** Coefficients, one an oscillator, have this length; those beyond the last oscillator must be zero. */
    std::size_t getCoefficientSize() const { return slices.getLayout().getNumOscillators(); }
    /** Choose theta for the calls of gradient() to come. */
    void setProtocol(const DrivingProtocol::Position& position);
    void gradient(const Real* x, Real* result) const;
    /** @param streams  of the group's replicas */
    void normals(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams, Real* values) const;
    void displacement(const DisplacementTerm<Real>* terms, int numTerms, Real* result) const;

private:
    const BatchKernels<Real>& kernels;
    const Slices& slices;
    AlignedVector<Real> interpolated;
    const Real* theta = nullptr; // packed: a slice, or interpolated
};

/** A single replica. */
template <typename Real>
class CpuSingleArithmetic {
public:
    using Value = Real;
    using Slices = PackedSlices<Real, StripLayout>;
    explicit CpuSingleArithmetic(const Slices& packedSlices);
    std::size_t getGroupSize() const { return 1; }
    std::size_t getArraySize() const;
    std::size_t getStateSize() const { return slices.getLayout().getPaddedOscillators(); }
    std::size_t getCoefficientSize() const { return getStateSize(); }
    void setProtocol(const DrivingProtocol::Position& newPosition) { position = newPosition; }
    void gradient(const Real* x, Real* result) const;
    void normals(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams, Real* values) const;
    void displacement(const DisplacementTerm<Real>* terms, int numTerms, Real* result) const;

private:
    const BatchKernels<Real>& kernels;
    const Slices& slices;
    DrivingProtocol::Position position{};
};

/**
 * How many replicas, left over when panels are filled, are better taken one by one. An edge of a panel takes about
 * three cycles, a vector of edges of a single replica twice that, since its parameters come from further away.
 */
inline bool areBetterSingle(std::size_t numReplicas, const BatchLayout& panels, const StripLayout& singles) {
    std::size_t vectors = 0;
    for (const StripLayout::Tile& tile : singles.getTiles())
        vectors += static_cast<std::size_t>(tile.numStrips) * tile.numRows;
    return 2 * numReplicas * vectors < static_cast<std::size_t>(panels.getTiling().getNumSlots());
}

} // namespace OpenMMOscillators
