"""This package: an OpenMM Context on the CPU platform."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import openmm

from openmmoscillators import LearnedProtocol
from openmmoscillators.benchmarking import BenchmarkSettings, benchmark_context
from openmmoscillators.conditions import make_given
from openmmoscillators.generation import GenerationSettings, make_context

from .problem import STEP, Problem

NAME = "openmm-oscillators"


def prepare(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """See the other contenders: a function that takes steps, and for how many replicas."""
    settings = BenchmarkSettings(replicas=replicas, platform="CPU", precision=precision, threads=1)
    context, force, integrator = benchmark_context(problem.network, problem.protocol, settings)
    integrator.setStepSize(STEP)
    _check_a_step(problem, context, force, integrator, precision)

    return lambda steps: context.getIntegrator().step(steps), replicas


def prepare_generation(learned: LearnedProtocol, settings: GenerationSettings):
    """Context, force and integrator of all samples at once, as ``oscillators generate`` has for each of its batches."""
    generator = np.random.default_rng(settings.seed)
    given = make_given(learned, settings.condition, settings.samples, generator)
    context, force, integrator = make_context(learned, settings, 0, given, generator)
    integrator.setRandomNumberSeed(int(generator.integers(1, 2**31)))
    return context, force, integrator


def _check_a_step(problem: Problem, context: openmm.Context, force, integrator, precision: str) -> None:
    """The force is that of NetworkEnergy also in the fused step, which without noise is that force times the step."""
    temperature = integrator.getTemperature()
    integrator.setTemperature(0.0)
    before = np.asarray(force.getDisplacements(context)._value)
    integrator.step(1)
    after = np.asarray(force.getDisplacements(context)._value)
    force.setDisplacements(context, before)
    context.setTime(0.0)
    integrator.setTemperature(temperature)
    if precision == "double":
        problem.check(NAME, (before - after) / STEP, before, precision)
    else:  # a displacement of one step has lost three digits in single precision
        expected = problem.gradient(before)
        if not np.abs((before - after) / STEP - expected).max() < 1e-3 * np.abs(expected).max():
            raise RuntimeError(f"{NAME}: a step without noise is not along the force")
