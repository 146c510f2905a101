"""This plugin, through an OpenMM Context on the CPU platform."""

import numpy as np
from openmm import unit

from openmmoscillators.benchmarking import BenchmarkSettings, benchmark_context, noised_samples


class Ours:
    """All steps of a call in one kernel; theta(t), force, noise and update."""

    name = "openmm-oscillators"

    def __init__(self, problem):
        self.problem = problem
        precision = "single" if problem.dtype == np.float32 else "double"
        settings = BenchmarkSettings(
            lattice=problem.width,
            range=problem.range,
            replicas=problem.replicas,
            platform="CPU",
            precision=precision,
            threads=1,
        )
        self.context, self.force_object, self.integrator = benchmark_context(
            problem.network, problem.protocol, settings
        )

    def force(self, states, time):
        self.context.setTime(time)
        self.force_object.setDisplacements(self.context, states.astype(float))
        forces = self.context.getState(getForces=True).getForces(asNumpy=True)
        return forces.value_in_unit(unit.kilojoule_per_mole / unit.nanometer)[:, 2].reshape(states.shape)

    def run(self, steps):
        self.integrator.step(steps)


class OursProduct:
    """One product with the normal matrix, A v with A = E[Phi^T Phi], in single precision."""

    name = "openmm-oscillators"

    def __init__(self, problem, samples):
        self.averages = noised_samples(problem.network, samples, threads=1)

    def product(self, vector):
        return self.averages.normalProduct(vector)
