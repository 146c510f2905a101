"""Generating samples: a learned protocol, reversed in time, drives an OpenMM Context."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import openmm

from .checkpoints import check_run_output, digest
from .conditions import Condition, make_given, noised_paths
from .errors import OscillatorsError
from .escapes import EscapeGuard, check_on_escape
from .mergedrecording import merge_recordings
from .oscillators import (
    LearnedProtocol,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    StepSchedule,
    TrajectoryRecorder,
)
from .protocols import load_protocol
from .runcheckpoints import (
    RunCheckpoint,
    array_digest,
    context_bytes,
    generator_text,
    keep_frames,
    part_path,
    restore_context,
    restore_generator,
)
from .samples import write_given
from .simulation import FRICTION, check_positive, choose_platform, replica_system, temperature

SCHEMES = ("euler-maruyama", "stochastic-heun", "leimkuhler-matthews")
_PROGRESS_CALLS = 20  # each copies all replicas out of the Context and back
_BATCH_DISPLACEMENTS, _PANEL = 2**19, 64


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
        on_escape: one of ON_ESCAPE: "drop" goes on without replicas that escape, which are not a
            number from then on; "stop" ends with an error, and keeps the frames before it.
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
    on_escape: str = "drop"
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
        check_on_escape(self.on_escape)


def make_context(
    learned: LearnedProtocol,
    settings: GenerationSettings,
    first: int,
    given: np.ndarray,
    generator: np.random.Generator,
):
    """A Context ready to generate some of the samples, at time 0 in the noise N(0, kT sigma^2).

    The seed of the noise is not set.

    Args:
        first: number of the first of these samples among all.
        given: their condition as an array [count][N], see conditions.py.
        generator: of the initial states, and of the paths of what is given.

    Returns:
        The Context, its force and its integrator.

    Raises:
        OscillatorsError: no such platform.
    """
    platform, properties = choose_platform(settings.platform, settings.precision)
    protocol = learned.protocol.forGeneration(learned.sigma)
    schedule = StepSchedule.uniform(protocol.getTimes(), settings.steps_per_slice)
    system, force = replica_system(learned.network, protocol, len(given))
    force.setFirstReplicaNumber(first)
    step = schedule.getBoundaries()[-1] / schedule.getTotalSteps()
    integrator = OverdampedLangevinIntegrator(temperature(learned.kT), FRICTION, step)
    integrator.setScheme(settings.scheme)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setStepSchedule(schedule)
    if np.isfinite(given).any():
        force.setClampedPaths(noised_paths(learned, protocol.getTimes(), given, generator))
    context = openmm.Context(system, integrator, platform, properties)
    width = np.sqrt(learned.kT) * learned.sigma
    force.setDisplacements(context, width * generator.standard_normal(given.shape))
    return context, force, integrator


def check_protocol(learned: LearnedProtocol) -> None:
    """Raise OscillatorsError unless a protocol can generate."""
    check_positive(thermal_energy=learned.kT, sigma=learned.sigma)
    if learned.protocol.getNumSlices() < 2:
        raise OscillatorsError("a protocol of a single time cannot generate, expected at least 2")


def batch_size(num_oscillators: int) -> int:
    """Samples that share a Context: some 2^19 displacements, in whole panels of the CPU platform's kernels."""
    return max(1, _BATCH_DISPLACEMENTS // num_oscillators // _PANEL) * _PANEL


class _Run:
    """What the batches of a run share: the samples are made in parts, each in a Context of its own."""

    def __init__(
        self,
        learned: LearnedProtocol,
        output: Path,
        settings: GenerationSettings,
        given: np.ndarray | None,
        checkpoint: RunCheckpoint,
    ) -> None:
        self.learned, self.output, self.settings, self.checkpoint = learned, output, settings, checkpoint
        self.batch = batch_size(learned.network.getNumOscillators())
        self.count = -(-settings.samples // self.batch)
        self.steps = settings.steps_per_slice * (learned.protocol.getNumSlices() - 1)
        fresh = secrets.randbits(63) if settings.seed is None else settings.seed
        self.seed = checkpoint.get("seed", fresh)
        self.generator = np.random.default_rng(self.seed)
        self.noise_seed = int(self.generator.integers(1, 2**31))
        if given is None:
            given = make_given(learned, settings.condition, settings.samples, self.generator)
        self.given = given
        #: What the integrator said of replicas that escaped.
        self.reports: list[str] = []

    def parts(self) -> list[Path]:
        return [part_path(self.output, number) for number in range(self.count)]


class _Batch:
    """Some of the samples: a Context, and the file that it is recorded in."""

    def __init__(self, run: _Run, number: int) -> None:
        self._run, self._number, self._checkpoint = run, number, run.checkpoint
        state = run.checkpoint.take_state()
        if state is not None:
            restore_generator(run.generator, state["generator"])
            run.reports.extend(map(str, state["reports"]))
        self._generator_state = generator_text(run.generator)  # from which all draws of the batch can be repeated
        first = number * run.batch
        given = run.given[first : first + run.batch]
        self._context, self._force, integrator = make_context(run.learned, run.settings, first, given, run.generator)
        integrator.setRandomNumberSeed(run.noise_seed)
        self._guard = EscapeGuard(self._context, self._force, integrator, run.settings.on_escape)
        self._guard.reports = run.reports
        if state is not None:
            restore_context(self._context, state["context"])
            self._guard.escaped = state["escaped"]
        options = RecordingOptions(forces=False, displacementForces=False, append=state is not None)
        options.overwrite = state is None
        self._recorder = TrajectoryRecorder(str(part_path(run.output, number)), self._context, self._force, options)
        run.checkpoint.check_frames(state, self._recorder.getNumFrames())

    def generate(self, progress: Callable[[int], None]) -> None:
        """Take all steps, from wherever the Context is."""
        steps, every = self._run.steps, self._run.settings.every
        chunk = every or max(1, steps // _PROGRESS_CALLS)
        if self._number > 0:
            self._save()  # the batches before it are done
        for done in (0, *range(chunk, steps, chunk), steps):
            if done < self._context.getStepCount():
                continue
            self._guard.step(done - self._context.getStepCount())
            frame = -(-done // every) if every else 0
            if (every or done == steps) and frame >= self._recorder.getNumFrames():
                with self._guard.recorded():
                    self._recorder.record()
            progress(done)
            if self._checkpoint.is_due():
                self._save()
        self._recorder.close()

    def close(self) -> int:
        """Close the file early. Returns the number of frames in it."""
        self._recorder.close()
        return self._recorder.getNumFrames()

    def _save(self) -> None:
        self._recorder.flush()
        self._checkpoint.save(
            batch=self._number,
            frames=self._recorder.getNumFrames(),
            seed=self._run.seed,
            generator=self._generator_state,
            context=context_bytes(self._context),
            escaped=self._guard.escaped,
            reports=np.array(self._run.reports, str),
        )


def generate(
    protocol_path: str | os.PathLike,
    output: str | os.PathLike,
    settings: GenerationSettings = GenerationSettings(),
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    given: np.ndarray | None = None,
    resume: bool = False,
) -> list[str]:
    """Generate samples in OpenMM Contexts and record them in an H5MD file.

    The samples are made in batches, so that memory does not grow with their number. A long run
    keeps a checkpoint beside the output.

    Args:
        protocol_path: protocol file of learn().
        output: H5MD file: the final states, or paths from noise to sample if settings.every says so.
            Replicas that escaped are not a number from then on. What was given is in it, see read_given().
        progress: called with steps done and to do.
        given: a condition as an array [samples][N], see conditions.py; None for what settings.condition says.
        resume: continue an interrupted run of the same settings and protocol from its checkpoint,
            to the same result to the bit; from the beginning if there is none.

    Returns:
        What the integrator said of replicas that escaped, if they were dropped.

    Raises:
        OscillatorsError: unusable protocol or settings; the file cannot be written; an interrupted
            run is there, and neither ``resume`` nor ``overwrite``, or it is of another protocol or
            other settings; a replica escaped, and settings.on_escape is "stop".
    """
    settings.check()
    learned = load_protocol(protocol_path)
    check_protocol(learned)
    output = Path(output)
    check_run_output(output, overwrite, resume)
    identity = {**asdict(settings), "condition": str(settings.condition), "protocol": digest(Path(protocol_path))}
    if given is not None:
        identity["given"] = array_digest(given)
    checkpoint = RunCheckpoint(output, identity, resume, overwrite)
    if checkpoint.is_published():
        return []
    run = _Run(learned, output, settings, given, checkpoint)
    try:
        for number in range(checkpoint.get("batch", 0), run.count):
            batch = _Batch(run, number)
            try:
                batch.generate(lambda done, before=number * run.steps: progress(before + done, run.count * run.steps))
            except openmm.OpenMMException as error:
                raise keep_frames(output, batch.close() if run.count == 1 else 0, error) from error
        checkpoint.publish(_merged(run))
    finally:
        checkpoint.abandon()
    return run.reports


def _merged(run: _Run) -> Path:
    """The recording of all parts, and what was given."""
    parts = run.parts()
    if len(parts) == 1 and not np.isfinite(run.given).any():
        return parts[0]
    merged = part_path(run.output, run.count)  # the parts stay as they are: an interrupted run continues from them
    merge_recordings(parts, merged)
    write_given(merged, run.given)
    return merged
