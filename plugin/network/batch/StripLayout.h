#pragma once

#include "openmmoscillators/network/AlignedVector.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * The order of parameters in which the kernels for a single state read them: vectors run over oscillators, not over
 * samples. Oscillators are cut into strips of one vector; a tile is up to four successive rows (first oscillators of
 * edges) and the strips in which they have second oscillators. A lane that is no edge is padding, of parameters zero.
 *
 * Packed, with n oscillators rounded up to whole strips: the coefficients of x^0, x^1, x^2, x^3, x^5, n values each (as
 * BatchLayout has them for every oscillator); then for every tile, strip and row of the tile, one vector each of
 * 2 c_lin, c_optomech, c_duff.
 */
class StripLayout {
public:
    static constexpr int maxRows = 4;
    static constexpr int oscillatorTerms = 5;
    static constexpr int slotTerms = 3;

    struct Tile {
        int firstRow, numRows;
        int firstStrip, numStrips; // a range of getStrips()
        std::size_t offset;        // of its packed values
    };

    /** @param vectorLength  lanes of a vector, a power of two up to batchAlignment */
    StripLayout(const OscillatorNetwork& network, std::size_t vectorLength);

    int getNumOscillators() const { return flat.getNumOscillators(); }
    std::size_t getPaddedOscillators() const { return paddedOscillators; }
    const std::vector<Tile>& getTiles() const { return tiles; }
    /** Strips of all tiles, tile after tile: strip s holds oscillators s * vectorLength and on. */
    const std::vector<int>& getStrips() const { return strips; }
    std::size_t getPackedSize() const { return packedSize; }

    /** Flat theta (P values) to packed parameters. */
    template <typename Real>
    void pack(const double* theta, Real* packed) const;

private:
    void addTile(const std::vector<std::vector<int>>& edgesOfRow, const OscillatorNetwork& network, int firstRow,
                 int numRows);

    ParameterLayout flat;
    std::size_t lanes, paddedOscillators, packedSize;
    std::vector<Tile> tiles;
    std::vector<int> strips;
    std::vector<std::size_t> placeOfEdge; // packed index of the edge's 2 c_lin
    std::vector<int> firstOscillator;     // of every edge
};

} // namespace OpenMMOscillators
