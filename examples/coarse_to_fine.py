"""Pictures in two steps: a network of codes, and a network of pixels that is given the codes.

    python examples/coarse_to_fine.py digits28.h5 -o runs28

The codes are the first principal components of the pictures, of variance 1. A small network in which every code is
joined to every other learns them with latent oscillators of its own; the large one learns, by matching alone, what
pixels are like for given codes, which is nearly Gaussian. Prints the figures of its samples, and those for the codes of
held-out pictures, which tell how much is lost in either step. What an earlier call has left in the folder is not made
again.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import numpy as np
from experiments import table
from seeds import generate_twice, make

from openmmoscillators.conditions import codes_of
from openmmoscillators.datasets import DataSet, load_dataset
from openmmoscillators.evaluation import ImageJudge, escaped
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.protocols import load_protocol
from openmmoscillators.samples import read_latents, read_samples
from openmmoscillators.statistics import draw_gaussian

#: Standard deviation of the codes that pixels are given, in nm: well above the noise until late.
CODE_DEVIATION = 4.0
CODES = "--latents category+gated --split 8 --gated 4"
PIXELS = "--latents given --rule denoising --range 3 --samples 4096 --iterations 40"
COLUMNS = ("ambiguous_share", "sure_share", "frechet_distance", "nearest_neighbour_accuracy", "memorisation_ratio")


def with_codes(data: DataSet, count: int) -> DataSet:
    """The data set with ``count`` principal components as its codes."""
    states = data.train.astype(float)
    mean = states.mean(0)
    values, vectors = np.linalg.eigh(np.cov(states, rowvar=False))
    directions = vectors[:, ::-1][:, :count] / np.sqrt(values[::-1][:count])
    data.set_codes(lambda states, labels: CODE_DEVIATION * (states - mean) @ directions)
    return data


def codes_alone(data: DataSet, side: int) -> DataSet:
    """The codes of a data set, of variance 1, as the states of a square lattice."""
    return DataSet(
        kind="lattice",
        width=side,
        height=side,
        train=data.codes / CODE_DEVIATION,
        train_labels=data.train_labels,
        held_out=data.held_out_codes / CODE_DEVIATION,
        held_out_labels=data.held_out_labels,
        source="principal components",
    )


def generate_pixels(protocol: Path, codes: np.ndarray, output: Path) -> np.ndarray:
    """Samples of the network of pixels for codes [count][codes], in nm."""
    if not output.exists():
        network = load_protocol(protocol).network
        given = np.full((len(codes), network.getNumOscillators()), np.nan)
        given[:, network.getLatentOscillators()] = codes
        generate(protocol, output, GenerationSettings(len(codes), seed=0), given=given)
    return read_samples(output)


def figures(judge: ImageJudge, states: np.ndarray, meant: np.ndarray) -> list[str]:
    """Those of COLUMNS, how many samples are read as the class that they are meant to be of, and how many escaped."""
    lost = escaped(states)
    kept = states[~lost].astype(float)
    found = judge.figures(kept)
    read = np.asarray(judge.classifiers.classes)[judge.classifiers.class_probabilities(kept).argmax(1)]
    return [f"{value:.3f}" for value in (*(found[key] for key in COLUMNS), (read == meant[~lost]).mean(), lost.mean())]


def references(data: DataSet, count: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Training pictures, and draws from a Gaussian for each class, with their labels."""
    generator = np.random.default_rng(0)
    chosen = generator.permutation(len(data.train))[:count]
    labels = data.train_labels[chosen]
    gaussian = np.empty((len(chosen), data.num_oscillators))
    for label in data.classes:
        gaussian[labels == label] = draw_gaussian(
            data.train[data.train_labels == label], (labels == label).sum(), generator
        )
    return {"real training images": (data.train[chosen], labels), "one Gaussian a class": (gaussian, labels)}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("--side", type=int, default=6, help="of the lattice of codes; there are side x side of them")
    parser.add_argument("--codes", type=shlex.split, default=shlex.split(CODES), metavar="OPTIONS", help="of learning")
    parser.add_argument(
        "--pixels", type=shlex.split, default=shlex.split(PIXELS), metavar="OPTIONS", help="of learning"
    )
    parser.add_argument("--samples", type=int, default=4096)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of all that is made")
    chosen = parser.parse_args(arguments)
    folder = chosen.output
    folder.mkdir(parents=True, exist_ok=True)
    data = with_codes(load_dataset(chosen.data), chosen.side**2)
    coded, alone, small, large = (folder / f"{name}.h5" for name in ("coded", "codes", "code-network", "pixel-network"))
    data.save(coded, overwrite=True)
    codes_alone(data, chosen.side).save(alone, overwrite=True)
    make(small, "learn", str(alone), "--range", str(chosen.side - 1), *chosen.codes, "-o", str(small))
    generate_twice(small, chosen.samples, 0, [], folder / "codes.h5md")
    make(large, "learn", str(coded), *chosen.pixels, "-o", str(large))
    codes = read_samples(folder / "codes.h5md")
    meant = codes_of(load_protocol(small)).read_categories(read_latents(folder / "codes.h5md"))
    kept = ~escaped(codes)
    codes, meant = CODE_DEVIATION * codes[kept], meant[kept]
    judge = ImageJudge(data)
    rows = references(data, chosen.samples) | {
        "codes generated": (generate_pixels(large, codes, folder / "samples.h5md"), meant),
        "codes of held-out pictures": (
            generate_pixels(large, data.held_out_codes[: chosen.samples], folder / "reconstructions.h5md"),
            data.held_out_labels[: chosen.samples],
        ),
    }
    head = ["", *(key.replace("_", " ") for key in COLUMNS), "read as meant", "escaped"]
    print(table(head, [[name, *figures(judge, *row)] for name, row in rows.items()]), end="")


if __name__ == "__main__":
    main()
