#pragma once

#include <vector>

namespace OpenMMOscillators {

/** What independent paths of one process gave, one entry a path; energies in the unit of kT, entropies in k. */
struct PathEnsemble {
    int numPaths = 0;
    int dimension = 0;
    double thermalEnergy = 1.0;        // kT = D
    std::vector<double> initialStates; // [path][dimension]
    std::vector<double> finalStates;   // [path][dimension]
    /**
     * Delta S_env of the chain: ln of the ratio of its forward and backward transition densities (PathEntropy.h). Empty
     * if there is none: frames several steps apart, or steps that are not Euler-Maruyama.
     */
    std::vector<double> environmentEntropy;
    /** The Stratonovich sum of f o dx / kT, which converges to it with the step size. */
    std::vector<double> stratonovichEntropy;
    /** W = sum over steps of the mean of U(x, t') - U(x, t) at both ends; empty if it was not measured. */
    std::vector<double> work;
    /** U(x_T, T) - U(x_0, 0); empty if it was not measured. */
    std::vector<double> energyChange;

    /**
     * Heat given to the bath, Q = W - Delta U: the first law, closed per path.
     * @throws std::invalid_argument if the work was not measured
     */
    std::vector<double> getHeat() const;
    /**
     * The work that obeys Jarzynski's equality and Crooks' theorem at any step size: Delta U + kT Delta S_env. It
     * differs from W by what the chain's steps do on the system (shadow work: Sivak, Chodera, Crooks, PRX 3, 011007
     * (2013)).
     * @throws std::invalid_argument if the energy was not measured, or there is no exact ratio
     */
    std::vector<double> getChainWork() const;
    /**
     * Delta S_tot = Delta S_env + initial - final log-density, per path.
     * @param initialLogDensities  ln p(x_0), one a path
     * @param finalLogDensities    ln q(x_T), q any normalised density; the ensemble's own gives the entropy production
     * @throws std::invalid_argument if there is no exact ratio, or not one log-density for each path
     */
    std::vector<double> getTotalEntropy(const std::vector<double>& initialLogDensities,
                                        const std::vector<double>& finalLogDensities) const;

private:
    void checkRatio(const char* caller) const;
};

} // namespace OpenMMOscillators
