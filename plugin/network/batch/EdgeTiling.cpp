#include "openmmoscillators/network/batch/EdgeTiling.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <map>

namespace OpenMMOscillators {

namespace {

/** Which rows of a group have an edge to a column, as bits. */
using RowMask = unsigned;

int countRows(RowMask mask) {
    int count = 0;
    for (; mask != 0; mask &= mask - 1)
        ++count;
    return count;
}

/** The columns whose mask covers the pattern well enough to be worth its padding; they lose those rows. */
std::vector<int> takeColumns(std::map<int, RowMask>& masks, RowMask pattern, int fewestRows) {
    std::vector<int> taken;
    for (auto& [column, mask] : masks)
        if (countRows(mask & pattern) >= fewestRows) {
            taken.push_back(column);
            mask &= ~pattern;
        }
    return taken;
}

} // namespace

EdgeTiling::EdgeTiling(const OscillatorNetwork& network) {
    std::vector<Row> rows(network.getNumOscillators());
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [first, second] = network.getEdges()[e];
        rows[first].push_back({second, e});
    }
    for (Row& row : rows)
        std::sort(row.begin(), row.end(), [](const Pair& a, const Pair& b) { return a.column < b.column; });
    const int count = network.getNumOscillators();
    for (int first = 0; first < count; first += maxRows)
        addGroup(rows, first, std::min(maxRows, count - first));
}

void EdgeTiling::addGroup(const std::vector<Row>& rows, int firstRow, int numRows) {
    // While a tile runs, its rows' gradients are in registers: a column among the group's own rows is left to the tiles
    // of one row, which do not hold it.
    std::map<int, RowMask> shared, own;
    for (int r = 0; r < numRows; ++r)
        for (const Pair& pair : rows[firstRow + r]) {
            const bool inside = pair.column >= firstRow && pair.column < firstRow + numRows;
            (inside ? own : shared)[pair.column] |= 1u << r;
        }
    if (numRows == maxRows)
        addTile(rows, {firstRow, firstRow + 1, firstRow + 2, firstRow + 3}, takeColumns(shared, 0b1111, 3));
    addTile(rows, {firstRow, firstRow + 1}, takeColumns(shared, 0b0011, 2));
    addTile(rows, {firstRow + 2, firstRow + 3}, takeColumns(shared, 0b1100, 2));
    for (const auto& [column, mask] : own)
        shared[column] = mask;
    for (int r = 0; r < numRows; ++r)
        addTile(rows, {firstRow + r}, takeColumns(shared, 1u << r, 1));
}

void EdgeTiling::addTile(const std::vector<Row>& rows, const std::vector<int>& tileRows,
                         const std::vector<int>& tileColumns) {
    if (tileColumns.empty())
        return;
    Tile tile{};
    tile.numRows = static_cast<int>(tileRows.size());
    std::copy(tileRows.begin(), tileRows.end(), tile.rows.begin());
    tile.firstColumn = static_cast<int>(columns.size());
    tile.numColumns = static_cast<int>(tileColumns.size());
    tile.firstSlot = getNumSlots();
    tiles.push_back(tile);
    for (const int column : tileColumns) {
        columns.push_back(column);
        for (const int row : tileRows) {
            const auto found = std::lower_bound(rows[row].begin(), rows[row].end(), column,
                                                [](const Pair& pair, int value) { return pair.column < value; });
            const bool isEdge = found != rows[row].end() && found->column == column;
            edges.push_back(isEdge ? found->edge : padding);
        }
    }
}

} // namespace OpenMMOscillators
