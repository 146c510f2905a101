// Sums over the samples of a block, one for every parameter. Included once for every instruction set by
// hwy/foreach_target.h.

#include "openmmoscillators/network/batch/BatchLayout.h"
#include <hwy/highway.h>

#if defined(OPENMMOSCILLATORS_REDUCTIONKERNELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef OPENMMOSCILLATORS_REDUCTIONKERNELS_INL_H
#undef OPENMMOSCILLATORS_REDUCTIONKERNELS_INL_H
#else
#define OPENMMOSCILLATORS_REDUCTIONKERNELS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

/** sums[k] = sum of the lanes of v_k, for k = 0 ... 3. */
template <class D, class V = hn::Vec<D>>
HWY_INLINE void sumLanes(D /*d*/, V v0, V v1, V v2, V v3, double* HWY_RESTRICT sums) {
    sums[0] = hn::GetLane(v0);
    sums[1] = hn::GetLane(v1);
    sums[2] = hn::GetLane(v2);
    sums[3] = hn::GetLane(v3);
}

#else

/** The 128-bit blocks of a vector added up. */
template <class D, class V>
HWY_INLINE auto sumBlocks(D /*d*/, V v) {
    if constexpr (sizeof(hn::TFromD<D>) * hn::MaxLanes(D()) <= 16) {
        return v;
    } else {
        const hn::Half<D> half;
        return sumBlocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    }
}

/** (sums of neighbouring pairs of a, of b) interleaved, within each 128-bit block */
template <class D, class V>
HWY_INLINE V addInterleaved(D d, V a, V b) {
    return hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
}

/** sums[k] = sum of the lanes of v_k, for k = 0 ... 3. */
template <class D, class V = hn::Vec<D>>
HWY_INLINE void sumLanes(D d, V v0, V v1, V v2, V v3, double* HWY_RESTRICT sums) {
    const V v01 = addInterleaved(d, v0, v1);
    const V v23 = addInterleaved(d, v2, v3);
    if constexpr (sizeof(hn::TFromD<D>) == sizeof(double)) {
        const hn::FixedTag<double, 2> block;
        hn::StoreU(sumBlocks(d, v01), block, sums);
        hn::StoreU(sumBlocks(d, v23), block, sums + 2);
    } else {
        // v01 holds in turn two partial sums of v0 and v1: as 64-bit lanes, a pair of each.
        const hn::Repartition<double, D> pairs;
        const auto a = hn::BitCast(pairs, v01), b = hn::BitCast(pairs, v23);
        const V all =
            hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, a, b)), hn::BitCast(d, hn::InterleaveUpper(pairs, a, b)));
        const hn::FixedTag<float, 4> block;
        HWY_ALIGN float total[4];
        hn::Store(sumBlocks(d, all), block, total);
        for (int k = 0; k < 4; ++k)
            sums[k] = total[k];
    }
}

#endif

/** What the terms of an oscillator, or of the edges that start at it, are made of. */
template <class V>
struct RowValues {
    // Written out, to be compiled for the instruction set: implicit ones would not be, which NEON's vectors need.
    HWY_INLINE RowValues() {}
    HWY_INLINE RowValues(V xOfRow, V rOfRow, V squareOfRow, V mixedOfRow)
        : x(xOfRow), r(rOfRow), square(squareOfRow), mixed(mixedOfRow) {}
    V x, r, square, mixed;
};

/**
 * Each kind of sum is a class with usesResponse (whether r is read), row() (values of a row that its edges share),
 * addEdge() (terms of c_lin, c_optomech, c_duff of an edge) and oscillator() (terms of k_lin, k_duff, k_6, bias), apart
 * from the factors and constants in ReductionScaling.
 */
struct TransposeTerms {
    static constexpr bool usesResponse = true;
    template <class D, class V>
    static HWY_INLINE RowValues<V> row(D /*d*/, V x, V r) {
        return {x, r, hn::Mul(x, x), hn::Mul(hn::Add(r, r), x)};
    }
    template <class V>
    static HWY_INLINE void addEdge(const RowValues<V>& i, V xj, V rj, V* sums) {
        const V distance = hn::Sub(i.x, xj);
        const V product = hn::Mul(hn::Sub(i.r, rj), distance);
        sums[0] = hn::Add(sums[0], product);
        sums[1] = hn::MulAdd(i.mixed, xj, hn::MulAdd(i.square, rj, sums[1]));
        sums[2] = hn::MulAdd(product, hn::Mul(distance, distance), sums[2]);
    }
    template <class D, class V>
    static HWY_INLINE void addOscillator(D /*d*/, V x, V r, V* sums) {
        const V square = hn::Mul(x, x);
        const V linear = hn::Mul(r, x);
        const V cubic = hn::Mul(linear, square);
        sums[0] = hn::Add(sums[0], linear);
        sums[1] = hn::Add(sums[1], cubic);
        sums[2] = hn::MulAdd(cubic, square, sums[2]);
        sums[3] = hn::Add(sums[3], r);
    }
};

