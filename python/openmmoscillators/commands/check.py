"""``oscillators check`` and ``oscillators repair``: whether a file is whole, and saving what is."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ..checking import check_file
from ..repairing import repair_recording
from .common import Json, Overwrite, check_json, remarks, results, write_json, written


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Recording, protocol or data set.")],
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Check that FILE is whole: structure, units, times, checksums, numbers. Exit status 1 if it is not.

    Example: oscillators check samples.h5md
    """
    check_json(json, overwrite)
    report = check_file(file)
    if json != "-":
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report.facts.items())
        results.print(f"{report.kind}: {facts}", markup=False)
        for line in report.problems:
            results.print(f"problem: {line}", markup=False)
        for line in report.remarks:
            results.print(f"remark: {line}", markup=False)
        results.print("not whole" if report.problems else "whole")
    write_json(asdict(report), json, overwrite)
    if report.problems:
        raise typer.Exit(1)


def repair(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Damaged recording; it stays as it is.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="H5MD file to write.")],
    overwrite: Overwrite = False,
) -> None:
    """Save the whole frames of a damaged recording, one that was cut off too, in a new file.

    Example: oscillators repair damaged.h5md -o whole.h5md
    """
    report = repair_recording(file, output, overwrite)
    remarks.print(f"saved {report.saved} of {report.found} frames")
    for name in report.left_out:
        remarks.print(f"left out {name}: it cannot be read", markup=False)
    written(output)
