"""``oscillators record``: the noising process with forces, to H5MD."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..datasets import load_dataset
from ..files import check_output
from ..learningsettings import LearningSettings, time_grid
from ..protocols import load_protocol
from ..recording import RecordSettings
from ..recording import record as record_noising
from .common import (
    FirstTime,
    Interval,
    LastTime,
    Overwrite,
    Platform,
    Precision,
    Range,
    Resume,
    Seed,
    Sigma,
    Slices,
    ThermalEnergy,
    progress_bar,
    written,
)


def record(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Data set file whose training states are noised.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="H5MD file to write.")],
    protocol: Annotated[
        Path | None,
        typer.Option("--protocol", help="Protocol file whose forces are measured. By default the noising trap alone."),
    ] = None,
    route: Annotated[
        str,
        typer.Option(
            "--route",
            help="exact: the exact transitions of the process; simulated: the integrator in a harmonic trap.",
        ),
    ] = "exact",
    motion: Annotated[
        str,
        typer.Option(
            "--motion",
            help="Two frames, close in time, for every slice. free-evolution: the noised states and where the network "
            "takes them, for the rule contrastive-divergence; noising-step: both ends of a step, for reversed-path.",
        ),
    ] = "none",
    interval: Interval = None,
    samples: Annotated[
        int | None, typer.Option("--samples", min=1, help="Number of paths. By default one a training state.")
    ] = None,
    slices: Slices = 32,
    first_time: FirstTime = None,
    last_time: LastTime = 5.0,
    range_: Range = 6,
    kt: ThermalEnergy = 0.1,
    sigma: Sigma = 1.0,
    step: Annotated[float, typer.Option("--step", help="Longest step of the simulated route, in ps.")] = 0.005,
    full: Annotated[
        bool, typer.Option("--full", help="Also positions, velocities and total forces of all particles.")
    ] = False,
    seed: Seed = 0,
    platform: Platform = None,
    precision: Precision = None,
    resume: Resume = False,
    overwrite: Overwrite = False,
) -> None:
    """Record the noising process of DATA with the forces of a network, in an OpenMM Context, to H5MD.

    All paths share the Context; the first frame holds the data. `oscillators learn` takes the file, as it takes one
    that a laboratory recorded.

    Example: oscillators record digits.h5 -o noising.h5md
    """
    check_output(output, overwrite or resume)
    states = load_dataset(data)
    grid = LearningSettings(slices=slices, first_time=first_time, last_time=last_time, thermal_energy=kt, sigma=sigma)
    times = time_grid(grid, states.kind)
    measured = None if protocol is None else load_protocol(protocol)
    settings = RecordSettings(
        range=range_,
        samples=samples,
        thermal_energy=kt,
        sigma=sigma,
        route=route,
        maximum_step=step,
        motion=motion,
        interval=interval,
        full=full,
        seed=seed,
        platform=platform,
        precision=precision,
    )
    with progress_bar("recording frames") as progress:
        record_noising(states, output, times, settings, measured, overwrite, progress, resume)
    written(output)
