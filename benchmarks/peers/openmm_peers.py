"""OpenMM without this package: custom forces, or a force written in Python, with OpenMM's own Brownian integrator.

Three replicas share a particle as its x, y and z. theta does not change in time: OpenMM would have to be told at
every step, which costs more than the step.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import openmm

from openmmoscillators.simulation import FRICTION, MASS, temperature

from .numpy_peers import MatrixGradient
from .problem import KT, STEP, Problem

CUSTOM = "OpenMM, custom forces and BrownianIntegrator"
PYTHON = "OpenMM, PythonForce with NumPy and BrownianIntegrator"
_MOST_CUSTOM_REPLICAS = 24  # the cost is proportional to them, and so is the long time to set the forces up


def prepare_custom(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """A function that takes steps, and for how many replicas."""
    replicas = min(replicas, _MOST_CUSTOM_REPLICAS)
    axes = "xyz"[: min(replicas, 3)]
    theta = {name: values[0] for name, values in problem.slices.items()}
    copies = -(-replicas // len(axes))
    onsite = openmm.CustomExternalForce("+".join(f"{q}*(bias+{q}*k_lin/2)+{q}^4*(k_duff/4+{q}^2*k_6/6)" for q in axes))
    onsite_names = ("k_lin", "k_duff", "k_6", "bias")
    pairs = openmm.CustomCompoundBondForce(
        2,
        "+".join(f"c_lin*({q}1-{q}2)^2+c_optomech*{q}1^2*{q}2+c_duff/4*({q}1-{q}2)^4" for q in axes),
    )
    pair_names = ("c_lin", "c_optomech", "c_duff")
    for name in onsite_names:
        onsite.addPerParticleParameter(name)
    for name in pair_names:
        pairs.addPerBondParameter(name)
    onsite_values = np.stack([theta[name] for name in onsite_names], axis=1).tolist()
    pair_values = np.stack([theta[name] for name in pair_names], axis=1).tolist()
    edges = problem.edges.tolist()
    for copy in range(copies):
        first = copy * problem.size
        for particle, values in enumerate(onsite_values):
            onsite.addParticle(first + particle, values)
        for (i, j), values in zip(edges, pair_values, strict=True):
            pairs.addBond([first + i, first + j], values)
    system = _system(copies * problem.size, onsite, pairs)
    # The CPU platform's forces are in single precision, the Reference platform's in double.
    platform = "CPU" if precision == "single" else "Reference"
    return _stepper(CUSTOM, problem, system, len(axes), copies, precision, platform), copies * len(axes)


def prepare_python(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    axes = min(replicas, 3)
    copies = -(-replicas // axes)
    gradient = MatrixGradient(problem, copies * axes, precision)
    gradient.set_time(0.0)
    real, size = gradient.local.dtype, problem.size
    x, slope = np.empty((2, size, copies * axes), real)
    forces = np.zeros((copies * size, 3))

    def compute(state):
        positions = state.getPositions(asNumpy=True)._value
        # particle copy * N + i holds, in axis a, oscillator i of replica copy * axes + a
        x.reshape(size, copies, axes)[:] = positions.reshape(copies, size, 3)[:, :, :axes].transpose(1, 0, 2)
        gradient(x, slope)
        forces.reshape(copies, size, 3)[:, :, :axes] = -slope.reshape(size, copies, axes).transpose(1, 0, 2)
        return 0.0, forces  # the integrator does not ask for the energy

    system = _system(copies * size, openmm.PythonForce(compute))
    return _stepper(PYTHON, problem, system, axes, copies, precision, "CPU"), copies * axes


def _system(particles: int, *forces: openmm.Force) -> openmm.System:
    system = openmm.System()
    for _ in range(particles):
        system.addParticle(MASS)
    for force in forces:
        system.addForce(force)
    return system


def _stepper(
    name: str, problem: Problem, system: openmm.System, axes: int, copies: int, precision: str, platform_name: str
) -> Callable[[int], None]:
    integrator = openmm.BrownianIntegrator(temperature(KT), FRICTION, STEP)
    platform = openmm.Platform.getPlatform(platform_name)
    properties = {"Threads": "1"} if "Threads" in platform.getPropertyNames() else {}
    context = openmm.Context(system, integrator, platform, properties)
    states = problem.states(copies * axes)
    positions = np.zeros((copies, problem.size, 3))
    positions[:, :, :axes] = states.reshape(copies, axes, problem.size).transpose(0, 2, 1)
    context.setPositions(positions.reshape(-1, 3))
    forces = context.getState(getForces=True).getForces(asNumpy=True)._value.reshape(copies, problem.size, 3)
    problem.check(name, -forces[:, :, :axes].transpose(0, 2, 1).reshape(states.shape), states, precision)
    return lambda steps: context.getIntegrator().step(steps)
