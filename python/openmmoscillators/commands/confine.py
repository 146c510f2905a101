"""``oscillators confine``: stiffening a learned protocol until no path escapes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..confining import confine as stiffen
from ..datasets import load_dataset
from ..files import check_output, new_file
from ..oscillators import ProtocolFile
from .common import Overwrite, remarks, results, written


def confine(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file of `oscillators learn`.")],
    against: Annotated[Path, typer.Option("--against", help="Data set file that it was learned from.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Protocol file to write.")],
    samples: Annotated[int, typer.Option("--samples", min=1, help="States looked at, of data and generated.")] = 2048,
    before: Annotated[
        float,
        typer.Option("--before", help="Only at noising times before this, in ps: loses less likeness, and holds less."),
    ] = float("inf"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of these states.")] = 0,
    overwrite: Overwrite = False,
) -> None:
    """Stiffen a protocol so that no path escapes, at some cost in likeness.

    Learning knows nothing of the energy where no samples are; one path in some thousand strays there and is lost. At
    every time the k_6 of an oscillator is raised to what brings it back from beyond its reach, while the others are as
    in data or as generated.

    Example: oscillators confine protocol.h5 --against digits.h5 -o confined.h5
    """
    check_output(output, overwrite)
    data = load_dataset(against)
    with remarks.status("confining"):
        confined, report = stiffen(protocol, data, samples, seed, before)
    with new_file(output, overwrite) as temporary:
        ProtocolFile.write(str(temporary), confined)
    results.print(
        f"{report.raised} of {report.parameters} k_6 raised, the median one of them {report.median_factor:.3g} times"
    )
    written(output)
