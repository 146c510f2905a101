#include "openmmoscillators/network/batch/StripLayout.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>
#include <set>

namespace OpenMMOscillators {

StripLayout::StripLayout(const OscillatorNetwork& network, std::size_t vectorLength)
    : flat(network), lanes(vectorLength), paddedOscillators(batchStride(network.getNumOscillators())),
      packedSize(oscillatorTerms * paddedOscillators), placeOfEdge(network.getNumEdges()) {
    std::vector<std::vector<int>> edgesOfRow(network.getNumOscillators());
    for (int e = 0; e < network.getNumEdges(); ++e) {
        firstOscillator.push_back(network.getEdges()[e].first);
        edgesOfRow[firstOscillator.back()].push_back(e);
    }
    for (int row = 0; row < network.getNumOscillators(); row += maxRows)
        addTile(edgesOfRow, network, row, std::min(maxRows, network.getNumOscillators() - row));
}

void StripLayout::addTile(const std::vector<std::vector<int>>& edgesOfRow, const OscillatorNetwork& network,
                          int firstRow, int numRows) {
    std::set<int> needed;
    const auto stripOf = [&](int edge) {
        return static_cast<int>(static_cast<std::size_t>(network.getEdges()[edge].second) / lanes);
    };
    for (int r = 0; r < numRows; ++r)
        for (const int e : edgesOfRow[firstRow + r])
            needed.insert(stripOf(e));
    if (needed.empty())
        return;
    const Tile tile{firstRow, numRows, static_cast<int>(strips.size()), static_cast<int>(needed.size()), packedSize};
    tiles.push_back(tile);
    strips.insert(strips.end(), needed.begin(), needed.end());
    for (int r = 0; r < numRows; ++r)
        for (const int e : edgesOfRow[firstRow + r]) {
            const auto column = std::distance(needed.begin(), needed.find(stripOf(e)));
            const std::size_t lane = static_cast<std::size_t>(network.getEdges()[e].second) % lanes;
            placeOfEdge[e] = tile.offset + slotTerms * (column * numRows + r) * lanes + lane;
        }
    packedSize += slotTerms * tile.numStrips * numRows * lanes;
}

template <typename Real>
void StripLayout::pack(const double* theta, Real* packed) const {
    std::fill(packed, packed + packedSize, Real(0));
    const auto family = [&](ParameterFamily which) { return theta + flat.getOffset(which); };
    const auto copy = [&](ParameterFamily which, int term) {
        std::transform(family(which), family(which) + getNumOscillators(), packed + term * paddedOscillators,
                       [](double value) { return static_cast<Real>(value); });
    };
    copy(ParameterFamily::Bias, 0);
    copy(ParameterFamily::KLin, 1);
    copy(ParameterFamily::KDuff, 3);
    copy(ParameterFamily::K6, 4);
    std::vector<double> optomechSum(getNumOscillators(), 0.0);
    for (std::size_t e = 0; e < placeOfEdge.size(); ++e) {
        Real* place = packed + placeOfEdge[e];
        const double cOptomech = family(ParameterFamily::COptomech)[e];
        place[0] = static_cast<Real>(2.0 * family(ParameterFamily::CLin)[e]);
        place[lanes] = static_cast<Real>(cOptomech);
        place[2 * lanes] = static_cast<Real>(family(ParameterFamily::CDuff)[e]);
        optomechSum[firstOscillator[e]] += cOptomech;
    }
    for (int i = 0; i < getNumOscillators(); ++i)
        packed[2 * paddedOscillators + i] = static_cast<Real>(optomechSum[i]);
}

template void StripLayout::pack(const double*, float*) const;
template void StripLayout::pack(const double*, double*) const;

} // namespace OpenMMOscillators
