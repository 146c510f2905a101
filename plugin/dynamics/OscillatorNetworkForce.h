#pragma once

#include "openmm/Context.h"
#include "openmm/Force.h"
#include "openmm/Vec3.h"
#include "openmmoscillators/network/ClampedPaths.h"
#include "openmmoscillators/network/DrivingProtocol.h"
#include "openmmoscillators/network/OscillatorNetwork.h"
#include <cstdint>
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/**
 * The force of an oscillator network under a driving protocol: U(x; theta(t)) of ParameterFamily.h at the Context's
 * time, for any number of replicas of the network that share theta(t) and do not interact.
 *
 * One oscillator is one particle, and its displacement one Cartesian coordinate of it (z unless setDisplacementAxis()
 * says otherwise); the force acts along that axis only. The other two coordinates are free to say where the oscillator
 * is drawn.
 *
 * To use it, create one from a network and a protocol, add replicas with addReplica() or addReplicas(), and add it to a
 * System. Then create a Context and set its positions, for example with setDisplacements(). Energies and forces follow
 * the Context's time by themselves, after setTime() too.
 *
 * The protocol's values may change while a Context exists: setProtocolParameter(), setProtocolSlice() or setProtocol(),
 * then updateParametersInContext(). Other changes (replicas, axis, clamped paths) need Context::reinitialize().
 */
class OscillatorNetworkForce : public OpenMM::Force {
public:
    /**
     * @param network   at least one oscillator
     * @param protocol  theta(t) in kJ/mol and nm over times in ps, of the network's parameter layout; k_6 >= 0
     * @throws OpenMM::OpenMMException if the network is empty, the layouts differ or a k_6 is negative
     */
    OscillatorNetworkForce(const OscillatorNetwork& network, const DrivingProtocol& protocol);

    const OscillatorNetwork& getNetwork() const { return network; }
    const DrivingProtocol& getProtocol() const { return protocol; }
    /** Replace the protocol by another of the same parameter layout; the grid of times may differ. */
    void setProtocol(const DrivingProtocol& newProtocol);
    /** Replace theta at one time of the grid. */
    void setProtocolSlice(int slice, const NetworkParameters& values);
    /**
     * Replace one parameter at one time of the grid.
     * @param parameter  flat index, see ParameterLayout
     * @throws OpenMM::OpenMMException if slice or parameter do not exist or the value is not finite
     */
    void setProtocolParameter(int slice, int parameter, double value);

    int getNumReplicas() const { return static_cast<int>(replicas.size()); }
    /**
     * Add a replica.
     * @param particles  the particle of every oscillator, in the order of the network; no particle twice
     * @return its index
     */
    int addReplica(const std::vector<int>& particles);
    /**
     * Add replicas that occupy consecutive particles: oscillator i of the r-th new one is firstParticle + r N + i.
     * @return the index of the first new replica
     */
    int addReplicas(int count, int firstParticle);
    const std::vector<int>& getReplicaParticles(int replica) const;
    void setReplicaParticles(int replica, const std::vector<int>& particles);

    int getFirstReplicaNumber() const { return firstReplicaNumber; }
    /**
     * The number of replica 0 in a larger population, >= 0; default 0. Replica r draws the noise of number + r, so that
     * a population that is simulated in parts, each in a Context of its own, takes the same paths as in one.
     */
    void setFirstReplicaNumber(int number);

    /** The axis along which displacements are measured: 0, 1, 2 for x, y, z. Default 2. */
    int getDisplacementAxis() const { return displacementAxis; }
    void setDisplacementAxis(int axis);
    const ClampedPaths& getClampedPaths() const { return *clampedPaths; }
    /**
     * Hold some oscillators of some replicas to paths in the Context's time. OverdampedLangevinIntegrator does not
     * integrate them: at the end of each step they are where their paths are, whatever the force groups and mobilities.
     * Other integrators know nothing of it. Their particles may not have mass 0.
     */
    void setClampedPaths(const ClampedPaths& paths);
    /** The same paths, for kernels that go on using them when this force is given others. */
    std::shared_ptr<const ClampedPaths> shareClampedPaths() const { return clampedPaths; }

    /** The two remaining axes, in increasing order: they hold the x and the y of an oscillator's site. */
    void getSiteAxes(int& first, int& second) const;

    /**
     * Copy the values that changed since this Context last saw the protocol.
     * @throws OpenMM::OpenMMException if replicas, the axis or the clamped paths changed too
     */
    void updateParametersInContext(OpenMM::Context& context);
    /** The energy of each replica at the Context's time and positions, in kJ/mol. */
    std::vector<double> getReplicaEnergies(OpenMM::Context& context) const;

    /** Positions of particles at rest: displacement 0 at the oscillator's site, the origin for other particles. */
    std::vector<OpenMM::Vec3> getRestPositions(int numParticles) const;
    /** The displacements in a Context, in nm: value [replica * N + oscillator]. */
    std::vector<double> getDisplacements(const OpenMM::Context& context) const;
    /**
     * Set the displacements in a Context; clamped oscillators go where their paths are at its time. All other
     * coordinates stay as they are, except while every oscillator still has both site coordinates 0: then it moves to
     * its site.
     * @param displacements  R N values in nm: [replica * N + oscillator]
     * @throws OpenMM::OpenMMException if there are not R N values or one is not finite
     */
    void setDisplacements(OpenMM::Context& context, const std::vector<double>& displacements) const;

    bool usesPeriodicBoundaryConditions() const override { return false; }

protected:
    OpenMM::ForceImpl* createImpl() const override;

private:
    friend class OscillatorNetworkForceImpl;
    void checkReplica(int replica, const char* caller) const;
    void checkParticles(const std::vector<int>& particles, const char* caller) const;

    OscillatorNetwork network;
    DrivingProtocol protocol;
    std::vector<std::vector<int>> replicas;
    int displacementAxis = 2;
    std::shared_ptr<const ClampedPaths> clampedPaths = std::make_shared<ClampedPaths>();
    int firstReplicaNumber = 0;

    // Every change gets a number; each Context remembers the last one it has seen.
    std::uint64_t revision = 0;
    std::uint64_t arrangementRevision = 0; // of replicas, axis and clamped paths
    std::uint64_t gridRevision = 0;
    std::vector<std::uint64_t> sliceRevisions;
};

} // namespace OpenMMOscillators
