#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include <set>
#include <utility>
#include <vector>

namespace OpenMMOscillators {

/**
 * Oscillators that are held to given paths instead of being integrated, replica by replica: an actuated element of an
 * apparatus, the known part of a picture, or a code that generation is conditioned on. They still exert their couplings
 * on the others.
 *
 * A path is a table of displacements over a grid of times that all paths share, linear between times, and held before
 * the first and after the last.
 */
class ClampedPaths {
public:
    struct Path {
        int replica, oscillator;
        std::vector<double> values; ///< at each of the times, in nm
    };

    /** No paths: nothing is clamped. */
    ClampedPaths() = default;
    /**
     * @param gridTimes  at least one, strictly increasing, in ps
     * @throws std::invalid_argument naming the offending entry
     */
    explicit ClampedPaths(std::vector<double> gridTimes);

    /**
     * Clamp an oscillator of a replica.
     * @param values  its displacement at each of the times, in nm
     * @return the path's index
     * @throws std::out_of_range if the replica or the oscillator is negative
     * @throws std::invalid_argument if it is clamped already, or the values are not one a time or not finite
     */
    int add(int replica, int oscillator, std::vector<double> values);

    bool isEmpty() const { return paths.empty(); }
    int getNumPaths() const { return static_cast<int>(paths.size()); }
    const std::vector<double>& getTimes() const { return times; }
    /** @throws std::out_of_range if there is no such path */
    const Path& getPath(int index) const;

    /** Where a time lies on the grid; there must be times. */
    DrivingProtocol::Position locate(double time) const;
    /** The displacement of a path, in nm. */
    static double evaluate(const double* values, const DrivingProtocol::Position& at) {
        return (1.0 - at.weight) * values[at.lower] + at.weight * values[at.upper];
    }

private:
    std::vector<double> times;
    std::vector<Path> paths;
    std::set<std::pair<int, int>> clamped; // (replica, oscillator)
};

} // namespace OpenMMOscillators
