"""``oscillators learn``: from data or a recording to a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import OscillatorsError
from ..latents import LatentSettings
from ..learning import learn as learn_protocol
from ..learning import report_values
from ..learningsettings import CLOSED_LOOP, LearningSettings
from .common import (
    FirstTime,
    Interval,
    Json,
    LastTime,
    Overwrite,
    Range,
    Resume,
    Seed,
    Sigma,
    Slices,
    ThermalEnergy,
    check_json,
    progress_bar,
    results,
    write_json,
    written,
)


def _latents(
    latents: str | None, clusters: int | None, split: int | None, gated: int, joint: bool
) -> LatentSettings | None:
    if latents is None:
        return None
    if clusters is not None and split is not None:
        raise OscillatorsError("--clusters are found without labels, --split within labels: give one of the two")
    if latents not in ("category", "category+gated", "given"):
        raise OscillatorsError(f"--latents {latents!r}, expected category, category+gated or given")
    return LatentSettings(
        gated=gated if latents == "category+gated" else 0,
        given=latents == "given",
        clusters=clusters,
        split=split,
        clamped=not joint,
    )


def learn(
    source: Annotated[Path, typer.Argument(metavar="DATA|RECORDING", help="Data set file, or H5MD file with forces.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Protocol file to write.")],
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help="closed-loop: matching, corrected by generated samples; denoising: matching that needs the datum of "
            "each sample; implicit: matching from positions and forces alone; contrastive-divergence: from positions "
            "before and after short free evolutions, no forces; reversed-path: from steps of the noising process.",
        ),
    ] = CLOSED_LOOP,
    matching: Annotated[
        str | None,
        typer.Option(
            "--matching",
            help="The rule that closed-loop corrects. By default denoising if the data are known, or else implicit.",
        ),
    ] = None,
    slices: Slices = 32,
    first_time: FirstTime = None,
    last_time: LastTime = 5.0,
    grid: Annotated[
        str, typer.Option("--grid", help="Times are uniform in log-noise, log(exp(2 t / sigma^2) - 1), or linear.")
    ] = "log-noise",
    range_: Range = 6,
    samples: Annotated[
        int | None,
        typer.Option("--samples", min=1, help="Noised samples at each time. By default one a training state."),
    ] = None,
    kt: ThermalEnergy = 0.1,
    sigma: Sigma = 1.0,
    measured: Annotated[
        Path | None,
        typer.Option(
            "--measured",
            help="Protocol file under which forces and motion are measured: of a RECORDING that does not hold its own, "
            "or for a DATA file, instead of the noising trap alone.",
        ),
    ] = None,
    optimizer: Annotated[
        str,
        typer.Option(
            "--optimizer",
            help="exact: the optimum of each slice, by a linear solve (not local); adam, sgd: local steps from "
            "minibatches, as a device could take them.",
        ),
    ] = "exact",
    steps: Annotated[int, typer.Option("--steps", min=1, help="Local steps at each slice.")] = 2000,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Samples a local step averages over.")] = 512,
    learning_rate: Annotated[
        float | None,
        typer.Option("--learning-rate", help="Of the first local step. By default 0.1 for adam, 0.01 for sgd."),
    ] = None,
    schedule: Annotated[
        str, typer.Option("--schedule", help="Of the learning rate: constant, cosine or exponential.")
    ] = "cosine",
    average: Annotated[
        float, typer.Option("--average", min=0, max=1, help="Share of the local steps averaged at the end.")
    ] = 0.25,
    ridge: Annotated[
        float | None,
        typer.Option(
            "--ridge", min=0.0, help="Regularisation, times the diagonal of A. By default 0.01, with --latents 0.003."
        ),
    ] = None,
    minimum_k6: Annotated[float, typer.Option("--minimum-k6", help="Least k_6, > 0: it confines the network.")] = 0.01,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="Relative residual at which a slice is solved.")
    ] = 1e-3,
    iterations: Annotated[int, typer.Option("--iterations", min=1, help="Most iterations a slice.")] = 200,
    interval: Interval = None,
    repetitions: Annotated[
        int, typer.Option("--repetitions", min=1, help="Free evolutions from every sample of a DATA file.")
    ] = 16,
    latents: Annotated[
        str | None,
        typer.Option(
            "--latents",
            help="Codes on latent oscillators, joined to all others: category; category+gated: with coordinates within "
            "each category; given: those that DATA holds. By default none.",
        ),
    ] = None,
    clusters: Annotated[
        int | None, typer.Option("--clusters", min=2, help="Categories are so many k-means clusters, not the labels.")
    ] = None,
    split: Annotated[
        int | None,
        typer.Option("--split", min=2, help="Categories are so many k-means clusters, each within a label."),
    ] = None,
    gated: Annotated[int, typer.Option("--gated", min=1, help="Number of gated coordinates of each category.")] = 10,
    joint: Annotated[
        bool, typer.Option("--joint", help="Learn to generate categories with the rest, not to be given them.")
    ] = False,
    seed: Seed = 0,
    threads: Annotated[int, typer.Option("--threads", min=0, help="0: as many as the machine runs at once.")] = 0,
    resume: Resume = False,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Learn the protocol theta(t) whose forces turn noise into data, by a local learning rule.

    Every parameter's gradient sees only the one or two oscillators it belongs to. The step from gradients to parameters
    is local with --optimizer adam or sgd; by default the optimum of each time slice is found exactly, which is not.
    A DATA file is noised in memory. A RECORDING brings its own times, network and noising process.

    Example: oscillators learn digits.h5 -o protocol.h5
    """
    check_json(json, overwrite)
    settings = LearningSettings(
        rule=rule,
        matching=matching,
        slices=slices,
        first_time=first_time,
        last_time=last_time,
        grid=grid,
        range=range_,
        samples=samples,
        thermal_energy=kt,
        sigma=sigma,
        optimizer=optimizer,
        steps=steps,
        batch=batch,
        learning_rate=learning_rate,
        schedule=schedule,
        average=average,
        ridge=ridge,
        minimum_k6=minimum_k6,
        tolerance=tolerance,
        max_iterations=iterations,
        interval=interval,
        repetitions=repetitions,
        latents=_latents(latents, clusters, split, gated, joint),
        seed=seed,
        threads=threads,
    )
    with progress_bar("learning slices") as progress:
        report = learn_protocol(source, output, settings, measured, overwrite, progress, resume)
    if json != "-":
        results.print(report.briefReport())
    write_json(report_values(report), json, overwrite)
    written(output)
