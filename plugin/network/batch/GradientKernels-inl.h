// Gradient and energy of a panel. Included once for every instruction set by hwy/foreach_target.h.

#include "openmmoscillators/network/batch/BatchLayout.h"
#include <hwy/highway.h>

#if defined(OPENMMOSCILLATORS_GRADIENTKERNELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef OPENMMOSCILLATORS_GRADIENTKERNELS_INL_H
#undef OPENMMOSCILLATORS_GRADIENTKERNELS_INL_H
#else
#define OPENMMOSCILLATORS_GRADIENTKERNELS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A row keeps four vectors in registers: tiles of four rows need an instruction set with 32 of them.
#if HWY_ARCH_X86 && HWY_TARGET > HWY_AVX3
constexpr int registerRows = 2;
#else
constexpr int registerRows = 4;
#endif

/** bias + k_lin x + (sum c_optomech) x^2 + k_duff x^3 + k_6 x^5 */
template <class D, typename T>
HWY_INLINE void gradientOfOscillators(D d, int numOscillators, const T* HWY_RESTRICT packed, const T* HWY_RESTRICT x,
                                      T* HWY_RESTRICT gradient) {
    for (int i = 0; i < numOscillators; ++i, packed += BatchLayout::oscillatorTerms) {
        const auto xi = hn::Load(d, x + i * hn::Lanes(d));
        const auto cubic = hn::MulAdd(hn::Set(d, packed[4]), hn::Mul(xi, xi), hn::Set(d, packed[3]));
        const auto quadratic = hn::MulAdd(cubic, xi, hn::Set(d, packed[2]));
        const auto linear = hn::MulAdd(quadratic, xi, hn::Set(d, packed[1]));
        hn::Store(hn::MulAdd(linear, xi, hn::Set(d, packed[0])), d, gradient + i * hn::Lanes(d));
    }
}

/**
 * Adds the edges of `rows` of the tileRows rows of a tile, from its row firstRow on. With d = x_i - x_j the edge's
 * share of dU/dx_j is
 *
 *   h = c_optomech x_i^2 - (2 c_lin + c_duff d^2) d
 *
 * and by Newton's third law, broken by c_optomech only, its share of dU/dx_i is -h + c_optomech (x_i^2 + 2 x_i x_j).
 * The x_i^2 is in the oscillator's polynomial, and the sum of c_optomech x_j is multiplied by 2 x_i once for the tile.
 * That leaves eight instructions an edge, three of them additions, which run beside the multiplications where a
 * processor has separate units for them.
 */
template <int tileRows, int rows, class D, typename T>
HWY_INLINE void addTile(D d, const EdgeTiling::Tile& tile, int firstRow, const int* HWY_RESTRICT columns,
                        const T* HWY_RESTRICT packed, const T* x, T* gradient) {
    using V = hn::Vec<D>;
    const std::size_t lanes = hn::Lanes(d);
    V xi[rows], square[rows], sumH[rows], optomech[rows];
    for (int r = 0; r < rows; ++r) {
        xi[r] = hn::Load(d, x + tile.rows[firstRow + r] * lanes);
        square[r] = hn::Mul(xi[r], xi[r]);
        sumH[r] = optomech[r] = hn::Zero(d);
    }
    packed += firstRow;
    for (int c = 0; c < tile.numColumns; ++c, packed += BatchLayout::slotTerms * tileRows) {
        const V xj = hn::Load(d, x + columns[c] * lanes);
        V gj = hn::Load(d, gradient + columns[c] * lanes);
        for (int r = 0; r < rows; ++r) {
            const V cOptomech = hn::Set(d, packed[tileRows + r]);
            const V distance = hn::Sub(xi[r], xj);
            const V stiffness =
                hn::MulAdd(hn::Set(d, packed[2 * tileRows + r]), hn::Mul(distance, distance), hn::Set(d, packed[r]));
            const V h = hn::NegMulAdd(distance, stiffness, hn::Mul(cOptomech, square[r]));
            sumH[r] = hn::Add(sumH[r], h);
            gj = hn::Add(gj, h);
            optomech[r] = hn::MulAdd(cOptomech, xj, optomech[r]);
        }
        hn::Store(gj, d, gradient + columns[c] * lanes);
    }
    for (int r = 0; r < rows; ++r) {
        T* gi = gradient + tile.rows[firstRow + r] * lanes;
        const V sum = hn::MulAdd(hn::Add(xi[r], xi[r]), optomech[r], hn::Sub(hn::Load(d, gi), sumH[r]));
        hn::Store(sum, d, gi);
    }
}

