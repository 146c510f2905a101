"""``oscillators generate``: samples from a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..conditions import Condition
from ..errors import OscillatorsError
from ..generation import GenerationSettings
from ..generation import generate as generate_samples
from .common import (
    OnEscape,
    Overwrite,
    Platform,
    Precision,
    Resume,
    numbers,
    progress_bar,
    report_escapes,
    written,
)


def _rows(text: str | None) -> range | None:
    if text is None:
        return None
    try:
        first, last = (int(part) for part in text.split(":"))
    except ValueError:
        raise OscillatorsError(f"--rows {text!r}, expected first:last, as 0:5") from None
    return range(first, last)


def _between(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    states = numbers(text, int, "--between")
    if len(states) != 2:
        raise OscillatorsError(f"--between {text!r}, expected the numbers of two states, as 0,7")
    return states[0], states[1]


def generate(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file of `oscillators learn`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="H5MD file to write.")],
    samples: Annotated[int, typer.Option("--samples", min=1, help="Number of samples.")] = 1000,
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
    category: Annotated[
        int | None, typer.Option("--category", help="Give all samples this category: a label, or a cluster's number.")
    ] = None,
    categories_from: Annotated[
        Path | None,
        typer.Option(
            "--categories-from",
            metavar="DATA|WORDS",
            help="Give categories with the shares that they have there, or those of generated words, in their order.",
        ),
    ] = None,
    codes_from: Annotated[
        Path | None,
        typer.Option(
            "--codes-from",
            metavar="RECORDING",
            help="Give all codes, those that samples of this network ended with: generate their pictures again.",
        ),
    ] = None,
    clamp: Annotated[
        Path | None,
        typer.Option("--clamp", metavar="DATA", help="Data set of which held-out states are given in part; see below."),
    ] = None,
    rows: Annotated[
        str | None, typer.Option("--rows", metavar="A:B", help="Give the pixels in rows A to B - 1 of its states.")
    ] = None,
    between: Annotated[
        str | None,
        typer.Option("--between", metavar="I,J", help="Give codes on the line between those of its states I and J."),
    ] = None,
    platform: Platform = None,
    precision: Precision = None,
    on_escape: OnEscape = "drop",
    resume: Resume = False,
    overwrite: Overwrite = False,
) -> None:
    """Generate samples: from noise, an OpenMM Context runs under the learned protocol reversed in time.

    The H5MD file holds the final states, or with --every the whole paths.

    Whatever is given follows its noised path while the rest is generated. Networks that have learned with given
    categories are given those of the training states, with their shares, unless something else is said. Sample k of
    --clamp --rows completes held-out state k; those of --clamp --between lie at even distances.

    Example: oscillators generate protocol.h5 --samples 1000 --seed 1 -o samples.h5md
    """
    condition = Condition(category, categories_from, codes_from, clamp, _rows(rows), _between(between))
    settings = GenerationSettings(
        samples, steps_per_slice, scheme, every, seed, platform, precision, on_escape, condition
    )
    with progress_bar("steps") as progress:
        reports = generate_samples(protocol, output, settings, overwrite, progress, resume=resume)
    report_escapes(reports)
    written(output)
