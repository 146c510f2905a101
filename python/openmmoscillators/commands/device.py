"""``oscillators device``: learning in place, on a simulated device with errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..devices import IN_PLACE, learn_in_place
from ..oscillators import DeviceErrors, SensorErrors
from .common import (
    Interval,
    Json,
    Overwrite,
    Platform,
    Precision,
    Range,
    Resume,
    Seed,
    Slices,
    ThermalEnergy,
    check_json,
    progress_bar,
    results,
    write_json,
    written,
)


def device(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Data set file, whose noised states are imposed.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Protocol file to write, of what acts in the device.")],
    commanded: Annotated[
        Path | None, typer.Option("--commanded", help="Also write a protocol file, of what was commanded.")
    ] = None,
    as_driven: Annotated[
        bool, typer.Option("--as-driven", help="Measure the device as generation drives it, at 2 theta less the trap.")
    ] = False,
    force_noise: Annotated[float, typer.Option("--force-noise", help="Of every force reading, in kJ/(mol nm).")] = 0.0,
    gain_error: Annotated[float, typer.Option("--gain-error", help="Relative, of each force sensor.")] = 0.0,
    offset: Annotated[float, typer.Option("--offset", help="Of each force sensor, in kJ/(mol nm).")] = 0.0,
    memory: Annotated[
        float, typer.Option("--memory", help="Share of a force reading that is of the one before: finite bandwidth.")
    ] = 0.0,
    bits: Annotated[int, typer.Option("--bits", help="Of the force converters; 0: continuous.")] = 0,
    force_range: Annotated[float, typer.Option("--force-range", help="Of the force converters, kJ/(mol nm).")] = 50.0,
    dead: Annotated[float, typer.Option("--dead", help="Share of the force sensors that read 0.")] = 0.0,
    position_noise: Annotated[float, typer.Option("--position-noise", help="Of every position reading, in nm.")] = 0.0,
    position_gain_error: Annotated[
        float, typer.Option("--position-gain-error", help="Relative, of each position sensor.")
    ] = 0.0,
    position_offset: Annotated[float, typer.Option("--position-offset", help="Of each position sensor, in nm.")] = 0.0,
    position_memory: Annotated[
        float, typer.Option("--position-memory", help="Share of a position reading that is of the one before.")
    ] = 0.0,
    position_bits: Annotated[
        int, typer.Option("--position-bits", help="Of the position converters; 0: continuous.")
    ] = 0,
    position_range: Annotated[float, typer.Option("--position-range", help="Of the position converters, in nm.")] = 5.0,
    position_dead: Annotated[
        float, typer.Option("--position-dead", help="Share of the position sensors that read 0.")
    ] = 0.0,
    command_gain_error: Annotated[
        float, typer.Option("--command-gain-error", help="Relative, of each parameter that is set.")
    ] = 0.0,
    command_offset: Annotated[
        float, typer.Option("--command-offset", help="Of each parameter that is set, in its own unit.")
    ] = 0.0,
    command_bits: Annotated[
        int, typer.Option("--command-bits", help="Of the converters that set parameters; 0: continuous.")
    ] = 0,
    command_range: Annotated[
        float, typer.Option("--command-range", help="Of these converters, in the parameter's own unit.")
    ] = 50.0,
    drift: Annotated[
        float, typer.Option("--drift", help="Change of each parameter's relative error a measured block.")
    ] = 0.0,
    device_seed: Annotated[int, typer.Option("--device-seed", min=0, help="Which device: seed of its errors.")] = 0,
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help="denoising, implicit, reversed-path: forces are measured; contrastive-divergence: the device is let "
            "go for a moment, and positions are; closed-loop: it generates, too, and what that lacks is corrected.",
        ),
    ] = IN_PLACE.rule,
    matching: Annotated[
        str | None, typer.Option("--matching", help="The rule that closed-loop corrects. By default denoising.")
    ] = None,
    optimizer: Annotated[
        str, typer.Option("--optimizer", help="sgd or adam, whose updates are local.")
    ] = IN_PLACE.optimizer,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps at each slice.")] = IN_PLACE.steps,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Samples that a step averages over.")] = IN_PLACE.batch,
    learning_rate: Annotated[
        float | None, typer.Option("--learning-rate", help="Of the first step. By default 0.1 for adam, 0.01 for sgd.")
    ] = None,
    interval: Interval = None,
    repetitions: Annotated[
        int, typer.Option("--repetitions", min=1, help="Free evolutions from every sample.")
    ] = IN_PLACE.repetitions,
    slices: Slices = IN_PLACE.slices,
    range_: Range = IN_PLACE.range,
    kt: ThermalEnergy = IN_PLACE.thermal_energy,
    seed: Seed = 0,
    platform: Platform = None,
    precision: Precision = None,
    resume: Resume = False,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Learn on a device with errors: parameters are commanded, noised states imposed, forces or motion measured.

    The device is a Context. Nothing else is known to the learner, and all its updates are local. Errors are standard
    deviations over sensors or parameters. Generate from the output to see what the device generates.

    Example: oscillators device digits.h5 --gain-error 0.1 --bits 8 -o protocol.h5
    """
    check_json(json, overwrite)
    errors = DeviceErrors(
        force=SensorErrors(
            noise=force_noise,
            gainSpread=gain_error,
            offsetSpread=offset,
            memory=memory,
            bits=bits,
            range=force_range,
            deadShare=dead,
        ),
        position=SensorErrors(
            noise=position_noise,
            gainSpread=position_gain_error,
            offsetSpread=position_offset,
            memory=position_memory,
            bits=position_bits,
            range=position_range,
            deadShare=position_dead,
        ),
        commandGainSpread=command_gain_error,
        commandOffsetSpread=command_offset,
        commandBits=command_bits,
        commandRange=command_range,
        drift=drift,
        seed=device_seed,
    )
    settings = replace(
        IN_PLACE,
        rule=rule,
        matching=matching,
        optimizer=optimizer,
        steps=steps,
        batch=batch,
        learning_rate=learning_rate,
        interval=interval,
        repetitions=repetitions,
        slices=slices,
        range=range_,
        thermal_energy=kt,
        seed=seed,
    )
    with progress_bar("learning slices") as progress:
        report = learn_in_place(
            data, output, errors, settings, as_driven, commanded, platform, precision, overwrite, progress, resume
        )
    if json != "-":
        results.print(
            f"{rule}, {optimizer}: {report['parameters']} parameters x {slices} slices in {report['seconds']:.1f} s; "
            f"held-out denoising loss of what acts {min(report['acting_losses']):.5g} to "
            f"{max(report['acting_losses']):.5g}"
        )
    write_json(report, json, overwrite)
    written(output)