template <int tileRows, class D, typename T>
HWY_INLINE void addRows(D d, const EdgeTiling::Tile& tile, const int* columns, const T* packed, const T* x,
                        T* gradient) {
    constexpr int rows = tileRows < registerRows ? tileRows : registerRows;
    for (int row = 0; row < tileRows; row += rows)
        addTile<tileRows, rows>(d, tile, row, columns, packed, x, gradient);
}

template <typename T>
void gradient(const BatchLayout& layout, const T* packed, const T* x, T* gradient) {
    const hn::ScalableTag<T> d;
    gradientOfOscillators(d, layout.getNumOscillators(), packed, x, gradient);
    for (const EdgeTiling::Tile& tile : layout.getTiling().getTiles()) {
        const int* columns = layout.getTiling().getColumns().data() + tile.firstColumn;
        const T* parameters = packed + layout.getTileOffset(tile);
        if (tile.numRows == 4)
            addRows<4>(d, tile, columns, parameters, x, gradient);
        else if (tile.numRows == 2)
            addRows<2>(d, tile, columns, parameters, x, gradient);
        else
            addRows<1>(d, tile, columns, parameters, x, gradient);
    }
}

/** U of a panel; a tile row contributes sum_j [ c_lin d^2 + c_duff d^4 / 4 ] + x_i^2 sum_j c_optomech x_j. */
template <typename T>
void energy(const BatchLayout& layout, const T* packed, const T* x, T* energies) {
    const hn::ScalableTag<T> d;
    using V = hn::Vec<decltype(d)>;
    const std::size_t lanes = hn::Lanes(d);
    const V half = hn::Set(d, T(1) / T(2));
    V total = hn::Zero(d);
    for (int i = 0; i < layout.getNumOscillators(); ++i) {
        const T* p = packed + BatchLayout::oscillatorTerms * i;
        const V xi = hn::Load(d, x + i * lanes);
        const V square = hn::Mul(xi, xi);
        const V k6 = hn::Set(d, p[4] / T(6)), kDuff = hn::Set(d, p[3] / T(4)), kLin = hn::Set(d, p[1] / T(2));
        const V even = hn::MulAdd(hn::MulAdd(k6, square, kDuff), square, kLin);
        total = hn::MulAdd(even, square, hn::MulAdd(hn::Set(d, p[0]), xi, total));
    }
    for (const EdgeTiling::Tile& tile : layout.getTiling().getTiles())
        for (int r = 0; r < tile.numRows; ++r) {
            const int* columns = layout.getTiling().getColumns().data() + tile.firstColumn;
            const T* p = packed + layout.getTileOffset(tile) + r;
            const V xi = hn::Load(d, x + tile.rows[r] * lanes);
            V optomech = hn::Zero(d);
            for (int c = 0; c < tile.numColumns; ++c, p += BatchLayout::slotTerms * tile.numRows) {
                const V xj = hn::Load(d, x + columns[c] * lanes);
                const V distance = hn::Sub(xi, xj);
                const V halfSquare = hn::Mul(hn::Mul(distance, distance), half);
                const V stiffness = hn::MulAdd(hn::Set(d, p[2 * tile.numRows]), halfSquare, hn::Set(d, p[0]));
                total = hn::MulAdd(stiffness, halfSquare, total);
                optomech = hn::MulAdd(hn::Set(d, p[tile.numRows]), xj, optomech);
            }
            total = hn::MulAdd(hn::Mul(xi, xi), optomech, total);
        }
    hn::Store(total, d, energies);
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#endif
