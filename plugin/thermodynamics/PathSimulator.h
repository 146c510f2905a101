#pragma once

#include "openmmoscillators/thermodynamics/DiffusionProcess.h"
#include "openmmoscillators/thermodynamics/PathEnsemble.h"
#include <cstdint>
#include <vector>

namespace OpenMMOscillators {

/**
 * Runs many paths of a process by Euler-Maruyama and keeps their thermodynamics as running sums: millions of paths need
 * no memory but their ends. Noise is counter-based: the normal of dimension i of path n at step k is CounterNoise's
 * with step k, stream i, index n. Results do not depend on the number of threads.
 *
 * A long run may be cut: run() on a part of the grid, then on the next one from the final states with firstStep set to
 * the steps done, gives the same paths as one run. Clones are the same start with different seeds.
 */
class PathSimulator {
public:
    /**
     * @param diffusionProcess  must outlive the simulator
     * @param gridTimes         the chain's times, strictly increasing, at least two
     * @throws std::invalid_argument
     */
    PathSimulator(const DiffusionProcess& diffusionProcess, std::vector<double> gridTimes);
    const std::vector<double>& getTimes() const { return times; }
    void setRandomNumberSeed(std::uint64_t value) { seed = value; }
    /** 0 (the default): as many as the machine runs at once. @throws std::invalid_argument if negative */
    void setNumThreads(int threads);
    /** Whether to measure work and energy too (default), which a driven process pays for with an energy a step. */
    void setMeasuresWork(bool value) { measuresWork = value; }
    /**
     * Whether a path that leaves the range of numbers is marked, with every result of it not-a-number, instead of
     * ending the run with an error (the default). Sextic energies far from their wells outrun any explicit step.
     */
    void setMarksEscapes(bool value) { marksEscapes = value; }
    /**
     * @param initialStates  [path][dimension]
     * @param firstStep      of the noise: steps that led to the initial states
     * @throws std::invalid_argument if the size is no multiple of the dimension
     * @throws std::runtime_error if a path leaves the range of numbers and escapes are not marked: the step is too
     *         large for the force
     */
    PathEnsemble run(const std::vector<double>& initialStates, std::uint64_t firstStep = 0) const;

private:
    void finishPaths(PathEnsemble& ensemble, std::size_t firstPath, std::size_t count, std::size_t stride,
                     const double* x) const;
    void runBlock(PathEnsemble& ensemble, std::size_t firstPath, std::uint64_t firstStep) const;

    const DiffusionProcess& process;
    std::vector<double> times;
    std::uint64_t seed = 1;
    int numThreads = 0;
    bool measuresWork = true;
    bool marksEscapes = false;
};

} // namespace OpenMMOscillators
