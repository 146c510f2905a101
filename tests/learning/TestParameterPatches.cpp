// The patches that bound the memory of learning, and the preconditioner that works on them.

#include "learning/LearningSupport.h"
#include "openmmoscillators/learning/ConjugateGradient.h"
#include "openmmoscillators/learning/LocalMoments.h"
#include "openmmoscillators/learning/SampleSlice.h"
#include "openmmoscillators/learning/SchwarzPreconditioner.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <set>

using namespace OpenMMOscillators;
using namespace OpenMMOscillators::LearningSupport;

namespace {

/** Values in the blocks of all patches. */
std::size_t countEntries(const ParameterPatches& patches) {
    std::size_t entries = 0;
    for (int p = 0; p < patches.getNumPatches(); ++p)
        entries += patches.getPatch(p).parameters.size() * patches.getPatch(p).parameters.size();
    return entries;
}

/** Iterations of conjugate gradients to 1e-3 with patches of at most so many edges. */
int iterationsWithPatches(int mostEdges) {
    constexpr double ridge = 0.01;
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(6, 6, 3);
    const NoisingProcess process(1.0, 0.1);
    const NoisedDataSource source(network, process, {0.15}, clusters(36, 1000, 1), 0, 2);
    const BatchArithmetic<float> arithmetic(network);
    ThreadPool threads(2);
    SampleSlice slice(arithmetic, threads);
    slice.load(source, 0);
    LocalMoments moments(network, mostEdges);
    moments.measure(slice, slice.getNumSamples(), threads);
    SchwarzPreconditioner preconditioner(threads);
    const std::vector<char> isFree(network.getNumParameters(), 1);
    preconditioner.factorise(moments, isFree, ridge);
    const std::vector<double> diagonal = slice.diagonal();
    const ConjugateGradient solver(
        [&](const double* in, double* out) {
            slice.multiply(in, out);
            for (std::size_t a = 0; a < diagonal.size(); ++a)
                out[a] += ridge * diagonal[a] * in[a];
        },
        [&](const double* in, double* out) { preconditioner.apply(in, out); }, diagonal);
    LinearState state{std::vector<double>(isFree.size(), 0.0), slice.energyTerms()};
    return solver.solve(state, isFree, 1e-3 * solver.norm(state.residual, isFree), 1000);
}

} // namespace

TEST(ParameterPatches, HoldEveryEdgeOnceForEachOfItsOscillators) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(5, 4, 2);
    const ParameterLayout layout(network);
    const ParameterPatches patches(network, 7);
    EXPECT_GT(patches.getNumPatches(), network.getNumOscillators());
    std::set<std::pair<int, int>> seen; // an edge, and the oscillator for which it is in a patch
    for (int p = 0; p < patches.getNumPatches(); ++p) {
        const ParameterPatches::Patch& patch = patches.getPatch(p);
        EXPECT_LE(patch.edges.size(), 7u);
        ASSERT_EQ(patch.parameters.size(), 4 + 3 * patch.edges.size());
        EXPECT_EQ(patch.parameters[0], layout.getOffset(ParameterFamily::KLin) + patch.oscillator);
        for (const int e : patch.edges) {
            const auto [first, second] = network.getEdges()[e];
            ASSERT_TRUE(patch.oscillator == first || patch.oscillator == second);
            EXPECT_TRUE(seen.insert({e, patch.oscillator}).second);
            const ParameterPatches::Place place = patches.getPlaces(e)[patch.oscillator == first ? 0 : 1];
            EXPECT_EQ(place.patch, p);
            EXPECT_EQ(patch.parameters[place.position], layout.getOffset(ParameterFamily::CLin) + e);
            EXPECT_EQ(patch.parameters[place.position + 2], layout.getOffset(ParameterFamily::CDuff) + e);
        }
    }
    EXPECT_EQ(seen.size(), 2u * network.getNumEdges());
}

TEST(ParameterPatches, AreWholeOscillatorsIfTheyMayBe) {
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(3, 3, 2);
    const ParameterPatches patches(network, 8);
    ASSERT_EQ(patches.getNumPatches(), 9);
    EXPECT_EQ(countEntries(patches), 9u * 28 * 28);
    OscillatorNetwork alone;
    alone.addOscillator(0.0, 0.0);
    EXPECT_EQ(ParameterPatches(alone, 8).getPatch(0).parameters.size(), 4u);
}

TEST(ParameterPatches, BoundTheMemoryOfLargeNetworks) {
    // Moments and factors, 4 bytes each, of 28 x 28 at range 14 are to leave room for all else in 8 GB; an edge is in
    // two patches and its three parameters meet at most 4 + 3 mostEdges others there.
    const OscillatorNetwork network = OscillatorNetwork::squareLattice(28, 28, 14);
    const std::size_t entries = countEntries(ParameterPatches(network, 48));
    EXPECT_LT(8 * entries, 1400000000u);
    EXPECT_GT(8 * countEntries(ParameterPatches(network, 784)), 12000000000u); // the reason for patches
}

TEST(ParameterPatches, HardlySlowConjugateGradientsDown) {
    const int whole = iterationsWithPatches(48), cut = iterationsWithPatches(12);
    EXPECT_GT(whole, 5);
    EXPECT_LE(cut, 1.2 * whole) << "of " << whole << " with one patch an oscillator";
}
