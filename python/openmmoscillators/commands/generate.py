"""``oscillators generate``: samples from a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..generation import GenerationSettings
from ..generation import generate as generate_samples
from .common import Overwrite, Platform, Precision, progress_bar, written


def generate(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file of `oscillators learn`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="H5MD file to write.")],
    samples: Annotated[
        int, typer.Option("--samples", min=1, help="Number of samples: replicas in one Context.")
    ] = 1000,
    steps_per_slice: Annotated[
        int, typer.Option("--steps-per-slice", min=1, help="Steps between neighbouring times of the protocol.")
    ] = 16,
    scheme: Annotated[
        str, typer.Option("--scheme", help="euler-maruyama, stochastic-heun or leimkuhler-matthews.")
    ] = "euler-maruyama",
    every: Annotated[
        int | None, typer.Option("--every", min=1, help="Record whole paths, a frame every so many steps.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="By default a fresh one.")] = None,
    platform: Platform = None,
    precision: Precision = None,
    overwrite: Overwrite = False,
) -> None:
    """Generate samples: from noise, an OpenMM Context runs under the learned protocol reversed in time.

    The H5MD file holds the final states, or with --every the whole paths.

    Example: oscillators generate protocol.h5 --samples 1000 --seed 1 -o samples.h5md
    """
    settings = GenerationSettings(samples, steps_per_slice, scheme, every, seed, platform, precision)
    with progress_bar("steps") as progress:
        generate_samples(protocol, output, settings, overwrite, progress)
    written(output)
