"""Samplers at equal weak error: how long a generated sample takes, against the error of what samples are for, averages.

A protocol that was learned from digits is run in reverse. The error is the root mean square, over oscillators and over
the observables tanh(x) and tanh(x)^2 (bounded; a path that escapes from too long steps counts as 0), of the difference
from the averages of fine steps; what the finite numbers of samples explain is subtracted from its square.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from openmmoscillators import (
    DenoisingForceMatching,
    DrivingProtocol,
    FeedbackOptions,
    LearnedProtocol,
    LearningOptions,
    NoisedDataSource,
    NoisingProcess,
    ProtocolLearner,
    uniformInLogNoise,
)
from openmmoscillators.datasets import make_lattice
from openmmoscillators.escapes import EscapeGuard
from openmmoscillators.files import new_file
from openmmoscillators.generation import SCHEMES, GenerationSettings
from openmmoscillators.mnist import load_mnist

from .ours import prepare_generation
from .problem import KT, Problem

DIFFRAX = "diffrax, SRA1 adaptive, matrix products"
# Added to every k_6, which confines more than samples of quality need: a single path that escapes, as some 3 in 100 do
# without, would make the adaptive steps of all tiny.
_MORE_K6 = 0.3
_REFERENCE_STEPS = 16  # a slice, Heun
_BATCH = 8192  # samples in a Context


@dataclass(frozen=True)
class Size:
    """How large the comparison is."""

    lattice: int = 10
    range: int = 6
    training_samples: int = 4096
    slices: int = 16
    reference_samples: int = 65536
    samples: int = 32768
    steps_per_slice: tuple[int, ...] = (1, 2, 4, 8, 16)
    population: int = 4096
    tolerances: tuple[float, ...] = (1e-1, 3e-2, 1e-2, 1e-3)
    batch: int = 64
    batches: int = 64


QUICK = Size(4, 2, 512, 6, 512, 256, (1, 2), 256, (1e-2,), 16, 2)


@dataclass(frozen=True)
class Averages:
    """Of the observables over samples, with the variance of these averages."""

    mean: np.ndarray
    variance: np.ndarray

    @classmethod
    def of(cls, states: np.ndarray) -> Averages:
        bounded = np.tanh(np.nan_to_num(states))
        observables = np.concatenate([bounded, bounded**2], axis=1)
        return cls(observables.mean(axis=0), observables.var(axis=0) / len(observables))

    def error(self, reference: Averages) -> float:
        """Root mean square difference; 0 where it is within what the numbers of samples explain."""
        square = np.mean((self.mean - reference.mean) ** 2 - self.variance - reference.variance)
        return float(np.sqrt(max(0.0, square)))

    def resolution(self, reference: Averages) -> float:
        """Errors below this are not seen."""
        return float(np.sqrt(np.mean(self.variance + reference.variance)))


class Generation:
    """A learned protocol, run by our schemes."""

    def __init__(self, size: Size):
        self.size, self.problem = size, Problem(size.lattice, size.range)
        self.learned = _learn(self.problem, size)

    def run(self, scheme: str, steps_per_slice: int, samples: int, seed: int) -> tuple[np.ndarray, float, int]:
        """Final states, seconds of the steps, number of steps."""
        states, seconds, steps = [], 0.0, 0
        for batch, first in enumerate(range(0, samples, _BATCH)):
            count = min(_BATCH, samples - first)
            settings = GenerationSettings(count, steps_per_slice, scheme, None, seed + batch, "CPU")
            context, force, integrator = prepare_generation(self.learned, settings)
            integrator.setPrecision("single")
            steps = integrator.getStepSchedule().getTotalSteps()
            guard = EscapeGuard(context, force, integrator)
            start = time.process_time()
            guard.step(steps)
            seconds += time.process_time() - start
            states.append(np.asarray(force.getDisplacements(context)._value))
        return np.concatenate(states), seconds, steps

    @cached_property
    def reference(self) -> Averages:
        return Averages.of(self.run("stochastic-heun", _REFERENCE_STEPS, self.size.reference_samples, 1000)[0])

    @property
    def protocol(self) -> DrivingProtocol:
        return self.learned.protocol.forGeneration(self.learned.sigma)


def _learn(problem: Problem, size: Size) -> LearnedProtocol:
    mnist = load_mnist([0, 1])
    data = make_lattice(mnist.images, mnist.labels, classes=[0, 1], size=size.lattice, seed=1).train
    process = NoisingProcess(1.0, KT)
    times = uniformInLogNoise(process, 0.02, 5.0, size.slices)
    source = NoisedDataSource(problem.network, process, times, data, size.training_samples, 1)
    options = LearningOptions(thermalEnergy=KT, numThreads=1, closedLoop=True)
    options.feedback = FeedbackOptions(populationSize=size.population)
    protocol = ProtocolLearner(problem.network, options).learn(DenoisingForceMatching(), source)
    values = np.array(protocol.getValues())
    problem.families(values)["k_6"][:] += _MORE_K6
    confined = DrivingProtocol(problem.network, times, values, "hold")
    return LearnedProtocol(network=problem.network, protocol=confined, kT=KT, sigma=1.0)


def measure(quick: bool) -> Iterator[dict]:
    """Each sampler and setting as soon as it is measured."""
    size = QUICK if quick else Size()
    generation = Generation(size)
    for scheme in SCHEMES:
        for steps_per_slice in size.steps_per_slice:
            states, seconds, steps = generation.run(scheme, steps_per_slice, size.samples, 2)
            yield _case(f"ours, {scheme}", f"{steps} steps", states, seconds, generation)
    try:
        from .diffrax_peer import Sampler
    except ImportError as error:
        print(f"{DIFFRAX}: left out, {error}")
        return
    sampler = Sampler(generation.problem, generation.protocol, size.batch)
    for tolerance in size.tolerances:
        states, seconds, steps = sampler.run(tolerance, size.batches)
        yield _case(DIFFRAX, f"tolerance {tolerance:g}, {steps:.0f} steps", states, seconds, generation)


def _case(name: str, setting: str, states: np.ndarray, seconds: float, generation: Generation) -> dict:
    averages = Averages.of(states)
    return {
        "kind": "weak error",
        "name": name,
        "setting": setting,
        "samples": len(states),
        "milliseconds_per_sample": 1e3 * seconds / len(states),
        "error": averages.error(generation.reference),
        "resolution": averages.resolution(generation.reference),
    }


def show(case: dict) -> None:
    """One line."""
    print(
        f"{case['name']:42}{case['setting']:32}{case['milliseconds_per_sample']:10.4g} ms a sample"
        f"{case['error']:10.4f} error (seen above {case['resolution']:.4f})"
    )


def plot(cases: list[dict], path: Path) -> None:
    """Error against time, one colour a sampler; hollow where no error is seen, at what could have been."""
    figure = Figure(figsize=(6.5, 4.5), layout="constrained")
    axes = figure.subplots()
    for colour, name in enumerate(dict.fromkeys(case["name"] for case in cases)):
        rows = [case for case in cases if case["name"] == name]
        axes.loglog([], [], "o", color=f"C{colour}", label=name)
        for row in rows:
            seen = row["error"] > row["resolution"]
            height = row["error"] if seen else row["resolution"]
            style = {"color": f"C{colour}", "fillstyle": "full" if seen else "none"}
            axes.loglog(row["milliseconds_per_sample"], height, "o", **style)
    axes.set_xlabel("milliseconds a sample, one core")
    axes.set_ylabel("error of averages")
    axes.legend()
    with new_file(path, overwrite=True) as temporary:
        figure.savefig(temporary, dpi=120)
