#pragma once

#include "openmm/Integrator.h"
#include "openmm/Kernel.h"
#include "openmm/Vec3.h"
#include "openmmoscillators/dynamics/NoiseState.h"
#include "openmmoscillators/dynamics/StepSchedule.h"
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace OpenMMOscillators {

/**
 * Overdamped (Brownian) Langevin dynamics of every coordinate of a System:
 *
 *   dx = mobility F / (m gamma) dt + sqrt(2 kT mobility / (m gamma)) dW
 *
 * with F the force of the integration force groups, m the particle's mass, gamma the friction, kT = R T, and mobility a
 * dimensionless factor for each Cartesian axis: an axis of mobility 0 never moves, nor does a particle of mass 0. For
 * oscillators with displacements along z, setMobility(Vec3(0, 0, 1)) keeps their sites in place.
 *
 * To use it, create one, choose scheme, mobility, schedule and seed, and pass it to a Context. Temperature, friction,
 * step size, scheme, mobility, schedule and seed may be changed between calls of step(). Any Force may be in the
 * System; virtual sites follow their particles; constraints are refused (BrownianIntegrator has them).
 *
 * Velocities in the Context are displacement / step size of the last step. They diverge as the step size goes to zero,
 * so the kinetic energy is the sum of m v^2 / 2 of these and nothing thermal: a temperature computed from it means
 * nothing.
 *
 * The noise is CounterNoise of (seed, private step counter, coordinate as in NoiseStreams): a trajectory does not
 * depend on how it is cut into calls of step(), and checkpoints and States (with IntegratorParameters) resume it
 * exactly.
 */
class OverdampedLangevinIntegrator : public OpenMM::Integrator {
public:
    enum class Scheme {
        /** One force evaluation a step; weak order 1. */
        EulerMaruyama,
        /** Predictor-corrector with forces at both ends of the step, at their times; weak order 2 for this noise. */
        StochasticHeun,
        /**
         * Euler-Maruyama with the mean of this step's noise and the next one's. One force evaluation a step; weak order
         * 1 in time, but order 2 in the stationary averages of a constant potential (Leimkuhler and Matthews, Appl.
         * Math. Res. Express 2013, 34). The next step's noise is regenerated from the counter, so there is no hidden
         * state.
         */
        LeimkuhlerMatthews
    };

    /** Of the arithmetic of fused steps on the CPU platform; see setPrecision(). */
    enum class Precision { Single, Mixed, Double };

    /**
     * @param temperature  in K, >= 0
     * @param friction     in 1/ps, > 0
     * @param stepSize     in ps, > 0
     * @throws OpenMM::OpenMMException naming the value that is out of range
     */
    OverdampedLangevinIntegrator(double temperature, double friction, double stepSize);

    /** In K. */
    double getTemperature() const { return temperature; }
    void setTemperature(double newTemperature);
    /** In 1/ps. */
    double getFriction() const { return friction; }
    void setFriction(double newFriction);
    /** In ps; where a schedule says otherwise it is not used. */
    void setStepSize(double size) override;
    Scheme getScheme() const { return scheme; }
    void setScheme(Scheme newScheme);
    /** Dimensionless, for x, y, z. Default (1, 1, 1). */
    OpenMM::Vec3 getMobility() const { return mobility; }
    /** @throws OpenMM::OpenMMException if a component is negative or not finite */
    void setMobility(const OpenMM::Vec3& newMobility);
    const StepSchedule& getStepSchedule() const { return schedule; }
    /** An empty schedule (the default) means that every step has the step size. */
    void setStepSchedule(const StepSchedule& newSchedule) { schedule = newSchedule; }

    Precision getPrecision() const { return precision; }
    /**
     * The precision in which the CPU platform takes steps when nothing but replicas of one OscillatorNetworkForce moves
     * (it then takes all steps of a call at once). The words mean what they mean for OpenMM's GPU platforms: single,
     * all in single precision; mixed (the default), forces in single and positions in double; double, all in double.
     * Steps of any other System, and the Reference platform, use double; GPU platforms follow their own property
     * Precision.
     */
    void setPrecision(Precision newPrecision) { precision = newPrecision; }

    /** In nm. */
    double getEscapeDistance() const { return escapeDistance; }
    /**
     * How far from 0 a coordinate may move, in nm; default 1e6. Beyond it, or where it is not a number, a path has
     * escaped: the step is too long for the forces, or the potential does not confine. step() looks for that after
     * every block of steps that it takes at once (some hundreds, in which the CPU and GPU platforms hold replicas; the
     * Reference platform looks after every step) and then throws.
     * @throws OpenMM::OpenMMException unless it is > 0
     */
    void setEscapeDistance(double distance);

    /** The seed as it was set; 0 (the default) means a fresh one for every Context. */
    int getRandomNumberSeed() const { return randomNumberSeed; }
    /** Start the noise anew with this seed; takes effect at once, also in the middle of a run. */
    void setRandomNumberSeed(int seed);
    /** The seed in use: as set, or what was drawn for 0 when the Context was created. */
    std::uint64_t getNoiseSeed() const { return noise.seed; }
    /** Number of steps taken with this seed. Unlike the Context's step count, nothing else resets it. */
    std::uint64_t getNoiseCounter() const { return noise.counter; }

    /**
     * @throws OpenMM::OpenMMException if there is no Context or steps is negative; if a path has escaped: the message
     *         names the first replica and oscillator that did, time, value and likely cause, and the Context is as
     * after the steps that were taken, so that other replicas can go on once this one is set back
     */
    void step(int steps) override;

    void createCheckpoint(std::ostream& stream) const override;
    void loadCheckpoint(std::istream& stream) override;
    void serializeParameters(OpenMM::SerializationNode& node) const override;
    void deserializeParameters(const OpenMM::SerializationNode& node) override;

protected:
    void initialize(OpenMM::ContextImpl& contextImpl) override;
    void cleanup() override;
    std::vector<std::string> getKernelNames() override;
    double computeKineticEnergy() override;
    bool kineticEnergyRequiresForce() const override { return false; }

private:
    double temperature = 0.0, friction = 0.0;
    Scheme scheme = Scheme::EulerMaruyama;
    OpenMM::Vec3 mobility{1.0, 1.0, 1.0};
    StepSchedule schedule;
    Precision precision = Precision::Mixed;
    double escapeDistance = 1e6;
    int randomNumberSeed = 0;
    NoiseState noise;
    OpenMM::Kernel kernel;
};

/** "euler-maruyama", "stochastic-heun", "leimkuhler-matthews". */
const std::string& getSchemeName(OverdampedLangevinIntegrator::Scheme scheme);
/** @throws OpenMM::OpenMMException listing the three names */
OverdampedLangevinIntegrator::Scheme schemeFromName(const std::string& name);

/** "single", "mixed", "double". */
const std::string& getPrecisionName(OverdampedLangevinIntegrator::Precision precision);
/** @throws OpenMM::OpenMMException listing the three names */
OverdampedLangevinIntegrator::Precision precisionFromName(const std::string& name);

} // namespace OpenMMOscillators
