#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <string>

namespace OpenMMOscillators {

/**
 * What learning produces and generation needs: a network, the protocol theta(t) learned for the noising process
 * dx = -x/sigma^2 dt + sqrt(2 kT) dW (not yet reversed: see DrivingProtocol::forGeneration()), and how the data were
 * made.
 */
struct LearnedProtocol {
    OscillatorNetwork network;
    DrivingProtocol protocol;
    /**
     * Width and height of the lattice that the visible oscillators are, and Chebyshev range of its edges; all zero if
     * they are no lattice.
     */
    int latticeWidth = 0;
    int latticeHeight = 0;
    int latticeRange = 0;
    /** Temperature of the noising process in kJ/mol. */
    double kT = 0.1;
    /** Width of the trap of the noising process, in nm. */
    double sigma = 1.0;
    /** The data are (value - mean) / standardDeviation of what was measured (of pixels between 0 and 1, for example).
     */
    double mean = 0.0;
    double standardDeviation = 1.0;
    /** What latent oscillators stand for, as JSON. */
    std::string codes = "{}";
    /** Settings of the learner, and its report, both as JSON. */
    std::string settings = "{}";
    std::string report = "{}";
};

/**
 * The HDF5 file of a LearnedProtocol (root attributes format = "openmm-oscillators-protocol", version = 2; files of
 * version 1 have neither latent oscillators nor codes).
 *
 * write() replaces an existing file at once or not at all: whatever fails, the old file stays whole.
 */
class ProtocolFile {
public:
    static constexpr int version = 2;

    /**
     * @throws std::invalid_argument if the protocol does not belong to the network, the lattice does not have the
     *         network's oscillators, or kT, sigma, standardDeviation are not > 0
     * @throws RecordingError if the file cannot be written
     */
    static void write(const std::string& path, const LearnedProtocol& learned);
    /** @throws RecordingError if the file is missing, damaged, of another kind, or of a later version */
    static LearnedProtocol read(const std::string& path);
};

} // namespace OpenMMOscillators
