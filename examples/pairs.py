"""All pairs of two digits: the closed loop learns each pair on a lattice of its own, and is held against real images.

    oscillators data mnist --digits 0,1,2,3,4,5,6,7,8,9 --size 10 -o ten-digits.h5
    python pairs.py ten-digits.h5 -o pairs

Every pair is learned from few samples, so that all 45 take minutes rather than an hour. Classifiers of all
ten digits judge every pair. Writes OUTPUT.json and OUTPUT.png, whose lower triangle shows Frechet distances in units of
those of a Gaussian with the moments of the pair's training images, and whose upper triangle shows by how much the share
of the smaller digit is off.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from experiments import generated_figures, learn, panels

from openmmoscillators.classifiers import ImageClassifiers
from openmmoscillators.datasets import DataSet, load_dataset
from openmmoscillators.evaluation import ImageJudge
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.learningsettings import LearningSettings

COLUMNS = ("frechet", "smaller", "expected", "others", "ambiguous", "neighbour", "escaped", "seconds")


def restricted(data: DataSet, labels: tuple[int, int]) -> DataSet:
    """The states of a data set that have one of the labels."""
    train, held_out = np.isin(data.train_labels, labels), np.isin(data.held_out_labels, labels)
    return replace(
        data,
        train=data.train[train],
        train_labels=data.train_labels[train],
        held_out=data.held_out[held_out],
        held_out_labels=data.held_out_labels[held_out],
    )


def measure(pair: tuple[int, int], data: DataSet, classifiers: ImageClassifiers, arguments: argparse.Namespace) -> dict:
    selected = restricted(data, pair)
    settings = LearningSettings(samples=arguments.samples, slices=arguments.slices, range=arguments.range)
    with tempfile.TemporaryDirectory() as folder:
        selected.save(Path(folder) / "pair.h5")
        learned, report = learn(Path(folder) / "pair.h5", settings, {"populationSize": arguments.samples})
    figures = generated_figures(ImageJudge(selected, classifiers=classifiers), learned, arguments.generated)
    smaller, larger = (figures["shares"][classifiers.classes.index(digit)] for digit in pair)
    return {
        "pair": pair,
        "smaller": smaller / (smaller + larger),
        "expected": float((selected.held_out_labels == pair[0]).mean()),
        "others": 1.0 - smaller - larger,
        "seconds": report["processor_seconds"],
    } | figures


def draw(results: list[dict[str, Any]], digits: list[int], path: Path) -> None:
    """Frechet distances below the diagonal, what the share of the smaller digit is off above it."""
    places = {digit: k for k, digit in enumerate(digits)}
    grids = np.full((2, len(digits), len(digits)), np.nan)
    for row in results:
        smaller, larger = (places[digit] for digit in row["pair"])
        grids[0, larger, smaller] = row["frechet"]
        grids[1, smaller, larger] = row["smaller"] - row["expected"]
    figure, axes = panels("digit", size=6)
    axis = axes[0, 0]
    below = axis.imshow(grids[0], cmap="viridis_r", vmin=0, vmax=1)
    above = axis.imshow(grids[1], cmap="RdBu", vmin=-0.15, vmax=0.15)
    for (row, column), value in np.ndenumerate(np.where(np.isnan(grids[0]), grids[1], grids[0])):
        if np.isfinite(value):
            axis.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8)
    axis.set_xticks(range(len(digits)), digits)
    axis.set_yticks(range(len(digits)), digits)
    figure.colorbar(below, label="Fréchet distance / Gaussian's", location="bottom", shrink=0.8)
    figure.colorbar(above, label="share of the smaller digit, less that of images", location="right", shrink=0.8)
    figure.savefig(path, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images with labels")
    parser.add_argument("-o", "--output", default="pairs", help="of OUTPUT.json and OUTPUT.png")
    parser.add_argument("--samples", type=int, default=2048, help="noised samples at each time, and the population")
    parser.add_argument("--slices", type=int, default=32)
    parser.add_argument("--range", type=int, default=6)
    parser.add_argument("--generated", type=int, default=2048, help="samples generated of every pair")
    arguments = parser.parse_args()
    data = load_dataset(arguments.data)
    classifiers = ImageClassifiers(data)
    results = []
    for pair in combinations(data.classes, 2):
        results.append(measure(pair, data, classifiers, arguments))
        print(" ".join(f"{key} {results[-1][key]:.3f}" for key in COLUMNS), f"of {pair}", flush=True)
        Path(f"{arguments.output}.json").write_text(to_json(results) + "\n")
        draw(results, data.classes, Path(f"{arguments.output}.png"))


if __name__ == "__main__":
    main()
