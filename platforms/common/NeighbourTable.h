#pragma once

#include "openmm/common/ComputeVectorTypes.h"
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * The edges of a network as every oscillator sees them, for kernels with a thread an oscillator. Rows are oscillators
 * in order of decreasing degree, so that neighbouring threads have about as much to do; entry k of a row lies rowStride
 * after entry k - 1 and beside those of the 31 rows that share its chunk, so that neighbouring threads read
 * neighbouring memory. Where a row of a chunk is shorter than the longest, there is padding.
 */
struct NeighbourTable {
    static constexpr int rowStride = 32;

    explicit NeighbourTable(const OscillatorNetwork& network);
    /** Rows with padding, a multiple of rowStride. */
    int getNumRows() const { return static_cast<int>(rowOscillators.size()); }
    int getNumEntries() const { return static_cast<int>(neighbours.size()); }

    std::vector<int> rowOscillators;    ///< by row; -1 for padding
    std::vector<int> oscillatorRows;    ///< by oscillator
    std::vector<OpenMM::mm_int2> spans; ///< by row: index of the first entry, number of entries
    std::vector<int> neighbours;        ///< by entry: row of the neighbour
    std::vector<int> edgeCodes; ///< by entry: 2 edge, plus 1 if the row is the edge's second oscillator; -1 for padding
};

} // namespace OpenMMOscillators
