"""Learning curves: how far the exact solve and local steps have come after so many force readings, samples, seconds.

    oscillators data mnist --digits 0,1 --size 10 -o digits.h5
    python learning_curves.py digits.h5 -o learning-curves
    oscillators data mixture -o mixture.h5
    python learning_curves.py mixture.h5 -o score-curves

Learners that read the forces of noised states are given more and more: samples for the exact solve, which reads the
force of each once, and steps for the local optimizers, which read one force a sample of a minibatch, anew at every
step. The held-out loss E|s - s*|^2 / 2, s the score that is learned and s* its target, is shown as its excess over the
least that any of them reaches, in units of N / (2 v), that of no score at all, averaged over slices. The quality is the
Frechet distance of generated samples of images; of a mixture of Gaussians, whose score is known, it is the relative
error of the score, E|F / kT - s|^2 / E|s|^2, averaged over slices. Writes OUTPUT.json, OUTPUT.md and OUTPUT.png.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from experiments import generated_figures, learn, panels, table
from matplotlib.ticker import NullFormatter

from openmmoscillators.datasets import DataSet, load_dataset
from openmmoscillators.diagnostics import diagnose
from openmmoscillators.evaluation import ImageJudge
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import LearnedProtocol, NoisingProcess

#: What learned protocols are judged by, for each kind of data set: a function of the protocol.
Quality = Callable[[LearnedProtocol], dict[str, Any]]
#: For each kind of data set the figures of quality; the first is drawn.
FIGURES = {
    "lattice": {"frechet": "Fréchet distance / Gaussian's", "zeros": "zeros", "escaped": "escaped"},
    "mixture": {"score_error": "error of the score"},
}
PANELS = {"readings": "forces read at each time", "samples": "samples at each time", "seconds": "processor time (s)"}


@dataclass(frozen=True)
class Curve:
    """A learner that is given more and more, and the panels where that is seen."""

    name: str
    cases: list[LearningSettings]
    panels: tuple[str, ...] = tuple(PANELS)


def curves(base: LearningSettings, most: int, points: int) -> list[Curve]:
    """What is learned; most is the largest number of samples at each time."""
    numbers = [most >> k for k in reversed(range(points))]
    steps = [max(32 * number // base.batch, 1) for number in numbers]
    result = [Curve("exact solve", [replace(base, samples=number) for number in numbers])]
    for optimizer in ("sgd", "adam"):
        local = replace(base, optimizer=optimizer, samples=most, steps=steps[-1])
        longer = [replace(local, steps=number) for number in steps]
        result.append(Curve(optimizer, longer[:-1], ("readings", "seconds")))
        result.append(Curve(optimizer, [replace(local, samples=number) for number in numbers[:-1]], ("samples",)))
        result.append(Curve(optimizer, [local]))
    return result


def readings(settings: LearningSettings) -> int:
    """Forces of a whole state that are read at each time."""
    return settings.samples if settings.optimizer == "exact" else settings.steps * settings.batch


def quality_of(data: DataSet, generated: int) -> Quality:
    """The FIGURES of a protocol that has learned a data set; images are judged by so many generated samples."""
    if data.kind == "mixture":
        return lambda learned: {"score_error": float(np.mean(diagnose(learned, data)["score_errors"]))}
    judge = ImageJudge(data)

    def of_images(learned: LearnedProtocol) -> dict[str, Any]:
        figures = generated_figures(judge, learned, generated)
        return figures | {"zeros": figures["shares"][0]}

    return of_images


def measure(curve: Curve, settings: LearningSettings, data: Path, quality: Quality) -> dict[str, Any]:
    learned, report = learn(data, settings)
    return {
        "curve": curve.name,
        "panels": curve.panels,
        "samples": settings.samples,
        "readings": readings(settings),
        "seconds": report["processor_seconds"],
        "times": report["times"],
        "losses": report["held_out_losses"],
    } | quality(learned)


def add_excesses(results: list[dict[str, Any]], process: NoisingProcess, oscillators: int) -> None:
    """E|s - s*|^2 / (N / v) of the score above that of the best, averaged over slices, as ``excess``."""
    units = np.array([0.5 * oscillators / process.getVariance(time) for time in results[0]["times"]])
    losses = np.array([row["losses"] for row in results])
    for row, excess in zip(results, (losses - losses.min(axis=0)) / units, strict=True):
        row["excess"] = float(excess.mean())


def markdown(results: list[dict[str, Any]], figures: dict[str, str]) -> str:
    header = ("", "samples", "readings", "processor s", "excess loss", *figures.values())
    rows = [
        [row["curve"], row["samples"], row["readings"], f"{row['seconds']:.2f}", f"{row['excess']:.4f}"]
        + [f"{row[figure]:.3f}" for figure in figures]
        for row in results
    ]
    return table(header, rows)


def draw(results: list[dict[str, Any]], figures: dict[str, str], path: Path) -> None:
    figure, axes = panels(*PANELS.values(), rows=2)
    drawn = next(iter(figures))
    names = list(dict.fromkeys(row["curve"] for row in results))
    for column, panel in zip(axes.T, PANELS, strict=True):
        for colour, name in enumerate(names):
            rows = [row for row in results if row["curve"] == name and panel in row["panels"]]
            for axis, quantity in zip(column, ("excess", drawn), strict=True):
                points = [row[panel] for row in rows], [row[quantity] for row in rows]
                axis.loglog(*points, marker=".", color=f"C{colour}", label=name)
                axis.xaxis.set_minor_formatter(NullFormatter())
    axes[0, 0].legend()
    axes[0, 0].set_ylabel("excess of the held-out loss")
    axes[1, 0].set_ylabel(figures[drawn])
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images, or a mixture")
    parser.add_argument("-o", "--output", default="learning-curves", help="of OUTPUT.json, OUTPUT.md and OUTPUT.png")
    parser.add_argument("--most", type=int, default=8192, help="the largest number of samples at each time")
    parser.add_argument("--points", type=int, default=5, help="of each curve; each has half as much as the next")
    parser.add_argument("--slices", type=int, default=16)
    parser.add_argument("--range", type=int, default=6)
    parser.add_argument("--generated", type=int, default=2048, help="samples of images generated for every point")
    arguments = parser.parse_args()
    data = load_dataset(arguments.data)
    quality, figures = quality_of(data, arguments.generated), FIGURES[data.kind]
    base = LearningSettings(rule="denoising", slices=arguments.slices, range=arguments.range)
    process = NoisingProcess(base.sigma, base.thermal_energy)
    results: list[dict[str, Any]] = []
    for curve in curves(base, arguments.most, arguments.points):
        for settings in curve.cases:
            results.append(measure(curve, settings, arguments.data, quality))
            add_excesses(results, process, data.num_oscillators)
            print(f"{curve.name}: {settings.samples} samples, {readings(settings)} readings", flush=True)
            Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
            Path(f"{arguments.output}.md").write_text(markdown(results, figures))
    print(markdown(results, figures), end="")  # at the end, as the least loss is that of all of them
    draw(results, figures, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
