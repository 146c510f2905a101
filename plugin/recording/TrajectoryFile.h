#pragma once

#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <memory>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * Reads an H5MD trajectory of oscillator networks by slices of frames and replicas: a recording of TrajectoryRecorder,
 * or a file that a laboratory wrote with h5py. Memory use is bounded by what is asked for, not by the file.
 *
 * What is read, in this order of preference, from the group /particles/<name> (the only one, or "trajectory"):
 *
 *   times          time of the element the displacements come from: [T], or a scalar increment (attribute offset)
 *   displacements  displacement/value [T][P], else the component displacement_axis of position/value [T][P][D]
 *   forces         displacement_force/value [T][P], else that component of force/value [T][P][D]
 *
 * The forces of a recording are those of the network alone, as the learning rules need them. If displacement_force was
 * not recorded, the element force_group_<g> of the network force's group stands in for it; the total force does not. In
 * a file from elsewhere, force/value is taken to be the network's force.
 *
 * Which particle is which oscillator comes from /oscillators/replicas [R][N]; without it, particle r N + i is
 * oscillator i of replica r, with N from the attribute num_oscillators of the particles group, or given by the caller.
 * The attribute displacement_axis of that group defaults to the last axis.
 *
 * Units are nm, ps, kJ mol-1 nm-1; unit attributes may be absent, but other units are refused.
 *
 * All methods may be called by several threads at once; reading itself is done by one at a time.
 */
class TrajectoryFile {
public:
    /**
     * Also finishes a flush that was interrupted, if the file may be written to; see TrajectoryRecorder.
     * @param path             the file
     * @param numOscillators   N, if the file does not say it; 0 to take it from the file. If both are known they must
     *                         agree
     * @throws RecordingError  if it is not an HDF5 file, or damaged, or not laid out as above; the message names the
     *                         object
     */
    explicit TrajectoryFile(const std::string& path, int numOscillators = 0);
    ~TrajectoryFile();
    TrajectoryFile(TrajectoryFile&&) noexcept;
    TrajectoryFile& operator=(TrajectoryFile&&) noexcept;

    const std::string& getPath() const;
    int getNumFrames() const;
    int getNumParticles() const;
    int getNumReplicas() const;
    int getNumOscillators() const;
    int getDisplacementAxis() const;
    /** Time of each frame in ps, strictly increasing. */
    const std::vector<double>& getTimes() const;

    /** True if the forces of the network can be read. */
    bool hasForces() const;
    /** True if the network and its protocol are in the file. */
    bool hasProtocol() const;
    /** @throws RecordingError if the file has none */
    OscillatorNetwork getNetwork() const;
    /** The protocol in force when the recording was begun. @throws RecordingError if the file has none */
    DrivingProtocol getProtocol() const;

    /**
     * Displacements of some replicas in one frame.
     * @return count x N values in nm, [replica][oscillator]
     * @throws RecordingError if there is no such frame or replica, or reading fails
     */
    std::vector<double> readDisplacements(int frame, int firstReplica, int count) const;
    /** The same for the forces of the network along the displacement axis, in kJ/(mol nm). */
    std::vector<double> readForces(int frame, int firstReplica, int count) const;
    /** As above into an array of count x N values, without intermediate copies; Real is float or double. */
    template <typename Real>
    void readDisplacements(int frame, int firstReplica, int count, Real* values) const;
    template <typename Real>
    void readForces(int frame, int firstReplica, int count, Real* values) const;

private:
    class Impl;
    std::unique_ptr<const Impl> impl;
};

} // namespace OpenMMOscillators
