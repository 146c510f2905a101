"""``oscillators benchmark``: how fast this machine is."""

from __future__ import annotations

from typing import Annotated

import typer

from ..benchmarking import BenchmarkSettings, measure
from .common import Platform, Precision, Range, results, write_json


def benchmark(
    lattice: Annotated[int, typer.Option("--lattice", min=1, help="Oscillators along each side of a square.")] = 12,
    range_: Range = 6,
    replicas: Annotated[int, typer.Option("--replicas", min=1, help="Replicas in one Context.")] = 1024,
    samples: Annotated[int, typer.Option("--samples", min=1, help="Samples that a product A v is taken over.")] = 4096,
    scheme: Annotated[
        str, typer.Option("--scheme", help="euler-maruyama, stochastic-heun or leimkuhler-matthews.")
    ] = "euler-maruyama",
    precision: Precision = None,
    platform: Platform = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="On the CPU platform and of learning. By default all.")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="Time to spend on each of the two figures.")] = 2.0,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure the time of a step through an OpenMM Context, and of a product of learning.

    A step is one of one replica, with interpolation of theta(t), force, noise and update. A product is A v of one
    sample, what the exact solve of a slice of time repeats. Both are the best of five repetitions.

    Example: oscillators benchmark --lattice 12 --range 6 --replicas 1024 --precision single --threads 1 --json
    """
    figures = measure(
        BenchmarkSettings(
            lattice=lattice,
            range=range_,
            replicas=replicas,
            samples=samples,
            scheme=scheme,
            platform=platform,
            precision=precision,
            threads=threads,
            seconds=seconds,
        )
    )
    if json:
        write_json(figures, "-", overwrite=False)
        return
    for name, value in figures.items():
        shown = f"{value:.4g}" if isinstance(value, float) else value
        results.print(f"[bold]{name.replace('_', ' ')}:[/bold] {shown}")