struct LaplacianTerms {
    static constexpr bool usesResponse = false;
    template <class D, class V>
    static HWY_INLINE RowValues<V> row(D /*d*/, V x, V r) {
        return {x, r, x, x};
    }
    template <class V>
    static HWY_INLINE void addEdge(const RowValues<V>& i, V xj, V /*rj*/, V* sums) {
        const V distance = hn::Sub(i.x, xj);
        sums[1] = hn::Add(sums[1], xj);
        sums[2] = hn::MulAdd(distance, distance, sums[2]);
    }
    template <class D, class V>
    static HWY_INLINE void addOscillator(D /*d*/, V x, V /*r*/, V* sums) {
        const V square = hn::Mul(x, x);
        sums[1] = hn::Add(sums[1], square);
        sums[2] = hn::MulAdd(square, square, sums[2]);
    }
};

struct EnergyTerms {
    static constexpr bool usesResponse = false;
    template <class D, class V>
    static HWY_INLINE RowValues<V> row(D /*d*/, V x, V r) {
        return {x, r, hn::Mul(x, x), x};
    }
    template <class V>
    static HWY_INLINE void addEdge(const RowValues<V>& i, V xj, V /*rj*/, V* sums) {
        const V distance = hn::Sub(i.x, xj);
        const V square = hn::Mul(distance, distance);
        sums[0] = hn::Add(sums[0], square);
        sums[1] = hn::MulAdd(i.square, xj, sums[1]);
        sums[2] = hn::MulAdd(square, square, sums[2]);
    }
    template <class D, class V>
    static HWY_INLINE void addOscillator(D /*d*/, V x, V /*r*/, V* sums) {
        const V square = hn::Mul(x, x);
        const V fourth = hn::Mul(square, square);
        sums[0] = hn::Add(sums[0], square);
        sums[1] = hn::Add(sums[1], fourth);
        sums[2] = hn::MulAdd(fourth, square, sums[2]);
        sums[3] = hn::Add(sums[3], x);
    }
};

struct SquareTerms {
    static constexpr bool usesResponse = false;
    template <class D, class V>
    static HWY_INLINE RowValues<V> row(D d, V x, V r) {
        const V square = hn::Mul(x, x);
        return {x, r, square, hn::Mul(hn::Set(d, hn::TFromD<D>(4)), square)};
    }
    template <class V>
    static HWY_INLINE void addEdge(const RowValues<V>& i, V xj, V /*rj*/, V* sums) {
        const V distance = hn::Sub(i.x, xj);
        const V square = hn::Mul(distance, distance);
        sums[0] = hn::Add(sums[0], square);
        sums[1] = hn::MulAdd(i.mixed, hn::Mul(xj, xj), hn::MulAdd(i.square, i.square, sums[1]));
        sums[2] = hn::MulAdd(hn::Mul(square, square), square, sums[2]);
    }
    template <class D, class V>
    static HWY_INLINE void addOscillator(D /*d*/, V x, V /*r*/, V* sums) {
        const V square = hn::Mul(x, x);
        const V sixth = hn::Mul(hn::Mul(square, square), square);
        sums[0] = hn::Add(sums[0], square);
        sums[1] = hn::Add(sums[1], sixth);
        sums[2] = hn::MulAdd(sixth, hn::Mul(square, square), sums[2]);
    }
};

template <typename T>
struct Block {
    const T* x;
    const T* r;
    std::size_t size, stride;
};

