"""The demonstration: a mixture of Gaussians and MNIST 0/1, from data to evaluated samples."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .datasets import DataSet, make_lattice, make_mixture
from .evaluation import evaluate
from .files import new_file
from .generation import GenerationSettings, generate
from .jsonfiles import to_json
from .learning import learn
from .learningsettings import LearningSettings, time_grid
from .mnist import load_mnist
from .plots import contact_sheet, density, learning_curves, path_animation, path_strip, protocol_curves
from .protocols import family_curves, learning_report, load_protocol
from .recording import RecordSettings, record
from .samples import read_path, read_samples

Say = Callable[[str], None]


@dataclass(frozen=True)
class Task:
    """One demonstration: a name, its data set and how it is learned and sampled."""

    name: str
    data: DataSet
    learning: LearningSettings
    samples: int


def mixture_task() -> Task:
    """Two Gaussians in the plane, weights 0.6 and 0.4: two coupled oscillators."""
    settings = LearningSettings(range=1, samples=16000, slices=40)
    return Task("mixture", make_mixture(), settings, 4000)


def digits_task() -> Task:
    """MNIST 0 and 1 on a 10 x 10 lattice, range 6."""
    found = load_mnist([0, 1])
    data = make_lattice(found.images, found.labels, [0, 1], 10, source=found.source, licence=found.licence)
    return Task("digits", data, LearningSettings(range=6, samples=12000), 1000)


def run_task(task: Task, folder: Path, platform: str | None, say: Say) -> dict[str, Any]:
    """Record, learn from the recording, generate, evaluate and draw.

    Returns:
        The figures of evaluate(), and ``seconds`` of each stage.
    """
    files = {
        part: folder / f"{task.name}-{part}"
        for part in ("data.h5", "noising.h5md", "protocol.h5", "samples.h5md", "paths.h5md", "figures.json")
    }
    seconds: dict[str, float] = {}
    settings = task.learning

    def stage(name: str, action: Callable[[], Any]) -> Any:
        say(f"{task.name}: {name}")
        begin = time.perf_counter()
        result = action()
        seconds[name] = time.perf_counter() - begin
        return result

    task.data.save(files["data.h5"], overwrite=True)
    recording = RecordSettings(
        range=settings.range,
        samples=settings.samples,
        thermal_energy=settings.thermal_energy,
        sigma=settings.sigma,
        platform=platform,
    )
    times = time_grid(settings, task.data.kind)
    stage("record", lambda: record(task.data, files["noising.h5md"], times, recording, overwrite=True))
    learning = replace(settings, samples=None)  # all that was recorded
    stage("learn", lambda: learn(files["noising.h5md"], files["protocol.h5"], learning, overwrite=True))
    sampling = GenerationSettings(task.samples, seed=1, platform=platform)
    stage("generate", lambda: generate(files["protocol.h5"], files["samples.h5md"], sampling, overwrite=True))
    paths = GenerationSettings(16, every=8, seed=2, platform=platform)
    generate(files["protocol.h5"], files["paths.h5md"], paths, overwrite=True)
    states = read_samples(files["samples.h5md"])
    figures = stage("evaluate", lambda: evaluate(states, task.data))
    stage("draw", lambda: _draw(task, folder, states))
    figures["seconds"] = seconds
    with new_file(files["figures.json"], overwrite=True) as temporary:
        temporary.write_text(to_json(figures) + "\n")
    return figures


def _draw(task: Task, folder: Path, states: np.ndarray) -> None:
    learned = load_protocol(folder / f"{task.name}-protocol.h5")
    times = learned.protocol.getTimes()
    protocol_curves(times, family_curves(learned), folder / f"{task.name}-protocol.png", overwrite=True)
    report = learning_report(learned)
    curves = {"loss: training": report["training_losses"], "loss: held-out": report["held_out_losses"]}
    learning_curves(times, curves, folder / f"{task.name}-learning.png", overwrite=True)
    if task.data.kind == "mixture":
        density(states, task.data, folder / "mixture-density.png", overwrite=True)
        return
    width, height = task.data.width, task.data.height
    contact_sheet(states[:128], width, height, folder / "digits-samples.png", overwrite=True)
    contact_sheet(task.data.held_out[:128], width, height, folder / "digits-data.png", overwrite=True)
    path_times, frames = read_path(folder / "digits-paths.h5md", 16)
    path_strip(frames[:, :6], path_times, width, height, folder / "digits-paths.png", overwrite=True)
    path_animation(frames, path_times, width, height, folder / "digits-paths.gif", overwrite=True)


def run_demo(folder: Path, platform: str | None = None, say: Say = print) -> dict[str, dict[str, Any]]:
    """Run both demonstrations; all files go to the folder, and replace earlier ones.

    Args:
        folder: made if it does not exist.
        platform: of OpenMM; None for CPU if it has the kernels, else Reference.
        say: called with a line for each stage.

    Returns:
        Figures of ``mixture`` and ``digits``, as run_task().
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {task.name: run_task(task, folder, platform, say) for task in (mixture_task(), digits_task())}
