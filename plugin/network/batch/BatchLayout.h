#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/batch/EdgeTiling.h"
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * The order in which the batch kernels read parameters and write sums over parameters ("packed"), and the way between
 * it and the flat order of ParameterLayout.
 *
 * Packed: for every oscillator the coefficients of its polynomial in x, terms 1, x, x^2, x^3, x^5
 * (bias, k_lin, sum of c_optomech over the edges that start here, k_duff, k_6); then for every tile and column of the
 * tiling, 2 c_lin of its rows, c_optomech of its rows, c_duff of its rows. Packing is linear in theta, so packed slices
 * of a protocol may be interpolated in place of theta.
 */
class BatchLayout {
public:
    static constexpr int oscillatorTerms = 5;
    static constexpr int slotTerms = 3;

    explicit BatchLayout(const OscillatorNetwork& network);

    int getNumOscillators() const { return flat.getNumOscillators(); }
    int getNumParameters() const { return flat.getNumParameters(); }
    const EdgeTiling& getTiling() const { return tiling; }
    /** Number of packed values, a multiple of batchAlignment. */
    std::size_t getPackedSize() const { return packedSize; }
    /** Where a tile's values begin. */
    std::size_t getTileOffset(const EdgeTiling::Tile& tile) const {
        return static_cast<std::size_t>(oscillatorTerms) * getNumOscillators() +
               static_cast<std::size_t>(slotTerms) * tile.firstSlot;
    }

    /** Flat theta (P values) to packed parameters. */
    template <typename Real>
    void pack(const double* theta, Real* packed) const;

    /**
     * What a packed sum over samples means for a flat one: flat[a] += scale * packed + perSample * count, by family in
     * flat order. The reduction kernels leave constant factors and constant terms to this.
     */
    struct Scaling {
        double scale[7];
        double perSample[7];
    };
    /**
     * Packed sums (k_lin, k_duff, k_6, bias in the places of k_lin, k_duff, k_6, bias; the place of x^2 is unused)
     * added to flat ones.
     */
    void addUnpacked(const double* packedSums, const Scaling& scaling, double count, double* sums) const;

private:
    ParameterLayout flat;
    EdgeTiling tiling;
    std::size_t packedSize;
    std::vector<int> slotOfEdge;      // packed index of the edge's c_lin
    std::vector<int> rowsOfEdge;      // rows of its tile: the distance to c_optomech, c_duff
    std::vector<int> firstOscillator; // of every edge
};

} // namespace OpenMMOscillators
