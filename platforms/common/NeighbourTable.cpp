#include "NeighbourTable.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <numeric>

namespace OpenMMOscillators {

namespace {

struct Neighbour {
    int oscillator, edgeCode;
};

std::vector<std::vector<Neighbour>> listNeighbours(const OscillatorNetwork& network) {
    std::vector<std::vector<Neighbour>> lists(network.getNumOscillators());
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const auto [first, second] = network.getEdges()[e];
        lists[first].push_back({second, 2 * e});
        lists[second].push_back({first, 2 * e + 1});
    }
    return lists;
}

} // namespace

NeighbourTable::NeighbourTable(const OscillatorNetwork& network) : oscillatorRows(network.getNumOscillators()) {
    const auto lists = listNeighbours(network);
    rowOscillators.resize(lists.size());
    std::iota(rowOscillators.begin(), rowOscillators.end(), 0);
    std::stable_sort(rowOscillators.begin(), rowOscillators.end(),
                     [&](int a, int b) { return lists[a].size() > lists[b].size(); });
    for (std::size_t row = 0; row < lists.size(); ++row)
        oscillatorRows[rowOscillators[row]] = static_cast<int>(row);
    rowOscillators.resize((lists.size() + rowStride - 1) / rowStride * rowStride, -1);
    spans.resize(rowOscillators.size(), {0, 0});

    for (std::size_t chunk = 0; chunk < rowOscillators.size(); chunk += rowStride) {
        const std::size_t first = neighbours.size();
        const std::size_t longest = lists[rowOscillators[chunk]].size();
        neighbours.resize(first + longest * rowStride, 0);
        edgeCodes.resize(neighbours.size(), -1);
        for (std::size_t lane = 0; lane < rowStride && rowOscillators[chunk + lane] >= 0; ++lane) {
            const auto& list = lists[rowOscillators[chunk + lane]];
            spans[chunk + lane] = {static_cast<int>(first + lane), static_cast<int>(list.size())};
            for (std::size_t k = 0; k < list.size(); ++k) {
                const std::size_t entry = first + lane + k * rowStride;
                neighbours[entry] = oscillatorRows[list[k].oscillator];
                edgeCodes[entry] = list[k].edgeCode;
            }
        }
    }
}

} // namespace OpenMMOscillators
