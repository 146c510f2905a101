"""A table over seeds: how good samples are of networks that learned from a data set with several sets of options.

    python examples/seeds.py digits.h5 -o runs --row "class given: --latents category+gated" --row "no latents:"

Every row is learned with every seed (`oscillators learn` with its options), generates samples (`oscillators generate`
with the options of --generate; with --twice again, given the codes that the first samples ended with) and is evaluated
(`oscillators evaluate`). Prints the mean and the standard deviation over the seeds, beside those of real training
images and of one Gaussian a class. What an earlier call has left in the folder is not made again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from experiments import table

from openmmoscillators import cli
from openmmoscillators.categories import LABELS
from openmmoscillators.latents import codes_from_json
from openmmoscillators.protocols import learning_report, load_protocol

COLUMNS = {
    "ambiguous_share": "ambiguous",
    "sure_share": "sure",
    "frechet_distance": "Fréchet distance",
    "energy_distance": "energy distance",
    "nearest_neighbour_accuracy": "nearest neighbour",
    "memorisation_ratio": "memorisation",
    "class_agreement": "read as meant",
    "escaped_share": "escaped",
    "seconds": "learned in s",
}
SPARE_SHARE = 1 / 16  # more samples than are asked for, of which codes are taken: some may escape
REFERENCES = {"floor": "real training images", "class_gaussian": "one Gaussian a class"}


@dataclass(frozen=True)
class Row:
    """A line of the table: its name, and the options that it is learned with."""

    name: str
    options: list[str]


def parse_row(text: str) -> Row:
    name, _, options = text.partition(":")
    return Row(name.strip(), shlex.split(options))


def make(output: Path, *command: str) -> None:
    """Run a command of the package that writes a file, unless the file is there."""
    if output.exists():
        return
    print("oscillators", shlex.join(command), file=sys.stderr)
    with contextlib.redirect_stdout(sys.stderr):
        status = cli.run(command)
    if status:
        sys.exit(status)


def generate(protocol: Path, samples: int, seed: int, conditions: list[str], generated: Path) -> None:
    chosen = ["--samples", str(samples), "--seed", str(seed), *conditions]
    make(generated, "generate", str(protocol), *chosen, "-o", str(generated))


def generate_twice(protocol: Path, samples: int, seed: int, conditions: list[str], generated: Path) -> None:
    """Samples for the codes that other samples ended with."""
    first = generated.with_suffix(".first.h5md")
    generate(protocol, samples + round(SPARE_SHARE * samples), seed, conditions, first)
    generate(protocol, samples, seed + 1000, ["--codes-from", str(first)], generated)


def figures(data: Path, row: Row, seed: int, chosen: argparse.Namespace) -> dict[str, float]:
    """Those of COLUMNS that there are of one network, made as the command line has chosen."""
    stem = f"{row.name.replace(' ', '-')}-{seed}"
    protocol, generated, evaluated = (chosen.output / f"{stem}.{suffix}" for suffix in ("h5", "h5md", "json"))
    make(protocol, "learn", str(data), *row.options, "--seed", str(seed), "-o", str(protocol))
    way = generate_twice if chosen.twice else generate
    way(protocol, chosen.samples, seed, chosen.generate, generated)
    learned = load_protocol(protocol)
    codes = codes_from_json(learned.codes)
    meant = codes is not None and codes.categories is not None and codes.categories.kind == LABELS
    options = ["--codes", str(protocol)] if meant else []
    make(evaluated, "evaluate", str(generated), "--against", str(data), *options, "--json", str(evaluated))
    return json.loads(evaluated.read_text()) | {"seconds": learning_report(learned)["seconds"]}


def cells(runs: list[dict]) -> list[str]:
    """The mean of each column, and its standard deviation over several runs."""
    result = []
    for key in COLUMNS:
        values = [run[key] for run in runs if run.get(key) is not None]
        spread = f" ± {np.std(values, ddof=1):.3f}" if len(values) > 1 else ""
        result.append(f"{np.mean(values):.3f}{spread}" if values else "")
    return result


def table_of(rows: dict[str, list[dict]]) -> str:
    """References are those of the first run."""
    first = next(iter(rows.values()))[0]
    lines = {title: [first["reference"][key]] for key, title in REFERENCES.items()} | rows
    return table(["", *COLUMNS.values()], [[title, *cells(runs)] for title, runs in lines.items()])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="data set of images")
    parser.add_argument("--row", action="append", type=parse_row, required=True, metavar="NAME:OPTIONS")
    parser.add_argument("--generate", type=shlex.split, default=[], metavar="OPTIONS", help="conditions")
    parser.add_argument("--twice", action="store_true", help="generate again, given the codes of the first samples")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--samples", type=int, default=4096, help="generated by each network")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of all that is made")
    chosen = parser.parse_args(arguments)
    chosen.output.mkdir(parents=True, exist_ok=True)
    made = {row.name: [figures(chosen.data, row, seed, chosen) for seed in chosen.seeds] for row in chosen.row}
    print(table_of(made), end="")


if __name__ == "__main__":
    main()
