#pragma once

#include "openmmoscillators/learning/LocalMoments.h"
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/**
 * Overlapping additive Schwarz preconditioner of the normal matrix E[Phi^T Phi] + ridge diag: one block a patch of
 * parameters that act on an oscillator, so that the parameters of an edge are in two blocks. The blocks' solutions are
 * added.
 */
class SchwarzPreconditioner {
public:
    explicit SchwarzPreconditioner(ThreadPool& threadPool);
    ~SchwarzPreconditioner();

    /**
     * Factorise the blocks.
     * @param moments  measured
     * @param isFree   P flags: parameters that are held fixed are left out
     * @param ridge    times the diagonal is added to the diagonal
     */
    void factorise(const LocalMoments& moments, const std::vector<char>& isFree, double ridge);
    /** z = B^-1 r for the free parameters, 0 for the others; P values each. */
    void apply(const double* r, double* z) const;

private:
    struct Blocks;
    std::unique_ptr<Blocks> blocks;
    ThreadPool& threads;
};

} // namespace OpenMMOscillators
