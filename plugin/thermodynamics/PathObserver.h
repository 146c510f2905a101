#pragma once

#include "openmmoscillators/thermodynamics/DiffusionProcess.h"
#include "openmmoscillators/thermodynamics/PathEnsemble.h"
#include <vector>

namespace OpenMMOscillators {

/**
 * Measures heat, work and entropy along paths that something else makes, from one frame of all of them after the other:
 * a recording, a Context, a laboratory. Force and energy are those of the process at the frames' states and times, with
 * the sums of PathSimulator; nothing but the last frame is kept.
 *
 * The exact ratio of path probabilities exists only where every frame is one Euler-Maruyama step after the last.
 * Otherwise PathEnsemble::environmentEntropy stays empty and the Stratonovich sums, which converge with the frames'
 * distance, are what there is.
 */
class PathObserver {
public:
    /**
     * @param diffusionProcess  must outlive the observer
     * @param everyStep         true if frames are consecutive steps of an Euler-Maruyama chain of this process
     * @param relativeMobility  mu in dx = mu f dt + sqrt(2 mu kT) dW: 1 / (mass * friction), kT =
     * process.getDiffusion()
     * @throws std::invalid_argument if the mobility is not positive
     */
    PathObserver(const DiffusionProcess& diffusionProcess, bool everyStep, double relativeMobility = 1.0);
    /**
     * Name coordinates that something else moves, as ClampedPaths do: what moves them does the work -f o dx, and they
     * give no heat. Before the first frame.
     * @param coordinates  path * dimension + i for coordinate i of a path
     * @throws std::invalid_argument if there is a frame already, or one is negative
     */
    void hold(std::vector<int> coordinates);
    /**
     * @param time    in ps, later than the last frame's
     * @param states  [path][dimension], as many paths as before
     * @throws std::invalid_argument
     */
    void observe(double time, const std::vector<double>& states);
    int getNumFrames() const { return numFrames; }
    /** What has been measured so far. @throws std::invalid_argument with fewer than two frames */
    PathEnsemble getEnsemble() const;

private:
    void checkFrame(double time, const std::vector<double>& states) const;
    void addBlock(double newTime, const std::vector<double>& states, std::vector<double>& forces,
                  std::size_t firstPath);

    const DiffusionProcess& process;
    bool exact;
    double mobility;
    int numFrames = 0;
    double lastTime = 0.0;
    std::vector<double> lastStates, lastForces; // [path][dimension]
    std::vector<double> initialEnergies, energies;
    std::vector<int> held; // ascending
    PathEnsemble sums;
};

} // namespace OpenMMOscillators
