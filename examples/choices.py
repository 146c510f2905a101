"""Evidence for the defaults of learning: zeros and ones on a lattice, one choice changed at a time.

    oscillators data mnist --digits 0,1 --size 10 -o digits.h5
    python choices.py digits.h5 -o choices

writes choices.json, choices.md (a table) and choices.png. Every experiment learns, generates and judges; all of them
take some ten minutes of processor time. --only takes some of the groups, --seeds repeats each with other noise.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from experiments import generated_figures, learn, panels, table

from openmmoscillators.datasets import load_dataset
from openmmoscillators.evaluation import ImageJudge
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, NoisingProcess

POPULATION = 8192
COLUMNS = ("ambiguous", "frechet", "neighbour", "escaped", "seconds")


@dataclass(frozen=True)
class Choice:
    """What one experiment changes: settings of learning, of its feedback, and over how many slices it smooths."""

    group: str
    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    feedback: dict[str, Any] = field(default_factory=dict)
    smoothing: float = 0.0


def smooth(learned: LearnedProtocol, width: float) -> None:
    """Smooth a protocol over slices in units of 1 / v(t), in which early slices are as large as late ones."""
    process = NoisingProcess(learned.sigma, learned.kT)
    times = learned.protocol.getTimes()
    variances = np.array([process.getVariance(t) for t in times])[:, None]
    scaled = DrivingProtocol(learned.network, times, variances * np.asarray(learned.protocol.getValues()))
    values = np.asarray(scaled.smoothed(width).getValues()) / variances
    learned.protocol = DrivingProtocol(learned.network, times, values)


def choices(base: LearningSettings) -> list[Choice]:
    """All experiments, group by group; the first is the base case."""
    result = [Choice("base", f"{base.slices} slices, {base.samples} samples, population of {POPULATION}")]
    for name, settings in (
        ("matching alone, denoising", {"rule": "denoising"}),
        ("matching alone, implicit", {"rule": "implicit"}),
        ("closed loop on implicit matching", {"matching": "implicit"}),
    ):
        result.append(Choice("rule", name, settings))
    for slices in (16, 24, 48):
        result.append(Choice("slices", f"{slices} slices", {"slices": slices}))
    result.append(Choice("times", "uniform in time", {"grid": "linear"}))
    for time in (0.01, 0.05, 0.1):
        result.append(Choice("times", f"from {time} ps", {"first_time": time}))
    result.append(Choice("times", "to 2.5 ps", {"last_time": 2.5}))
    for ridge in (1e-3, 3e-2):
        result.append(Choice("ridge", f"ridge {ridge:g}", {"ridge": ridge}))
    for k6 in (1e-3, 3e-2, 1e-1):
        result.append(Choice("k_6", f"least k_6 {k6:g}", {"minimum_k6": k6}))
    result.append(Choice("smoothing", "over one slice", smoothing=1.0))
    for gain in (0.5, 2.0):
        result.append(Choice("feedback", f"gain {gain:g}", feedback={"gain": gain}))
    for share in (0.0, 0.5):
        result.append(Choice("feedback", f"carry-over {share:g}", feedback={"carryOver": share}))
    for ridge in (1e-1, 1.0):
        result.append(Choice("feedback", f"ridge of the feedback {ridge:g}", feedback={"ridge": ridge}))
    for size in (2048, 32768):
        result.append(Choice("population", f"population of {size}", feedback={"populationSize": size}))
    for samples in (1024, 2048, 8192, 16384):
        result.append(Choice("samples", f"{samples} samples", {"samples": samples}))
    return result


def measure(choice: Choice, base: LearningSettings, data: Path, judge: ImageJudge, samples: int) -> dict[str, Any]:
    settings = replace(base, **choice.settings)
    learned, report = learn(data, settings, {"populationSize": POPULATION} | choice.feedback)
    smooth(learned, choice.smoothing)
    return {
        "group": choice.group,
        "name": choice.name,
        "seed": settings.seed,
        "forces": settings.slices * settings.samples,
        "seconds": report["processor_seconds"],
    } | generated_figures(judge, learned, samples, settings.seed + 1)


def markdown(results: list[dict[str, Any]]) -> str:
    """One row an experiment: means over seeds."""
    rows = []
    for name in dict.fromkeys(row["name"] for row in results):
        same = [row for row in results if row["name"] == name]
        zeros = np.mean([row["shares"][0] for row in same])
        ambiguous, frechet, neighbour, escapes, seconds = (np.mean([row[k] for row in same]) for k in COLUMNS)
        values = (zeros, ambiguous, frechet, neighbour)  # not numbers if nearly all samples escape
        figures = [f"{value:.3f}" if np.isfinite(value) else "" for value in values]
        rows.append([same[0]["group"], name, *figures, f"{escapes:.4f}", f"{seconds:.0f}"])
    header = ("", "", "zeros", "ambiguous", "FD/Gaussian", "1-NN", "escaped", "processor s")
    return table(header, rows)


def draw(results: list[dict[str, Any]], path: Path) -> None:
    """Quality against the number of slices, of samples and of the population, as forces read and as time."""
    figure, axes = panels("forces read", "processor time of learning (s)")
    for axis, key in zip(axes[0], ("forces", "seconds"), strict=True):
        for group in ("slices", "samples", "population"):
            points = sorted((row[key], row["frechet"]) for row in results if row["group"] in ("base", group))
            axis.plot(*zip(*points, strict=True), marker=".", label=f"{group} varied")
        axis.set_xscale("log")
    axes[0, 0].set_ylabel("Fréchet distance / Gaussian's")
    axes[0, 0].legend()
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("-o", "--output", default="choices", help="of OUTPUT.json, OUTPUT.md and OUTPUT.png")
    parser.add_argument("--only", nargs="*", help="groups of experiments; the base case is always run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--samples", type=int, default=4096, help="noised samples at each time of the base case")
    parser.add_argument("--slices", type=int, default=32, help="of the base case")
    parser.add_argument("--range", type=int, default=6)
    parser.add_argument("--generated", type=int, default=4096, help="samples generated in every experiment")
    arguments = parser.parse_args()
    judge = ImageJudge(load_dataset(arguments.data))
    base = LearningSettings(samples=arguments.samples, slices=arguments.slices, range=arguments.range)
    results: list[dict[str, Any]] = []
    for seed in arguments.seeds:
        for choice in choices(base):
            if arguments.only is not None and choice.group not in ("base", *arguments.only):
                continue
            results.append(measure(choice, replace(base, seed=seed), arguments.data, judge, arguments.generated))
            print(markdown(results[-1:]).splitlines()[-1], flush=True)
            Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
            Path(f"{arguments.output}.md").write_text(markdown(results))
    draw(results, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
