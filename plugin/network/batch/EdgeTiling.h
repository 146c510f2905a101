#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace OpenMMOscillators {

class OscillatorNetwork;

/**
 * How the edges of a network are cut into register tiles for the batch kernels.
 *
 * A tile has one, two or four rows (the first oscillators of edges, kept in registers) and any number of columns (the
 * second oscillators). It stands for the edges (row, column) of all its pairs; a pair that is no edge of the network is
 * padding, whose parameters are zero. The more rows share a column, the fewer loads and stores an edge costs, so
 * columns shared by at least three of four successive rows make tiles of four, the rest tiles of two and of one. Any
 * topology fits: a lattice consists almost wholly of full tiles, a tree of tiles of one row.
 *
 * A pair's place is its slot: slots count through the tiles, column by column and, within a column, row by row.
 */
class EdgeTiling {
public:
    static constexpr int maxRows = 4;
    static constexpr int padding = -1;

    struct Tile {
        int numRows;
        std::array<int, maxRows> rows; // the first numRows hold
        int firstColumn, numColumns;   // a range of getColumns()
        int firstSlot;
    };

    explicit EdgeTiling(const OscillatorNetwork& network);

    const std::vector<Tile>& getTiles() const { return tiles; }
    /** The oscillators of all tiles' columns, tile after tile. */
    const std::vector<int>& getColumns() const { return columns; }
    /** For every slot the index of its edge, or padding. */
    const std::vector<int>& getEdges() const { return edges; }
    int getNumSlots() const { return static_cast<int>(edges.size()); }

private:
    struct Pair {
        int column, edge;
    };
    using Row = std::vector<Pair>; // the edges that start at one oscillator, ascending in column

    void addGroup(const std::vector<Row>& rows, int firstRow, int numRows);
    void addTile(const std::vector<Row>& rows, const std::vector<int>& tileRows, const std::vector<int>& tileColumns);

    std::vector<Tile> tiles;
    std::vector<int> columns;
    std::vector<int> edges;
};

} // namespace OpenMMOscillators
