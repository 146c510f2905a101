#include "openmmoscillators/learning/SchwarzPreconditioner.h"

#include "openmmoscillators/network/NetworkParameters.h"
#include "openmmoscillators/network/ThreadPool.h"
#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>

namespace OpenMMOscillators {

namespace {

/** The normal matrix on the parameters of a patch. */
Eigen::MatrixXf blockOf(const LocalMoments& moments, int index, double ridge) {
    const ParameterPatches& patches = moments.getPatches();
    const ParameterPatches::Patch& patch = patches.getPatch(index);
    const int size = static_cast<int>(patch.parameters.size());
    Eigen::MatrixXf result = Eigen::Map<const Eigen::MatrixXf, 0, Eigen::OuterStride<>>(
        moments.getBlock(index), size, size, Eigen::OuterStride<>(moments.getStride(index)));
    // The parameters of an edge also act on the oscillator at its other end.
    for (const int e : patch.edges) {
        const int end = moments.getNetwork().getEdges()[e].first == patch.oscillator ? 0 : 1;
        const ParameterPatches::Place here = patches.getPlaces(e)[end], there = patches.getPlaces(e)[1 - end];
        for (int a = 0; a < numEdgeFamilies; ++a)
            for (int b = 0; b < numEdgeFamilies; ++b)
                result(here.position + a, here.position + b) +=
                    moments.get(there.patch, there.position + a, there.position + b);
    }
    // In float, an exactly singular block (a uniform mode, say) needs some ridge of its own.
    result.diagonal() *= 1.0F + static_cast<float>(std::max(ridge, 1e-4));
    return result;
}

} // namespace

struct SchwarzPreconditioner::Blocks {
    std::vector<std::vector<int>> parameters; // free ones of each block
    std::vector<Eigen::LLT<Eigen::MatrixXf>> factors;
    int numParameters = 0;
};

SchwarzPreconditioner::SchwarzPreconditioner(ThreadPool& threadPool) : blocks(new Blocks), threads(threadPool) {}

SchwarzPreconditioner::~SchwarzPreconditioner() = default;

void SchwarzPreconditioner::factorise(const LocalMoments& moments, const std::vector<char>& isFree, double ridge) {
    const int count = moments.getPatches().getNumPatches();
    blocks->numParameters = moments.getPatches().getNumParameters();
    blocks->parameters.assign(count, {});
    blocks->factors.resize(count);
    threads.run(count, [&](int i) {
        const Eigen::MatrixXf whole = blockOf(moments, i, ridge);
        const std::vector<int>& all = moments.getPatches().getPatch(i).parameters;
        std::vector<int> kept;
        for (std::size_t a = 0; a < all.size(); ++a)
            if (isFree[all[a]]) {
                kept.push_back(static_cast<int>(a));
                blocks->parameters[i].push_back(all[a]);
            }
        blocks->factors[i].compute(Eigen::MatrixXf(whole(kept, kept)));
    });
}

void SchwarzPreconditioner::apply(const double* r, double* z) const {
    std::vector<Eigen::VectorXf> solutions(blocks->parameters.size());
    threads.run(static_cast<int>(solutions.size()), [&](int i) {
        const std::vector<int>& mine = blocks->parameters[i];
        solutions[i].resize(static_cast<Eigen::Index>(mine.size()));
        for (std::size_t a = 0; a < mine.size(); ++a)
            solutions[i][a] = static_cast<float>(r[mine[a]]);
        blocks->factors[i].solveInPlace(solutions[i]);
    });
    std::fill(z, z + blocks->numParameters, 0.0);
    for (std::size_t i = 0; i < solutions.size(); ++i)
        for (std::size_t a = 0; a < blocks->parameters[i].size(); ++a)
            z[blocks->parameters[i][a]] += solutions[i][a];
}

} // namespace OpenMMOscillators
