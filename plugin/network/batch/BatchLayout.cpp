#include "openmmoscillators/network/batch/BatchLayout.h"

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <algorithm>

namespace OpenMMOscillators {

namespace {

/** Places of the oscillator's coefficients among its oscillatorTerms. */
enum OscillatorTerm { Constant, Linear, Quadratic, Cubic, Quintic };

} // namespace

BatchLayout::BatchLayout(const OscillatorNetwork& network)
    : flat(network), tiling(network), slotOfEdge(network.getNumEdges()), rowsOfEdge(network.getNumEdges()),
      firstOscillator(network.getNumEdges()) {
    for (const EdgeTiling::Tile& tile : tiling.getTiles())
        for (int c = 0; c < tile.numColumns; ++c)
            for (int r = 0; r < tile.numRows; ++r) {
                const int edge = tiling.getEdges()[tile.firstSlot + c * tile.numRows + r];
                if (edge == EdgeTiling::padding)
                    continue;
                slotOfEdge[edge] = static_cast<int>(getTileOffset(tile)) + c * slotTerms * tile.numRows + r;
                rowsOfEdge[edge] = tile.numRows;
                firstOscillator[edge] = tile.rows[r];
            }
    packedSize = batchStride(static_cast<std::size_t>(oscillatorTerms) * getNumOscillators() +
                             static_cast<std::size_t>(slotTerms) * tiling.getNumSlots());
}

template <typename Real>
void BatchLayout::pack(const double* theta, Real* packed) const {
    const double* kLin = theta + flat.getOffset(ParameterFamily::KLin);
    const double* kDuff = theta + flat.getOffset(ParameterFamily::KDuff);
    const double* k6 = theta + flat.getOffset(ParameterFamily::K6);
    const double* bias = theta + flat.getOffset(ParameterFamily::Bias);
    const double* cLin = theta + flat.getOffset(ParameterFamily::CLin);
    const double* cOptomech = theta + flat.getOffset(ParameterFamily::COptomech);
    const double* cDuff = theta + flat.getOffset(ParameterFamily::CDuff);
    std::fill(packed, packed + packedSize, Real(0));
    std::vector<double> optomechSum(getNumOscillators(), 0.0);
    for (std::size_t e = 0; e < slotOfEdge.size(); ++e) {
        Real* slot = packed + slotOfEdge[e];
        slot[0] = static_cast<Real>(2.0 * cLin[e]);
        slot[rowsOfEdge[e]] = static_cast<Real>(cOptomech[e]);
        slot[2 * rowsOfEdge[e]] = static_cast<Real>(cDuff[e]);
        optomechSum[firstOscillator[e]] += cOptomech[e];
    }
    for (int i = 0; i < getNumOscillators(); ++i) {
        Real* coefficients = packed + oscillatorTerms * i;
        coefficients[Constant] = static_cast<Real>(bias[i]);
        coefficients[Linear] = static_cast<Real>(kLin[i]);
        coefficients[Quadratic] = static_cast<Real>(optomechSum[i]);
        coefficients[Cubic] = static_cast<Real>(kDuff[i]);
        coefficients[Quintic] = static_cast<Real>(k6[i]);
    }
}

void BatchLayout::addUnpacked(const double* packedSums, const Scaling& scaling, double count, double* sums) const {
    const auto add = [&](ParameterFamily family, int index, double packedSum) {
        const int f = static_cast<int>(family);
        sums[flat.getOffset(family) + index] += scaling.scale[f] * packedSum + scaling.perSample[f] * count;
    };
    for (int i = 0; i < getNumOscillators(); ++i) {
        const double* terms = packedSums + oscillatorTerms * i;
        add(ParameterFamily::KLin, i, terms[Linear]);
        add(ParameterFamily::KDuff, i, terms[Cubic]);
        add(ParameterFamily::K6, i, terms[Quintic]);
        add(ParameterFamily::Bias, i, terms[Constant]);
    }
    for (int e = 0; e < flat.getNumEdges(); ++e) {
        const double* slot = packedSums + slotOfEdge[e];
        add(ParameterFamily::CLin, e, slot[0]);
        add(ParameterFamily::COptomech, e, slot[rowsOfEdge[e]]);
        add(ParameterFamily::CDuff, e, slot[2 * rowsOfEdge[e]]);
    }
}

template void BatchLayout::pack(const double*, float*) const;
template void BatchLayout::pack(const double*, double*) const;

} // namespace OpenMMOscillators
