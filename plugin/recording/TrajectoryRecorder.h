#pragma once

#include "openmm/Context.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include <memory>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/** What a TrajectoryRecorder writes, and how. */
struct RecordingOptions {
    /** Vectors of all particles. MDAnalysis needs one of the three. */
    bool positions = true;
    bool velocities = false;
    /** The total force on each particle. */
    bool forces = true;
    /** The force of single force groups (0 to 31), each as an element of its own. */
    std::vector<int> forceGroups;
    /** The coordinate along the displacement axis alone: a third of the size, and what learning reads. */
    bool displacements = true;
    /**
     * The force of the network along that axis. It is measured as the force of its force group, so the group must hold
     * no other force.
     */
    bool displacementForces = true;
    /** Numbers in 64 bits instead of 32. */
    bool doublePrecision = false;
    /** Deflate level 1 to 9, with shuffle; 0 for none. */
    int compression = 0;
    /** Continue a recording if there is one, after checking that it is of the same kind. */
    bool append = false;
    /** Replace an existing file. */
    bool overwrite = false;
    /** Name of the author that H5MD asks for; by default the user's. */
    std::string author;
};

/**
 * Records the networks of a Context in an H5MD 1.1 file, from which TrajectoryFile, MDAnalysis and h5py read.
 *
 *   h5md/                       version, author, creator, units module
 *   particles/trajectory/
 *     position/{value, step, time}             [T][particles][3] in nm; value, step and time as in every element
 *     velocity/, force/, force_group_<g>/      [T][particles][3] in nm ps-1, kJ mol-1 nm-1
 *     displacement/, displacement_force/       [T][particles], the component along the displacement axis
 *     box/                                     boundary "none"; edges/ if the System is periodic
 *   oscillators/
 *     network/, protocol/                      as in force when the recording was begun
 *     replicas                                 [R][N] particle of each oscillator
 *     checksums                                [T] CRC-32 of each frame, which `oscillators check` verifies
 *     run_<k>/                                 for the first run and each one appended: versions, platform, integrator
 *                                              with its seed and settings, time of creation, first frame
 *
 * Create a recorder after the Context, then call run(), recordAtTimes(), or record() from any loop. A file takes its
 * name when its first frame is complete; until then (and if anything fails) an existing file is untouched. Frames reach
 * the file every few seconds and with flush(), run(), recordAtTimes() and close(); others may read it meanwhile. A
 * flush goes through a journal (<path>.journal) and to the disk: whenever the process is killed or the power fails, the
 * frames before the last flush are there; TrajectoryFile finishes a flush that was interrupted. Disk space is claimed
 * before a frame is written: if there is none, record() throws and the frames before it stay readable.
 *
 * Context and force must outlive the recorder.
 */
class TrajectoryRecorder {
public:
    /**
     * @param path     the file; ".h5md" is the name ending MDAnalysis knows
     * @param context  with positions or not
     * @param force    a force of the Context's System
     * @throws std::invalid_argument if the options contradict each other, the context or the force
     * @throws RecordingError if the file exists and neither append nor overwrite is set; if it cannot be made; or if
     * the recording to append to has another network, protocol, replica layout, or other fields
     */
    TrajectoryRecorder(const std::string& path, OpenMM::Context& context, const OscillatorNetworkForce& force,
                       const RecordingOptions& options = RecordingOptions());
    /** Closes the file; errors are lost, so call close() to hear of them. */
    ~TrajectoryRecorder();
    TrajectoryRecorder(const TrajectoryRecorder&) = delete;
    TrajectoryRecorder& operator=(const TrajectoryRecorder&) = delete;

    const std::string& getPath() const;
    /** Number of frames in the file, also those of earlier runs. */
    int getNumFrames() const;

    /**
     * Append the Context's present state as a frame.
     * @throws RecordingError if its time is not later than the last frame's, or writing fails
     */
    void record();
    /**
     * Integrate, and record after every interval steps (not before the first).
     * @param steps     number of steps, >= 0
     * @param interval  > 0; steps after its last multiple are taken and not recorded
     */
    void run(long long steps, int interval);
    /**
     * Integrate and record at given times; the first may be the Context's present time.
     * @param times  strictly increasing, in ps, times that the integrator arrives at: with an
     *               OverdampedLangevinIntegrator boundaries of its StepSchedule are met exactly. Checked before the
     * first step.
     */
    void recordAtTimes(const std::vector<double>& times);
    /** Bring all frames to the disk, so that others can read them and nothing can lose them. */
    void flush();
    /** Flush and close; nothing can be recorded after that. */
    void close();

private:
    class Impl;
    std::unique_ptr<Impl> impl;
};

} // namespace OpenMMOscillators
