#pragma once

#include "openmmoscillators/network/OscillatorNetwork.h"
#include <array>
#include <vector>

namespace OpenMMOscillators {

/**
 * The parameters that act on each oscillator, in patches: its own four, and three for each of some of its edges. Every
 * edge is in one patch of each of its two oscillators. An oscillator of few edges has one patch; one of many has
 * several, so that blocks of moments over the patches grow with the network's edges, not with the square of the degree.
 */
class ParameterPatches {
public:
    struct Patch {
        int oscillator;
        std::vector<int> edges;
        std::vector<int> parameters; ///< flat indices: the oscillator's four, then three for each of the edges
    };
    /** Where the three parameters of an edge begin: at a position in the parameters of a patch. */
    struct Place {
        int patch, position;
    };

    /** @param mostEdges  that a patch may have, >= 1; an oscillator of more is cut into patches of about equal size */
    ParameterPatches(const OscillatorNetwork& network, int mostEdges);

    int getNumPatches() const { return static_cast<int>(patches.size()); }
    int getNumParameters() const { return numParameters; }
    const Patch& getPatch(int patch) const { return patches[patch]; }
    /** The places of an edge in the patches of its first and of its second oscillator. */
    const std::array<Place, 2>& getPlaces(int edge) const { return places[edge]; }

private:
    int numParameters;
    std::vector<Patch> patches;
    std::vector<std::array<Place, 2>> places;
};

} // namespace OpenMMOscillators