template <class Terms, typename T>
HWY_INLINE void reduceOscillators(int numOscillators, const Block<T>& block, double* HWY_RESTRICT sums) {
    const hn::ScalableTag<T> d;
    using V = hn::Vec<decltype(d)>;
    for (int i = 0; i < numOscillators; ++i, sums += BatchLayout::oscillatorTerms) {
        V total[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
        for (std::size_t s = 0; s < block.size; s += hn::Lanes(d)) {
            const V x = hn::Load(d, block.x + i * block.stride + s);
            const V r = Terms::usesResponse ? hn::Load(d, block.r + i * block.stride + s) : x;
            Terms::addOscillator(d, x, r, total);
        }
        double packed[4];
        sumLanes(d, total[0], total[1], total[2], total[3], packed);
        sums[1] += packed[0];
        sums[3] += packed[1];
        sums[4] += packed[2];
        sums[0] += packed[3];
    }
}

/** The edges between `rows` rows of a tile, from firstRow on, and `columns` columns. */
template <class Terms, int rows, int columns, typename T>
HWY_INLINE void reduceEdges(const EdgeTiling::Tile& tile, int firstRow, const int* column, const Block<T>& block,
                            double* HWY_RESTRICT sums) {
    const hn::ScalableTag<T> d;
    using V = hn::Vec<decltype(d)>;
    constexpr int numSums = BatchLayout::slotTerms * rows * columns;
    const T *xi[rows], *ri[rows], *xj[columns], *rj[columns];
    for (int k = 0; k < rows; ++k) {
        xi[k] = block.x + tile.rows[firstRow + k] * block.stride;
        ri[k] = block.r + tile.rows[firstRow + k] * block.stride;
    }
    for (int c = 0; c < columns; ++c) {
        xj[c] = block.x + column[c] * block.stride;
        rj[c] = block.r + column[c] * block.stride;
    }
    V total[numSums + 3];
    for (V& value : total)
        value = hn::Zero(d);
    for (std::size_t s = 0; s < block.size; s += hn::Lanes(d)) {
        RowValues<V> row[rows];
        for (int k = 0; k < rows; ++k) {
            const V x = hn::Load(d, xi[k] + s);
            row[k] = Terms::row(d, x, Terms::usesResponse ? hn::Load(d, ri[k] + s) : x);
        }
        for (int c = 0; c < columns; ++c) {
            const V x = hn::Load(d, xj[c] + s);
            const V r = Terms::usesResponse ? hn::Load(d, rj[c] + s) : x;
            for (int k = 0; k < rows; ++k)
                Terms::addEdge(row[k], x, r, total + BatchLayout::slotTerms * (c * rows + k));
        }
    }
    double packed[numSums + 3];
    for (int k = 0; k < numSums; k += 4)
        sumLanes(d, total[k], total[k + 1], total[k + 2], total[k + 3], packed + k);
    for (int c = 0; c < columns; ++c, sums += BatchLayout::slotTerms * tile.numRows)
        for (int k = 0; k < rows; ++k)
            for (int term = 0; term < BatchLayout::slotTerms; ++term)
                // cppcheck-suppress uninitvar; sumLanes() fills it
                sums[term * tile.numRows + firstRow + k] += packed[BatchLayout::slotTerms * (c * rows + k) + term];
}

/** Some rows of a tile, from firstRow on, and a few of its columns. */
template <class Terms, int rows, typename T>
HWY_INLINE void reduceColumns(const EdgeTiling::Tile& tile, int firstRow, const int* columns, int numColumns,
                              const Block<T>& block, double* HWY_RESTRICT sums) {
    const int columnSize = BatchLayout::slotTerms * tile.numRows;
    int c = 0;
    if constexpr (registerRows == 4)
        for (; c + 3 <= numColumns; c += 3)
            reduceEdges<Terms, rows, 3>(tile, firstRow, columns + c, block, sums + c * columnSize);
    for (; c + 2 <= numColumns; c += 2)
        reduceEdges<Terms, rows, 2>(tile, firstRow, columns + c, block, sums + c * columnSize);
    for (; c < numColumns; ++c)
        reduceEdges<Terms, rows, 1>(tile, firstRow, columns + c, block, sums + c * columnSize);
}

/** All rows of a tile take a few columns before the next ones: these stay in the first-level cache. */
template <class Terms, typename T>
HWY_INLINE void reduceTile(const EdgeTiling::Tile& tile, const int* columns, const Block<T>& block,
                           double* HWY_RESTRICT sums) {
    constexpr int columnsAtATime = 6;
    for (int first = 0; first < tile.numColumns; first += columnsAtATime) {
        const int count = HWY_MIN(columnsAtATime, tile.numColumns - first);
        double* columnSums = sums + first * BatchLayout::slotTerms * tile.numRows;
        int row = 0;
        for (; row + 2 <= tile.numRows; row += 2)
            reduceColumns<Terms, 2>(tile, row, columns + first, count, block, columnSums);
        for (; row < tile.numRows; ++row)
            reduceColumns<Terms, 1>(tile, row, columns + first, count, block, columnSums);
    }
}

template <class Terms, typename T>
void reduce(const BatchLayout& layout, const T* x, const T* r, double* sums, std::size_t size, std::size_t stride) {
    const Block<T> block{x, Terms::usesResponse ? r : x, size, stride};
    reduceOscillators<Terms>(layout.getNumOscillators(), block, sums);
    for (const EdgeTiling::Tile& tile : layout.getTiling().getTiles()) {
        const int* columns = layout.getTiling().getColumns().data() + tile.firstColumn;
        reduceTile<Terms>(tile, columns, block, sums + layout.getTileOffset(tile));
    }
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#endif
