"""``oscillators demo``: everything at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Json, Overwrite, Platform, check_json, remarks, results, write_json
from .evaluate import figure_table


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Folder for data, recordings, protocols, samples and pictures.")
    ] = Path("demo-output"),
    platform: Platform = None,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Two Gaussians and MNIST 0/1, from data to evaluated samples and pictures; files of an earlier demo are replaced.

    Example: oscillators demo demo-output
    """
    from ..demo import run_demo

    check_json(json, overwrite)
    with remarks.status("") as status:
        figures = run_demo(folder, platform, status.update)
    if json != "-":
        for name, values in figures.items():
            results.print(f"[bold]{name}[/bold]", f"{sum(values['seconds'].values()):.0f} s of computing")
            results.print(figure_table(values))
        pictures = sorted(str(path) for path in folder.iterdir() if path.suffix in (".png", ".gif"))
        results.print("Pictures: " + ", ".join(pictures))
    write_json(figures, json, overwrite)
