"""``oscillators plot``: pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..datasets import load_dataset
from ..errors import OscillatorsError
from ..files import check_output
from .common import Overwrite, written

app = typer.Typer(
    no_args_is_help=True, help="Pictures: .png, .svg, .pdf, and for paths also .gif and .mp4 (needs ffmpeg)."
)

Output = Annotated[Path, typer.Option("--output", "-o", help="Picture to write; its suffix says the format.")]
Samples = Annotated[Path, typer.Argument(metavar="SAMPLES", help="H5MD file of `oscillators generate`.")]
Width = Annotated[int | None, typer.Option("--width", min=1, help="Of the lattice; by default it is taken for square.")]


def _lattice_size(num_oscillators: int, width: int | None) -> tuple[int, int]:
    if width is None:
        width = round(num_oscillators**0.5)
        if width * width != num_oscillators:
            raise OscillatorsError(f"{num_oscillators} oscillators are no square lattice: say its --width")
    if num_oscillators % width:
        raise OscillatorsError(f"--width {width} does not divide the number of oscillators, {num_oscillators}")
    return width, num_oscillators // width


@app.command()
def samples(
    file: Samples,
    output: Output,
    count: Annotated[int, typer.Option("--count", min=1, help="How many are shown.")] = 128,
    columns: Annotated[int, typer.Option("--columns", min=1, help="How many in a row.")] = 16,
    width: Width = None,
    overwrite: Overwrite = False,
) -> None:
    """Contact sheet of the first samples.

    Example: oscillators plot samples samples.h5md -o samples.png
    """
    from ..plots import contact_sheet
    from ..samples import read_samples

    check_output(output, overwrite)
    states = read_samples(file)[:count]
    contact_sheet(states, *_lattice_size(states.shape[1], width), output, columns, overwrite=overwrite)
    written(output)


@app.command()
def path(
    file: Samples,
    output: Output,
    count: Annotated[int, typer.Option("--count", min=1, help="How many replicas are shown.")] = 8,
    width: Width = None,
    overwrite: Overwrite = False,
) -> None:
    """Replicas from noise to sample: a strip of pictures, or an animation if the suffix is .gif or .mp4.

    Example: oscillators plot path paths.h5md -o paths.gif
    """
    from ..plots import ANIMATION_SUFFIXES, path_animation, path_strip
    from ..samples import read_path

    check_output(output, overwrite)
    times, frames = read_path(file, count)
    draw = path_animation if output.suffix.lower() in ANIMATION_SUFFIXES else path_strip
    draw(frames, times, *_lattice_size(frames.shape[2], width), output, overwrite=overwrite)
    written(output)


@app.command()
def protocol(
    file: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file.")],
    output: Output,
    overwrite: Overwrite = False,
) -> None:
    """How the parameters of each family change in time: median, middle half, nine tenths.

    Example: oscillators plot protocol protocol.h5 -o protocol.png
    """
    from ..plots import protocol_curves
    from ..protocols import family_curves, load_protocol

    check_output(output, overwrite)
    learned = load_protocol(file)
    protocol_curves(learned.protocol.getTimes(), family_curves(learned), output, overwrite)
    written(output)


@app.command()
def density(
    file: Samples,
    output: Output,
    against: Annotated[Path, typer.Option("--against", help="Data set file shown beside the samples.")],
    overwrite: Overwrite = False,
) -> None:
    """Density of samples of two oscillators beside that of held-out states.

    Example: oscillators plot density samples.h5md --against mixture.h5 -o density.png
    """
    from ..plots import density as draw
    from ..samples import read_samples

    check_output(output, overwrite)
    data = load_dataset(against)
    draw(read_samples(file, data.num_oscillators), data, output, overwrite)
    written(output)


@app.command()
def learning(
    file: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file.")],
    output: Output,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Data set file: adds how well the protocol fits its held-out states."),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """What happened at each time slice: losses, iterations, the closed loop's mismatch, confinement.

    Example: oscillators plot learning protocol.h5 --against digits.h5 -o learning.png
    """
    from ..diagnostics import diagnose
    from ..plots import learning_curves
    from ..protocols import learning_report, load_protocol

    check_output(output, overwrite)
    learned = load_protocol(file)
    report = learning_report(learned)
    curves = _titled(report, _REPORT_TITLES if report.get("closed_loop") else _MATCHING_TITLES)
    if against is not None:
        curves |= _titled(diagnose(learned, load_dataset(against)), _FIT_TITLES)
    learning_curves(report.get("times", []), curves, output, overwrite)
    written(output)


_MATCHING_TITLES = {
    "training_losses": "loss: training",
    "held_out_losses": "loss: held-out",
    "iterations": "iterations",
    "residuals": "relative residual",
    "confinement_radii": "confined within (nm)",
}
_REPORT_TITLES = _MATCHING_TITLES | {
    "mismatches": "mismatch: corrected",
    "uncorrected_mismatches": "mismatch: uncorrected",
}
_FIT_TITLES = {
    "held_out_gradients": "gradient / its error: held-out",
    "training_gradients": "gradient / its error: training",
    "score_errors": "relative score error",
    "uniform_mode_rates": "uniform mode (1/ps)",
}


def _titled(values: dict[str, Any], titles: dict[str, str]) -> dict[str, list[float]]:
    """The named lists of values, not-a-number where JSON had to leave them out."""
    present = {title: values[key] for key, title in titles.items() if key in values}
    return {title: [float("nan") if v is None else v for v in column] for title, column in present.items()}
