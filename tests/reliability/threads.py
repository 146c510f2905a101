"""Two threads of Python, each with a Context or a network of its own: what they get done together."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
import openmm

from openmmoscillators import (
    DrivingProtocol,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    TrajectoryRecorder,
)
from openmmoscillators.datasets import make_lattice
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.simulation import replica_system, temperature

Work = Callable[[], object]

_REPLICAS = 512


def speed_ups(folder: Path, rounds: int) -> dict[str, float]:
    """Of steps, recorded steps and learning: the median over the rounds."""
    folders = [folder / name for name in ("first", "second")]
    for each in folders:
        each.mkdir()
    kinds = {"steps": _steps, "steps, each recorded": _recorded_steps, "learning": _learning}
    return {name: _speed_up([make(each) for each in folders], rounds) for name, make in kinds.items()}


def _speed_up(works: list[Work], rounds: int) -> float:
    """All of the works one after the other, as a multiple of the time that they take together."""
    found = []
    with ThreadPoolExecutor(len(works)) as pool:
        for _ in range(rounds):
            start = time.perf_counter()
            for work in works:
                work()
            between = time.perf_counter()
            list(pool.map(lambda work: work(), works))
            found.append((between - start) / (time.perf_counter() - between))
    return median(found)


def _context() -> tuple[openmm.Context, object]:
    network = OscillatorNetwork.squareLattice(12, 12, 6)
    protocol = DrivingProtocol(network, [0.0], np.full((1, network.getNumParameters()), 0.2))
    system, force = replica_system(network, protocol, _REPLICAS)
    integrator = OverdampedLangevinIntegrator(temperature(0.1), 1.0, 1e-3)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    context = openmm.Context(system, integrator, openmm.Platform.getPlatform("CPU"), {"Threads": "1"})
    force.setDisplacements(context, np.zeros((_REPLICAS, 144)))
    return context, force


def _steps(_folder: Path) -> Work:
    context, _ = _context()
    return lambda: context.getIntegrator().step(300)


def _recorded_steps(folder: Path) -> Work:
    context, force = _context()
    options = RecordingOptions(positions=False, forces=False)
    recorder = TrajectoryRecorder(str(folder / "recording.h5md"), context, force, options)
    return lambda: recorder.run(100, 1)


def _learning(folder: Path) -> Work:
    images = np.random.default_rng(1).standard_normal((4000, 8, 8))
    data = folder / "data.h5"
    make_lattice(images, np.zeros(4000, int), size=None).save(data)
    settings = LearningSettings(range=3, slices=4, threads=1)
    return lambda: learn(data, folder / "protocol.h5", settings, overwrite=True)
