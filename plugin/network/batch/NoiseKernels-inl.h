// The normals of CounterNoise for a panel. Included once for every instruction set by hwy/foreach_target.h.

#include <cstdint>
#include <hwy/highway.h>
#include <type_traits>

#if defined(OPENMMOSCILLATORS_NOISEKERNELS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef OPENMMOSCILLATORS_NOISEKERNELS_INL_H
#undef OPENMMOSCILLATORS_NOISEKERNELS_INL_H
#else
#define OPENMMOSCILLATORS_NOISEKERNELS_INL_H
#endif

HWY_BEFORE_NAMESPACE();
namespace OpenMMOscillators {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
using EnableForFloat = std::enable_if_t<std::is_same_v<hn::TFromD<D>, float>, int>;
template <class D>
using EnableForDouble = std::enable_if_t<std::is_same_v<hn::TFromD<D>, double>, int>;

/** Words of 32 bits, each in the lower half of a 64-bit lane; what is in the upper half does not matter. */
using WordTag = hn::ScalableTag<std::uint64_t>;
using Words = hn::Vec<WordTag>;

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE Words multiplyWords(Words a, Words b) {
    return hn::Set(WordTag(), (hn::GetLane(a) & 0xFFFFFFFFu) * (hn::GetLane(b) & 0xFFFFFFFFu));
}
#else
HWY_INLINE Words multiplyWords(Words a, Words b) {
    const hn::Repartition<std::uint32_t, WordTag> d;
    return hn::MulEven(hn::BitCast(d, a), hn::BitCast(d, b));
}
#endif

struct WordBlock {
    Words w0, w1, w2, w3;
};

/** Philox4x32-10: Salmon, Moraes, Dror, Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC11), as in Random123. */
HWY_INLINE WordBlock philox(WordBlock counter, std::uint64_t seed) {
    const WordTag d;
    const Words multiplier0 = hn::Set(d, 0xD2511F53u), multiplier1 = hn::Set(d, 0xCD9E8D57u);
    auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const Words product0 = multiplyWords(counter.w0, multiplier0);
        const Words product1 = multiplyWords(counter.w2, multiplier1);
        counter = {hn::Xor3(hn::ShiftRight<32>(product1), counter.w1, hn::Set(d, std::uint64_t{key0})), product1,
                   hn::Xor3(hn::ShiftRight<32>(product0), counter.w3, hn::Set(d, std::uint64_t{key1})), product0};
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
    return counter;
}

template <class V>
struct Pair {
    V first, second;
};

/** sqrt(-2 ln((w + 1/2) 2^-32)) */
template <class D, EnableForFloat<D> = 0>
HWY_INLINE hn::Vec<D> boxMullerRadius(D d, hn::Vec<hn::RebindToUnsigned<D>> words) {
    using V = hn::Vec<D>;
    const hn::RebindToSigned<D> di;
    const hn::RebindToUnsigned<D> du;
    // u or 1 - u, whichever is smaller: near u = 1 the logarithm would lose its digits in 1 - u.
    const auto bits = hn::BitCast(di, words);
    const auto smaller = hn::ConvertTo(d, hn::Xor(bits, hn::BroadcastSignBit(bits)));
    const V t = hn::Mul(hn::Add(smaller, hn::Set(d, 0.5f)), hn::Set(d, 0x1p-32f));
    const V u =
        hn::IfThenElse(hn::MaskFromVec(hn::BitCast(d, hn::BroadcastSignBit(bits))), hn::Sub(hn::Set(d, 1.0f), t), t);
    // u = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2)
    const auto uBits = hn::BitCast(du, u);
    const auto biased = hn::ShiftRight<23>(hn::Add(uBits, hn::Set(du, 0x3F800000u - 0x3F3504F3u)));
    const auto exponent = hn::Sub(hn::BitCast(di, biased), hn::Set(di, 127));
    const V mantissa = hn::BitCast(d, hn::Sub(hn::BitCast(di, uBits), hn::ShiftLeft<23>(exponent)));
    const V k = hn::ConvertTo(d, exponent);
    const V f = hn::IfThenElse(hn::Eq(k, hn::Zero(d)), hn::Neg(t), hn::Sub(mantissa, hn::Set(d, 1.0f)));
    // ln(1 + f) by the polynomial of Cephes (Moshier), logf.
    V p = hn::MulAdd(hn::Set(d, 7.0376836292e-2f), f, hn::Set(d, -1.1514610310e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 1.1676998740e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, -1.2420140846e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 1.4249322787e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, -1.6668057665e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 2.0000714765e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, -2.4999993993e-1f));
    p = hn::MulAdd(p, f, hn::Set(d, 3.3333331174e-1f));
    const V square = hn::Mul(f, f);
    const V tail = hn::MulAdd(hn::Mul(f, p), square, hn::Mul(hn::Set(d, -0.5f), square));
    const V logarithm = hn::MulAdd(k, hn::Set(d, 0.693147180559945f), hn::Add(f, tail));
    return hn::Sqrt(hn::Mul(hn::Set(d, -2.0f), logarithm));
}

/** An integer below 2^52 as a number: set into the mantissa of 2^52. */
template <class D>
HWY_INLINE hn::Vec<D> toDouble(D d, Words integer) {
    const hn::RebindToUnsigned<D> du;
    return hn::Sub(hn::BitCast(d, hn::Or(integer, hn::Set(du, 0x4330000000000000u))), hn::Set(d, 0x1p52));
}

template <class D, EnableForDouble<D> = 0>
HWY_INLINE hn::Vec<D> boxMullerRadius(D d, Words words) {
    using V = hn::Vec<D>;
    const hn::RebindToUnsigned<D> du;
    const V whole = toDouble(d, hn::And(words, hn::Set(du, 0xFFFFFFFFu)));
    const V u = hn::Mul(hn::Add(whole, hn::Set(d, 0.5)), hn::Set(d, 0x1p-32));
    // u = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2)
    const auto bits = hn::BitCast(du, u);
    const auto biased = hn::ShiftRight<52>(hn::Add(bits, hn::Set(du, 0x3FF0000000000000u - 0x3FE6A09E667F3BCDu)));
    const V k = hn::Sub(toDouble(d, biased), hn::Set(d, 1023.0));
    const auto exponentBits = hn::ShiftLeft<52>(hn::Sub(biased, hn::Set(du, 1023u)));
    const V f = hn::Sub(hn::BitCast(d, hn::Sub(bits, exponentBits)), hn::Set(d, 1.0));
    // ln(1 + f) as in fdlibm (Sun Microsystems), e_log.c.
    const V s = hn::Div(f, hn::Add(hn::Set(d, 2.0), f));
    const V z = hn::Mul(s, s);
    V p = hn::MulAdd(hn::Set(d, 1.479819860511658591e-01), z, hn::Set(d, 1.531383769920937332e-01));
    p = hn::MulAdd(p, z, hn::Set(d, 1.818357216161805012e-01));
    p = hn::MulAdd(p, z, hn::Set(d, 2.222219843214978396e-01));
    p = hn::MulAdd(p, z, hn::Set(d, 2.857142874366239149e-01));
    p = hn::MulAdd(p, z, hn::Set(d, 3.999999999940941908e-01));
    p = hn::MulAdd(p, z, hn::Set(d, 6.666666666666735130e-01));
    const V halfSquare = hn::Mul(hn::Mul(f, f), hn::Set(d, 0.5));
    const V low = hn::MulAdd(s, hn::MulAdd(p, z, halfSquare), hn::Mul(k, hn::Set(d, 1.90821492927058770002e-10)));
    const V logarithm = hn::MulAdd(k, hn::Set(d, 6.93147180369123816490e-01), hn::Sub(f, hn::Sub(halfSquare, low)));
    return hn::Sqrt(hn::Mul(hn::Set(d, -2.0), logarithm));
}

/** Sine and cosine of x in [-pi/4, pi/4]: the polynomials of Cephes (float) and of fdlibm (double). */
template <class D, class V = hn::Vec<D>, EnableForFloat<D> = 0>
HWY_INLINE Pair<V> sineCosine(D d, V x) {
    const V z = hn::Mul(x, x);
    V sine = hn::MulAdd(hn::Set(d, -1.9515295891e-4f), z, hn::Set(d, 8.3321608736e-3f));
    sine = hn::MulAdd(sine, z, hn::Set(d, -1.6666654611e-1f));
    V cosine = hn::MulAdd(hn::Set(d, 2.443315711809948e-5f), z, hn::Set(d, -1.388731625493765e-3f));
    cosine = hn::MulAdd(cosine, z, hn::Set(d, 4.166664568298827e-2f));
    const V one = hn::NegMulAdd(z, hn::Set(d, 0.5f), hn::Set(d, 1.0f));
    return {hn::MulAdd(hn::Mul(sine, z), x, x), hn::MulAdd(hn::Mul(cosine, z), z, one)};
}
template <class D, class V = hn::Vec<D>, EnableForDouble<D> = 0>
HWY_INLINE Pair<V> sineCosine(D d, V x) {
    const V z = hn::Mul(x, x);
    V sine = hn::MulAdd(hn::Set(d, 1.58969099521155010221e-10), z, hn::Set(d, -2.50507602534068634195e-08));
    sine = hn::MulAdd(sine, z, hn::Set(d, 2.75573137070700676789e-06));
    sine = hn::MulAdd(sine, z, hn::Set(d, -1.98412698298579493134e-04));
    sine = hn::MulAdd(sine, z, hn::Set(d, 8.33333333332248946124e-03));
    sine = hn::MulAdd(sine, z, hn::Set(d, -1.66666666666666324348e-01));
    V cosine = hn::MulAdd(hn::Set(d, -1.13596475577881948265e-11), z, hn::Set(d, 2.08757232129817482790e-09));
    cosine = hn::MulAdd(cosine, z, hn::Set(d, -2.75573143513906633035e-07));
    cosine = hn::MulAdd(cosine, z, hn::Set(d, 2.48015872894767294178e-05));
    cosine = hn::MulAdd(cosine, z, hn::Set(d, -1.38888888888741095749e-03));
    cosine = hn::MulAdd(cosine, z, hn::Set(d, 4.16666666666666019037e-02));
    const V one = hn::NegMulAdd(z, hn::Set(d, 0.5), hn::Set(d, 1.0));
    return {hn::MulAdd(hn::Mul(sine, z), x, x), hn::MulAdd(hn::Mul(cosine, z), z, one)};
}

/** 2 pi rest 2^-32 for a rest in [0, 2^30) that stands for [-2^29, 2^29). */
template <class D, EnableForFloat<D> = 0>
HWY_INLINE hn::Vec<D> angleOfRest(D d, hn::Vec<hn::RebindToUnsigned<D>> rest) {
    const hn::RebindToSigned<D> di;
    const auto centred = hn::Sub(hn::BitCast(di, rest), hn::Set(di, 0x20000000));
    return hn::Mul(hn::ConvertTo(d, centred), hn::Set(d, 1.4629180792671596e-9f));
}
template <class D, EnableForDouble<D> = 0>
HWY_INLINE hn::Vec<D> angleOfRest(D d, Words rest) {
    return hn::Mul(hn::Sub(toDouble(d, rest), hn::Set(d, 0x1p29)), hn::Set(d, 1.4629180792671596e-9));
}

/**
 * r cos a and r sin a. The angle a = 2 pi w 2^-32 is reduced in integers, hence exactly: a quadrant and a rest in
 * [-pi/4, pi/4].
 */
template <class D, class V = hn::Vec<D>>
HWY_INLINE Pair<V> boxMuller(D d, hn::Vec<hn::RebindToUnsigned<D>> radialWords,
                             hn::Vec<hn::RebindToUnsigned<D>> angularWords) {
    using T = hn::TFromD<D>;
    const hn::RebindToUnsigned<D> du;
    using U = hn::TFromD<decltype(du)>;
    constexpr int signBit = 8 * sizeof(T) - 1;
    const V radius = boxMullerRadius(d, radialWords);
    const auto shifted = hn::Add(angularWords, hn::Set(du, U{0x20000000}));
    const auto quadrant = hn::ShiftRight<30>(shifted);
    const Pair<V> rest = sineCosine(d, angleOfRest(d, hn::And(shifted, hn::Set(du, U{0x3FFFFFFF}))));
    const auto swap = hn::MaskFromVec(hn::BitCast(d, hn::Sub(hn::Zero(du), hn::And(quadrant, hn::Set(du, U{1})))));
    const V cosine = hn::IfThenElse(swap, rest.first, rest.second);
    const V sine = hn::IfThenElse(swap, rest.second, rest.first);
    const auto two = hn::Set(du, U{2});
    const auto cosineSign = hn::ShiftLeft<signBit - 1>(hn::And(hn::Add(quadrant, hn::Set(du, U{1})), two));
    const auto sineSign = hn::ShiftLeft<signBit - 1>(hn::And(quadrant, two));
    return {hn::Mul(radius, hn::Xor(cosine, hn::BitCast(d, cosineSign))),
            hn::Mul(radius, hn::Xor(sine, hn::BitCast(d, sineSign)))};
}

/** A word for every lane of a panel's vector: of float in two vectors, the even and the odd lanes. */
struct LaneWords {
    Words even, odd;
};
HWY_INLINE LaneWords sameWord(std::uint32_t word) {
    const Words all = hn::Set(WordTag(), std::uint64_t{word});
    return {all, all};
}

/** Four words of CounterNoise a lane, as unsigned lanes of the panel's type. */
template <class DU>
struct PanelWords {
    hn::Vec<DU> w0, w1, w2, w3;
};

HWY_INLINE WordBlock drawWords(Words blocks, Words streams, std::uint64_t step, std::uint64_t seed) {
    const WordTag d;
    return philox({blocks, streams, hn::Set(d, step & 0xFFFFFFFFu), hn::Set(d, step >> 32)}, seed);
}

#if HWY_TARGET == HWY_SCALAR

template <class D>
HWY_INLINE LaneWords loadWords(D /*d*/, const std::uint32_t* words) {
    return sameWord(*words);
}

template <class D, class DU = hn::RebindToUnsigned<D>>
HWY_INLINE PanelWords<DU> panelWords(D /*d*/, std::uint64_t seed, std::uint64_t step, LaneWords blocks,
                                     LaneWords streams) {
    using U = hn::TFromD<DU>;
    const DU du;
    const WordBlock w = drawWords(blocks.even, streams.even, step, seed);
    const auto lower = [du](Words words) { return hn::Set(du, static_cast<U>(hn::GetLane(words) & 0xFFFFFFFFu)); };
    return {lower(w.w0), lower(w.w1), lower(w.w2), lower(w.w3)};
}

#else

template <class D, EnableForDouble<D> = 0>
HWY_INLINE LaneWords loadWords(D /*d*/, const std::uint32_t* words) {
    const WordTag wide;
    const Words all = hn::PromoteTo(wide, hn::LoadU(hn::Rebind<std::uint32_t, WordTag>(), words));
    return {all, all};
}
template <class D, EnableForFloat<D> = 0>
HWY_INLINE LaneWords loadWords(D /*d*/, const std::uint32_t* words) {
    const Words both = hn::BitCast(WordTag(), hn::LoadU(hn::RebindToUnsigned<D>(), words));
    return {both, hn::ShiftRight<32>(both)};
}

template <class D, class DU = hn::RebindToUnsigned<D>, EnableForDouble<D> = 0>
HWY_INLINE PanelWords<DU> panelWords(D /*d*/, std::uint64_t seed, std::uint64_t step, LaneWords blocks,
                                     LaneWords streams) {
    const WordBlock w = drawWords(blocks.even, streams.even, step, seed);
    const Words lower = hn::Set(DU(), 0xFFFFFFFFu);
    return {hn::And(w.w0, lower), hn::And(w.w1, lower), hn::And(w.w2, lower), hn::And(w.w3, lower)};
}
template <class D, class DU = hn::RebindToUnsigned<D>, EnableForFloat<D> = 0>
HWY_INLINE PanelWords<DU> panelWords(D /*d*/, std::uint64_t seed, std::uint64_t step, LaneWords blocks,
                                     LaneWords streams) {
    const DU du;
    const WordBlock even = drawWords(blocks.even, streams.even, step, seed);
    const WordBlock odd = drawWords(blocks.odd, streams.odd, step, seed);
    const auto merge = [du](Words e, Words o) {
        return hn::OddEven(hn::BitCast(du, hn::ShiftLeft<32>(o)), hn::BitCast(du, e));
    };
    return {merge(even.w0, odd.w0), merge(even.w1, odd.w1), merge(even.w2, odd.w2), merge(even.w3, odd.w3)};
}

#endif

template <typename T>
void normals(std::uint64_t seed, std::uint64_t step, const std::uint32_t* streams, int numOscillators, T* values) {
    const hn::ScalableTag<T> d;
    const std::size_t lanes = hn::Lanes(d);
    const LaneWords laneStreams = loadWords(d, streams);
    for (int i = 0; i < numOscillators; i += 4, values += 4 * lanes) {
        const auto words = panelWords(d, seed, step, sameWord(static_cast<std::uint32_t>(i / 4)), laneStreams);
        const auto first = boxMuller(d, words.w0, words.w1);
        const auto second = boxMuller(d, words.w2, words.w3);
        hn::Store(first.first, d, values);
        hn::Store(first.second, d, values + lanes);
        hn::Store(second.first, d, values + 2 * lanes);
        hn::Store(second.second, d, values + 3 * lanes);
    }
}

} // namespace HWY_NAMESPACE
} // namespace OpenMMOscillators
HWY_AFTER_NAMESPACE();

#endif
