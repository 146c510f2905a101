"""Plain OpenMM: custom forces with BrownianIntegrator, and PythonForce with NumPy."""

import numpy as np
import openmm
from numpy_peer import NumpyMatrices
from openmm import unit
from problem import STEP, THERMAL_ENERGY

GAS_CONSTANT = 0.00831446261815324  # kJ/(mol K)


class _OpenMMPeer:
    """One particle an oscillator and replica, displaced along z; x and y diffuse freely and are not looked at."""

    platform = "CPU"

    def __init__(self, problem):
        self.problem = problem
        system = openmm.System()
        for _ in range(problem.replicas * problem.oscillators):
            system.addParticle(1.0)
        for force in self.make_forces():
            system.addForce(force)
        self.integrator = openmm.BrownianIntegrator(THERMAL_ENERGY / GAS_CONSTANT, 1.0, STEP)
        platform = openmm.Platform.getPlatformByName(self.platform)
        properties = {"Threads": "1"} if self.platform == "CPU" else {}
        self.context = openmm.Context(system, self.integrator, platform, properties)
        self._set_states(problem.start)

    def _set_states(self, states):
        positions = np.zeros((states.size, 3))
        positions[:, 2] = states.ravel()
        self.context.setPositions(positions)

    def force(self, states, time):
        self._set_states(states)
        self.context.setTime(time)
        forces = self.context.getState(getForces=True).getForces(asNumpy=True)
        return forces.value_in_unit(unit.kilojoule_per_mole / unit.nanometer)[:, 2].reshape(states.shape)

    def run(self, steps):
        self.integrator.step(steps)


class OpenMMCustomForces(_OpenMMPeer):
    """The parameters stay those of the first slice: changing them would cost far more than the forces."""

    name = "OpenMM, CustomCompoundBondForce"
    checked_times = (0.0,)

    def make_forces(self):
        families = self.problem.split(self.problem.slices[0].astype(float))
        onsite = openmm.CustomExternalForce("k_lin/2*z^2 + k_duff/4*z^4 + k_6/6*z^6 + bias*z")
        pairs = openmm.CustomCompoundBondForce(2, "c_lin*d^2 + c_optomech*z1^2*z2 + c_duff/4*d^4; d = z1 - z2")
        names = ("k_lin", "k_duff", "k_6", "bias"), ("c_lin", "c_optomech", "c_duff")
        for name in names[0]:
            onsite.addPerParticleParameter(name)
        for name in names[1]:
            pairs.addPerBondParameter(name)
        for replica in range(self.problem.replicas):
            base = replica * self.problem.oscillators
            for i in range(self.problem.oscillators):
                onsite.addParticle(base + i, [families[name][i] for name in names[0]])
            for e, (i, j) in enumerate(self.problem.edges.tolist()):
                pairs.addBond([base + i, base + j], [families[name][e] for name in names[1]])
        return onsite, pairs


class OpenMMPythonForce(_OpenMMPeer):
    name = "OpenMM, PythonForce with NumPy"

    def make_forces(self):
        arithmetic = NumpyMatrices(self.problem)
        shape = self.problem.replicas, self.problem.oscillators

        def compute(state):
            positions = state.getPositions(asNumpy=True)._value
            forces = np.zeros_like(positions)
            states = positions[:, 2].reshape(shape).astype(self.problem.dtype)
            time = state.getTime().value_in_unit(unit.picosecond) % 15.0
            forces[:, 2] = arithmetic.force(states, time).ravel()
            energy = 0.0  # the integrator does not ask for it
            return energy * unit.kilojoule_per_mole, forces * unit.kilojoule_per_mole / unit.nanometer

        return (openmm.PythonForce(compute),)
