"""What commands spend on the kernels: steps with and without a recorder, and the whole of learning and generating."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from openmmoscillators import RecordingOptions, TrajectoryRecorder
from openmmoscillators.benchmarking import BenchmarkSettings, benchmark_context
from openmmoscillators.datasets import make_lattice
from openmmoscillators.escapes import EscapeGuard
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.mnist import load_mnist
from openmmoscillators.protocols import load_protocol

from .ours import prepare_generation
from .problem import Problem
from .timing import race

_EVERY = 100  # steps from frame to frame


def measure(size: int, range_: int, samples: int, seconds: float, rounds: int) -> Iterator[dict]:
    """Each case as soon as it is measured; processor time of one core."""
    case = {"lattice": size, "range": range_, "samples": samples}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield _recording(Problem(size, range_), folder, seconds, rounds) | case
        mnist = load_mnist([0, 1])
        make_lattice(mnist.images, mnist.labels, classes=[0, 1], size=size, seed=1).save(folder / "data.h5")
        yield _learning(folder, range_, samples) | case
        yield _generation(folder, samples) | case


def _recording(problem: Problem, folder: Path, seconds: float, rounds: int) -> dict:
    """Steps of 1024 replicas, with a frame of displacements every so many, or none."""
    settings = BenchmarkSettings(replicas=1024, platform="CPU", precision="single", threads=1)
    context, force, integrator = benchmark_context(problem.network, problem.protocol, settings)
    options = RecordingOptions(forces=False, displacementForces=False)
    recorder = TrajectoryRecorder(str(folder / "steps.h5md"), context, force, options)

    def recorded(calls: int) -> None:
        for _ in range(calls):
            integrator.step(_EVERY)
            recorder.record()
        recorder.flush()

    def alone(calls: int) -> None:
        integrator.step(_EVERY * calls)

    turns = {"alone": partial(_seconds, alone), "recorded": partial(_seconds, recorded)}
    times = {name: min(values) / _EVERY / 1024 for name, values in race(turns, seconds, rounds).items()}
    recorder.close()
    return {
        "kind": f"steps, a frame every {_EVERY}",
        "microseconds": 1e6 * times["alone"],
        "microseconds_recorded": 1e6 * times["recorded"],
        "overhead": times["recorded"] / times["alone"] - 1,
    }


def _learning(folder: Path, range_: int, samples: int) -> dict:
    """``oscillators learn``, in the closed loop."""
    settings = LearningSettings(range=range_, samples=samples, threads=1)
    return {
        "kind": "oscillators learn",
        "seconds": _seconds(lambda: learn(folder / "data.h5", folder / "protocol.h5", settings)),
    }


def _generation(folder: Path, samples: int) -> dict:
    """``oscillators generate``, and its steps alone."""
    settings = GenerationSettings(samples=samples, seed=1, platform="CPU")
    whole = _seconds(lambda: generate(folder / "protocol.h5", folder / "samples.h5md", settings))
    context, force, integrator = prepare_generation(load_protocol(folder / "protocol.h5"), settings)
    steps, guard = integrator.getStepSchedule().getTotalSteps(), EscapeGuard(context, force, integrator)
    alone = _seconds(lambda: guard.step(steps))
    return {
        "kind": "oscillators generate",
        "seconds": whole,
        "microseconds_per_replica_step": 1e6 * alone / steps / samples,
        "share_of_steps": alone / whole,
    }


def _seconds(run: Callable[..., object], *arguments: object) -> float:
    start = time.process_time()
    run(*arguments)
    return time.process_time() - start


def show(case: dict) -> None:
    """One line."""
    figures = {name: value for name, value in case.items() if isinstance(value, float)}
    print(f"{case['kind']:28}" + "".join(f"  {name} {value:.4g}" for name, value in figures.items()))
