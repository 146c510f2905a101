#include "openmmoscillators/learning/SchwarzPreconditioner.h"

#include "openmmoscillators/learning/ThreadPool.h"
#include "openmmoscillators/network/NetworkParameters.h"
#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <array>

namespace OpenMMOscillators {

struct SchwarzPreconditioner::Blocks {
    /** Where the three parameters of an edge begin in the block of each of its two oscillators. */
    std::vector<std::array<int, 2>> edgePosition;
    std::vector<std::vector<int>> edgesOf;
    std::vector<std::pair<int, int>> edges;
    std::vector<std::vector<int>> parameters; // free ones of each block
    std::vector<Eigen::LLT<Eigen::MatrixXf>> factors;
    int numParameters = 0;

    Eigen::MatrixXf matrix(const LocalMoments& moments, int oscillator, double ridge) const;
};

SchwarzPreconditioner::SchwarzPreconditioner(const OscillatorNetwork& network, ThreadPool& threadPool)
    : blocks(new Blocks), threads(threadPool) {
    blocks->edges = network.getEdges();
    blocks->edgePosition.resize(network.getNumEdges());
    blocks->edgesOf.resize(network.getNumOscillators());
    blocks->parameters.resize(network.getNumOscillators());
    blocks->factors.resize(network.getNumOscillators());
    blocks->numParameters = network.getNumParameters();
    for (int e = 0; e < network.getNumEdges(); ++e) {
        const std::array<int, 2> ends = {network.getEdges()[e].first, network.getEdges()[e].second};
        for (int k = 0; k < 2; ++k) {
            std::vector<int>& mine = blocks->edgesOf[ends[k]];
            blocks->edgePosition[e][k] = numOscillatorFamilies + numEdgeFamilies * static_cast<int>(mine.size());
            mine.push_back(e);
        }
    }
}

SchwarzPreconditioner::~SchwarzPreconditioner() = default;

Eigen::MatrixXf SchwarzPreconditioner::Blocks::matrix(const LocalMoments& moments, int oscillator, double ridge) const {
    const int size = static_cast<int>(moments.getParameters(oscillator).size());
    Eigen::MatrixXf result(size, size);
    for (int b = 0; b < size; ++b)
        for (int a = 0; a < size; ++a)
            result(a, b) = static_cast<float>(moments.get(oscillator, a, b));
    // The parameters of an edge also act on the oscillator at its other end.
    for (const int e : edgesOf[oscillator]) {
        const int here = edges[e].first == oscillator ? 0 : 1;
        const int other = here == 0 ? edges[e].second : edges[e].first;
        for (int a = 0; a < numEdgeFamilies; ++a)
            for (int b = 0; b < numEdgeFamilies; ++b)
                result(edgePosition[e][here] + a, edgePosition[e][here] + b) += static_cast<float>(
                    moments.get(other, edgePosition[e][1 - here] + a, edgePosition[e][1 - here] + b));
    }
    // In float, an exactly singular block (a uniform mode, say) needs some ridge of its own.
    result.diagonal() *= 1.0F + static_cast<float>(std::max(ridge, 1e-4));
    return result;
}

void SchwarzPreconditioner::factorise(const LocalMoments& moments, const std::vector<char>& isFree, double ridge) {
    threads.run(moments.getNumOscillators(), [&](int i) {
        const Eigen::MatrixXf whole = blocks->matrix(moments, i, ridge);
        const std::vector<int>& all = moments.getParameters(i);
        std::vector<int> kept;
        blocks->parameters[i].clear();
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
