"""Learning curves: how far the exact solve and local steps have come after so many force readings, samples, seconds.

    oscillators data mnist --digits 0,1 --size 10 -o digits.h5
    python learning_curves.py digits.h5 -o learning-curves

Learners that read the forces of noised states are given more and more: samples for the exact solve, which reads the
force of each once, and steps for the local optimizers, which read one force a sample of a minibatch, anew at every
step. The held-out loss E|s - s*|^2 / 2, s the score that is learned and s* its target, is shown as its excess over the
least that any of them reaches, in units of N / (2 v), that of no score at all, averaged over slices; the quality as the
Frechet distance of generated samples. Writes OUTPUT.json, OUTPUT.md and OUTPUT.png.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from experiments import generated_figures, learn, panels, table

from openmmoscillators.datasets import load_dataset
from openmmoscillators.evaluation import ImageJudge
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import LearningSettings, time_grid
from openmmoscillators.oscillators import NoisingProcess

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


def measure(curve: Curve, settings: LearningSettings, data: Path, judge: ImageJudge, generated: int) -> dict[str, Any]:
    learned, report = learn(data, settings)
    return {
        "curve": curve.name,
        "panels": curve.panels,
        "samples": settings.samples,
        "readings": readings(settings),
        "seconds": report["processor_seconds"],
        "losses": report["held_out_losses"],
    } | generated_figures(judge, learned, generated)


def add_excesses(results: list[dict[str, Any]], base: LearningSettings, oscillators: int) -> None:
    """E|s - s*|^2 / (N / v) of the score above that of the best, averaged over slices, as ``excess``."""
    process = NoisingProcess(base.sigma, base.thermal_energy)
    units = np.array([0.5 * oscillators / process.getVariance(time) for time in time_grid(base)])
    losses = np.array([row["losses"] for row in results])
    for row, excess in zip(results, (losses - losses.min(axis=0)) / units, strict=True):
        row["excess"] = float(excess.mean())


def markdown(results: list[dict[str, Any]]) -> str:
    header = ("", "samples", "readings", "processor s", "excess loss", "FD/Gaussian", "zeros", "escaped")
    rows = [
        [row["curve"], row["samples"], row["readings"], f"{row['seconds']:.1f}", f"{row['excess']:.4f}"]
        + [f"{value:.3f}" for value in (row["frechet"], row["shares"][0], row["escaped"])]
        for row in results
    ]
    return table(header, rows)


def draw(results: list[dict[str, Any]], path: Path) -> None:
    figure, axes = panels(*PANELS.values(), rows=2)
    names = list(dict.fromkeys(row["curve"] for row in results))
    for column, panel in zip(axes.T, PANELS, strict=True):
        for colour, name in enumerate(names):
            rows = [row for row in results if row["curve"] == name and panel in row["panels"]]
            for axis, quantity in zip(column, ("excess", "frechet"), strict=True):
                points = [row[panel] for row in rows], [row[quantity] for row in rows]
                axis.loglog(*points, marker=".", color=f"C{colour}", label=name)
    axes[0, 0].legend()
    axes[0, 0].set_ylabel("excess of the held-out loss")
    axes[1, 0].set_ylabel("Fréchet distance / Gaussian's")
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("-o", "--output", default="learning-curves", help="of OUTPUT.json, OUTPUT.md and OUTPUT.png")
    parser.add_argument("--most", type=int, default=8192, help="the largest number of samples at each time")
    parser.add_argument("--points", type=int, default=5, help="of each curve; each has half as much as the next")
    parser.add_argument("--slices", type=int, default=16)
    parser.add_argument("--range", type=int, default=6)
    parser.add_argument("--generated", type=int, default=2048, help="samples generated for every point")
    arguments = parser.parse_args()
    data = load_dataset(arguments.data)
    judge = ImageJudge(data)
    base = LearningSettings(rule="denoising", slices=arguments.slices, range=arguments.range)
    results: list[dict[str, Any]] = []
    for curve in curves(base, arguments.most, arguments.points):
        for settings in curve.cases:
            results.append(measure(curve, settings, arguments.data, judge, arguments.generated))
            add_excesses(results, base, data.num_oscillators)
            print(markdown(results).splitlines()[-1], flush=True)
            Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
            Path(f"{arguments.output}.md").write_text(markdown(results))
    draw(results, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
