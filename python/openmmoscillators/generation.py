"""Generating samples: a learned protocol, reversed in time, drives an OpenMM Context."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import openmm

from .conditions import Condition, make_given, noised_paths
from .errors import OscillatorsError
from .escapes import EscapeGuard
from .files import check_output, new_file
from .oscillators import (
    LearnedProtocol,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    StepSchedule,
    TrajectoryRecorder,
)
from .protocols import load_protocol
from .simulation import FRICTION, check_positive, choose_platform, replica_system, temperature

SCHEMES = ("euler-maruyama", "stochastic-heun", "leimkuhler-matthews")
_PROGRESS_CALLS = 100


@dataclass(frozen=True)
class GenerationSettings:
    """How to generate.

    Attributes:
        samples: number of replicas.
        steps_per_slice: steps between neighbouring times of the protocol, so that steps are short
            where the protocol changes fast.
        scheme: one of SCHEMES.
        every: record a frame after every so many steps; None for the final state alone.
        seed: of the noise and the initial states; None for a fresh one.
        condition: what is given rather than generated.
        platform, precision: of OpenMM; None for CPU if it has the kernels, else Reference.
    """

    samples: int = 1000
    steps_per_slice: int = 16
    scheme: str = "euler-maruyama"
    every: int | None = None
    seed: int | None = None
    platform: str | None = None
    precision: str | None = None
    condition: Condition = field(default_factory=Condition)

    def check(self) -> None:
        """Raise OscillatorsError naming the first setting that makes no sense."""
        for name in ("samples", "steps_per_slice"):
            if getattr(self, name) < 1:
                raise OscillatorsError(f"{name.replace('_', ' ')} {getattr(self, name)}, expected at least 1")
        if self.every is not None and self.every < 1:
            raise OscillatorsError(f"a frame every {self.every} steps, expected at least 1")
        if self.scheme not in SCHEMES:
            raise OscillatorsError(f"scheme {self.scheme!r}, expected one of {', '.join(SCHEMES)}")


def make_context(learned: LearnedProtocol, settings: GenerationSettings, given: np.ndarray | None = None):
    """A Context ready to generate, at time 0 in the noise N(0, kT sigma^2).

    Args:
        given: a condition as an array, see conditions.py; None for what settings.condition says.

    Returns:
        The Context, its force and its integrator.

    Raises:
        OscillatorsError: settings that make no sense, or a protocol of a single time.
    """
    settings.check()
    check_positive(thermal_energy=learned.kT, sigma=learned.sigma)
    if learned.protocol.getNumSlices() < 2:
        raise OscillatorsError("a protocol of a single time cannot generate, expected at least 2")
    platform, properties = choose_platform(settings.platform, settings.precision)
    protocol = learned.protocol.forGeneration(learned.sigma)
    schedule = StepSchedule.uniform(protocol.getTimes(), settings.steps_per_slice)
    system, force = replica_system(learned.network, protocol, settings.samples)
    step = schedule.getBoundaries()[-1] / schedule.getTotalSteps()
    integrator = OverdampedLangevinIntegrator(temperature(learned.kT), FRICTION, step)
    integrator.setScheme(settings.scheme)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setStepSchedule(schedule)
    generator = np.random.default_rng(settings.seed)
    integrator.setRandomNumberSeed(int(generator.integers(1, 2**31)))
    if given is None:
        given = make_given(learned, settings.condition, settings.samples, generator)
    if np.isfinite(given).any():
        force.setClampedPaths(noised_paths(learned, protocol.getTimes(), given, generator))
    context = openmm.Context(system, integrator, platform, properties)
    width = np.sqrt(learned.kT) * learned.sigma
    shape = (settings.samples, learned.network.getNumOscillators())
    force.setDisplacements(context, width * generator.standard_normal(shape))
    return context, force, integrator


def generate(
    protocol_path: str | os.PathLike,
    output: str | os.PathLike,
    settings: GenerationSettings = GenerationSettings(),
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    given: np.ndarray | None = None,
) -> None:
    """Generate samples in an OpenMM Context and record them in an H5MD file.

    Args:
        protocol_path: protocol file of learn().
        output: H5MD file: the final states, or paths from noise to sample if settings.every says so.
            Replicas that overflowed are not a number from then on.
        progress: called with steps done and to do.
        given: see make_context().

    Raises:
        OscillatorsError: unusable protocol or settings, or the file cannot be written.
    """
    output = check_output(output, overwrite)
    context, force, integrator = make_context(load_protocol(protocol_path), settings, given)
    total = integrator.getStepSchedule().getTotalSteps()
    chunk = settings.every or max(1, total // _PROGRESS_CALLS)
    options = RecordingOptions(forces=False, displacementForces=False)
    guard = EscapeGuard(context, force, integrator)
    with new_file(output, overwrite) as temporary:
        recorder = TrajectoryRecorder(str(temporary), context, force, options)
        if settings.every:
            recorder.record()
        done = 0
        while done < total:
            steps = min(chunk, total - done)
            guard.step(steps)
            done += steps
            if settings.every or done == total:
                with guard.recorded():
                    recorder.record()
            progress(done, total)
        recorder.close()
