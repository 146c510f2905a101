"""What several subcommands share: options, progress bars, results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ..errors import OscillatorsError
from ..files import check_output, new_file
from ..jsonfiles import to_json

#: Results go to standard output, progress and remarks to standard error.
results = Console(soft_wrap=True, highlight=False)
remarks = Console(stderr=True, highlight=False)

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output file if it exists.")]
Json = Annotated[str | None, typer.Option("--json", metavar="FILE", help="Write the figures as JSON; - is the screen.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all random numbers.")]
Platform = Annotated[
    str | None,
    typer.Option(
        "--platform", help="OpenMM platform: Reference, CPU, OpenCL ... By default CPU if it can, or Reference."
    ),
]
Precision = Annotated[
    str | None, typer.Option("--precision", help="single, mixed or double, where the platform lets one choose.")
]
OnEscape = Annotated[
    str,
    typer.Option(
        "--on-escape",
        help="What to do about a replica whose path escapes. drop: go on without it, it is not a number from then on; "
        "stop: end with an error, and keep the frames before it.",
    ),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Continue an interrupted run from its checkpoint beside the output, exactly.")
]
ThermalEnergy = Annotated[float, typer.Option("--kt", help="kT of the noising process, in kJ/mol.")]
Sigma = Annotated[float, typer.Option("--sigma", help="Width of the trap of the noising process.")]
Range = Annotated[
    int,
    typer.Option("--range", min=0, help="Oscillators up to this many sites apart (in rows and columns) are coupled."),
]
Slices = Annotated[int, typer.Option("--slices", min=2, help="Number of times at which the protocol is learned.")]
FirstTime = Annotated[
    float | None,
    typer.Option(
        "--first-time",
        help="Earliest of these times, in ps. By default 0.02, of a mixture 0.002; of an exact closed loop at another "
        "kT, when the noise is as at that time at kT = 0.1.",
    ),
]
LastTime = Annotated[float, typer.Option("--last-time", help="Latest of these times, in ps.")]

Interval = Annotated[
    float | None,
    typer.Option(
        "--interval",
        help="Duration of motion (free evolution, step of the noising process) in units of v(t) / kT, the time in "
        "which noise relaxes: 2 t, or sigma^2 if that is less. By default 0.05 for free evolution, 0.3 for a step.",
    ),
]


@contextmanager
def progress_bar(description: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; yields the function to call with what is done and what there is to do."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=remarks, transient=True, disable=not remarks.is_terminal) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def check_json(path: str | None, overwrite: bool) -> None:
    """Refuse a JSON file that cannot be written, before anything is computed."""
    if path not in (None, "-"):
        check_output(path, overwrite)


def write_json(figures: dict[str, Any], path: str | None, overwrite: bool) -> None:
    """Write figures where --json says: a file, standard output for "-", nowhere for None."""
    if path == "-":
        print(to_json(figures))
    elif path is not None:
        with new_file(path, overwrite) as temporary:
            temporary.write_text(to_json(figures) + "\n")


def numbers(text: str, kind: type, option: str) -> list:
    """Numbers separated by commas.

    Raises:
        OscillatorsError: something else is among them.
    """
    try:
        return [kind(part) for part in text.split(",")]
    except ValueError:
        what = "whole numbers" if kind is int else "numbers"
        raise OscillatorsError(f"{option} {text!r}, expected {what} separated by commas") from None


def report_escapes(reports: list[str]) -> None:
    """Say which replicas escaped, as the integrator reported it."""
    for report in reports:
        remarks.print(f"dropped: {report}", markup=False)


def written(path: Path) -> None:
    """Say which file was written."""
    remarks.print(f"[green]wrote[/green] {path} ({path.stat().st_size / 1e6:.2f} MB)")
