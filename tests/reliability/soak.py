"""A long run that records many gigabytes while others come and go in the same process; its memory over time."""

from __future__ import annotations

import ctypes
import json
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import openmm

from openmmoscillators import (
    DrivingProtocol,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    TrajectoryFile,
    TrajectoryRecorder,
)
from openmmoscillators.checking import check_file
from openmmoscillators.datasets import make_mixture
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.simulation import choose_platform, replica_system, temperature

_STEP = 1e-3  # ps
_FRAMES_A_ROUND = 100


@dataclass(frozen=True)
class Sample:
    """The process after a round.

    Attributes:
        seconds: since the start.
        recorded: bytes of the recording.
        short_runs: networks learned, generated from and thrown away so far.
        memory: resident, in bytes.
        in_use: of it, what the C library has given out; the rest is code, stacks, Python's own, and what was given back
            and is kept.
    """

    seconds: float
    steps: int
    recorded: int
    short_runs: int
    memory: int
    in_use: int
    open_files: int
    threads: int


class _LongRun:
    """A network of 12 x 12 in many replicas, recorded every so many steps."""

    def __init__(self, path: Path, steps: int, size: float, replicas: int) -> None:
        network = OscillatorNetwork.squareLattice(12, 12, 6)
        values = np.random.default_rng(1).uniform(0.1, 0.5, (2, network.getNumParameters()))
        protocol = DrivingProtocol(network, [0.0, steps * _STEP], values)
        system, self._force = replica_system(network, protocol, replicas)
        integrator = OverdampedLangevinIntegrator(temperature(0.1), 1.0, _STEP)
        integrator.setMobility(openmm.Vec3(0, 0, 1))
        integrator.setRandomNumberSeed(2)
        platform, properties = choose_platform()
        self._context = openmm.Context(system, integrator, platform, properties | {"Threads": "1"})
        self._force.setDisplacements(self._context, np.zeros((replicas, 144)))
        frame = replicas * 144 * 2 * 4  # a displacement and a force, 32 bits each
        self._interval = max(1, int(steps * frame / size))
        self._recorder = TrajectoryRecorder(
            str(path), self._context, self._force, RecordingOptions(positions=False, forces=False)
        )
        self.path, self._total = path, steps

    @property
    def steps(self) -> int:
        return self._context.getStepCount()

    def is_done(self) -> bool:
        return self.steps >= self._total

    def advance(self) -> None:
        """Some more frames, which a reader of the growing file finds."""
        self._recorder.run(_FRAMES_A_ROUND * self._interval, self._interval)
        seen = TrajectoryFile(str(self.path))
        assert seen.getNumFrames() == self._recorder.getNumFrames()
        assert np.isfinite(seen.readDisplacements(seen.getNumFrames() - 1, 0, 4)).all()

    def close(self) -> None:
        self._recorder.close()


def _short_run(folder: Path) -> None:
    """A small network's whole life: data, learning, samples, their check."""
    data, protocol, samples = folder / "data.h5", folder / "protocol.h5", folder / "samples.h5md"
    make_mixture(count=400, seed=1).save(data, overwrite=True)
    learn(data, protocol, LearningSettings(slices=4, samples=400), overwrite=True)
    generate(protocol, samples, GenerationSettings(64, 16, every=16, seed=1), overwrite=True)
    assert check_file(samples).problems == []


def _short_runs(folders: list[Path]) -> int:
    """One a folder, at the same time. Returns their number."""
    with ThreadPoolExecutor(len(folders)) as pool:
        list(pool.map(_short_run, folders))
    return len(folders)


class _MallocState(ctypes.Structure):
    """struct mallinfo2 of glibc."""

    _fields_ = (
        ("arena_to_hblks", ctypes.c_size_t * 4),
        ("hblkhd", ctypes.c_size_t),  # in large blocks
        ("usmblks_to_fsmblks", ctypes.c_size_t * 2),
        ("uordblks", ctypes.c_size_t),  # in all others
        ("fordblks_to_keepcost", ctypes.c_size_t * 2),
    )


def _in_use() -> int:
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _MallocState
    state = mallinfo()
    return state.uordblks + state.hblkhd


def _status(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(key + ":")).split()[1])


def soak(folder: Path, steps: int, size: float, seconds: float, replicas: int) -> list[Sample]:
    """Run until all three are reached.

    Args:
        folder: for the recording.
        steps: of the long run.
        size: of its recording, in bytes.
        seconds: short runs go on until then.
    """
    samples: list[Sample] = []
    start, short_runs = time.monotonic(), 0
    long_run = _LongRun(folder / "recording.h5md", steps, size, replicas)
    folders = [Path(tempfile.mkdtemp(dir=folder)) for _ in range(2)]
    while not long_run.is_done() or time.monotonic() - start < seconds:
        if not long_run.is_done() and long_run.steps / steps <= (time.monotonic() - start) / max(seconds, 1):
            long_run.advance()
        short_runs += _short_runs(folders)
        samples.append(
            Sample(
                time.monotonic() - start,
                long_run.steps,
                os.path.getsize(long_run.path) if long_run.path.exists() else 0,
                short_runs,
                1024 * _status("VmRSS"),
                _in_use(),
                len(os.listdir("/proc/self/fd")),
                _status("Threads"),
            )
        )
        (folder / "samples.json").write_text(json.dumps([asdict(sample) for sample in samples]))
    long_run.close()
    assert check_file(long_run.path).problems == []
    return samples


def growth(samples: list[Sample], field: str) -> float:
    """Of a field, an hour: the slope of a line through the second half of the time."""
    later = [sample for sample in samples if sample.seconds > samples[-1].seconds / 2]
    hours = np.array([sample.seconds for sample in later]) / 3600
    return float(np.polyfit(hours, [getattr(sample, field) for sample in later], 1)[0])


def table(samples: list[Sample], rows: int = 12) -> str:
    """Some of the samples in Markdown."""
    head = ("minutes", "steps", "recorded", "short runs", "memory", "in use", "open files", "threads")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    seconds = [sample.seconds for sample in samples]
    for k in sorted({int(np.searchsorted(seconds, x)) for x in np.linspace(seconds[0], seconds[-1], rows)}):
        s = samples[k]
        lines.append(
            f"| {s.seconds / 60:.1f} | {s.steps} | {s.recorded / 1e9:.2f} GB | {s.short_runs} "
            f"| {s.memory / 2**20:.0f} MiB | {s.in_use / 2**20:.1f} MiB | {s.open_files} | {s.threads} |"
        )
    return "\n".join(lines)


def plot(samples: list[Sample], path: Path) -> None:
    """Memory and the recording's size over time."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3), layout="constrained")
    memory = figure.add_subplot()
    minutes = [sample.seconds / 60 for sample in samples]
    memory.plot(minutes, [sample.memory / 2**20 for sample in samples], label="memory of the process")
    memory.plot(minutes, [sample.in_use / 2**20 for sample in samples], "C2", label="of it in use by the C library")
    memory.set(xlabel="time / minutes", ylabel="memory / MiB", ylim=(0, None))
    size = memory.twinx()
    size.plot(minutes, [sample.recorded / 1e9 for sample in samples], "C1--", label="recording")
    size.set(ylabel="recording / GB", ylim=(0, None))
    figure.legend(loc="center right", bbox_to_anchor=(0.88, 0.45))
    figure.savefig(path, dpi=120)
