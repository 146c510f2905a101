#pragma once

#include "openmm/KernelImpl.h"
#include "openmmoscillators/dynamics/NoiseState.h"
#include "openmmoscillators/dynamics/OscillatorNetworkForce.h"
#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <string>
#include <vector>

namespace OpenMM {
class ContextImpl;
class Platform;
class System;
} // namespace OpenMM

namespace OpenMMOscillators {

/** What of a driving protocol differs from the kernel's copy of it. */
struct ProtocolChange {
    /** The times or the behaviour outside the grid: copy everything. */
    bool grid;
    /** Otherwise only the slices firstSlice ... lastSlice (inclusive) differ. */
    int firstSlice, lastSlice;
};

/** Evaluates an OscillatorNetworkForce for all replicas at the Context's time. */
class CalcOscillatorNetworkForceKernel : public OpenMM::KernelImpl {
public:
    static std::string Name() { return "CalcOscillatorNetworkForce"; }
    CalcOscillatorNetworkForceKernel(const std::string& kernelName, const OpenMM::Platform& kernelPlatform)
        : OpenMM::KernelImpl(kernelName, kernelPlatform) {}
    /** The force has been validated against the System. */
    virtual void initialize(const OpenMM::System& system, const OscillatorNetworkForce& force) = 0;
    /**
     * Add the forces at the Context's time and return the energy of all replicas. Evaluates the protocol through
     * locateInProtocol().
     */
    virtual double execute(OpenMM::ContextImpl& context, bool includeForces, bool includeEnergy) = 0;
    /** Energy of each replica at the Context's time and positions, in kJ/mol. */
    virtual std::vector<double> getReplicaEnergies(OpenMM::ContextImpl& context) = 0;
    /** Copy what changed of the force's protocol; its parameter layout is the same as before. */
    virtual void copyProtocolToContext(OpenMM::ContextImpl& context, const DrivingProtocol& protocol,
                                       const ProtocolChange& change) = 0;
};

/** Advances a Context with an OverdampedLangevinIntegrator. */
class IntegrateOverdampedLangevinStepKernel : public OpenMM::KernelImpl {
public:
    static std::string Name() { return "IntegrateOverdampedLangevinStep"; }
    IntegrateOverdampedLangevinStepKernel(const std::string& kernelName, const OpenMM::Platform& kernelPlatform)
        : OpenMM::KernelImpl(kernelName, kernelPlatform) {}
    virtual void initialize(const OpenMM::System& system, const OverdampedLangevinIntegrator& integrator) = 0;
    /**
     * Take steps; each one calls updateContextState() and computes the forces of the integration force groups, or
     * behaves as if it did. Advances positions, velocities, time, step count and the noise counter; if a step throws,
     * the completed steps stay.
     * @return whether every coordinate that can move is within the integrator's escape distance; after a block of steps
     *         (up to about a thousand; on the Reference platform a single one) that ends with one beyond it, no more
     * are taken
     */
    virtual bool execute(OpenMM::ContextImpl& context, const OverdampedLangevinIntegrator& integrator,
                         NoiseState& noise, int steps) = 0;
    /** Sum of m v^2 / 2, in kJ/mol. */
    virtual double computeKineticEnergy(OpenMM::ContextImpl& context) = 0;
};

/**
 * DrivingProtocol::locate() for a Context's time.
 * @throws OpenMM::OpenMMException naming the time and the grid if the protocol refuses that time
 */
DrivingProtocol::Position locateInProtocol(const DrivingProtocol& protocol, double time);

} // namespace OpenMMOscillators
