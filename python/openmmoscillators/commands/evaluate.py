"""``oscillators evaluate``: how good samples are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from ..categories import LABELS
from ..datasets import load_dataset
from ..errors import OscillatorsError
from .common import Json, Overwrite, Seed, check_json, remarks, results, write_json

_IMAGE_ROWS = {
    "ambiguous_share": "ambiguous",
    "sure_share": "sure",
    "frechet_distance": "Frechet distance",
    "energy_distance": "energy distance",
    "nearest_neighbour_accuracy": "nearest neighbour",
    "memorisation_ratio": "memorisation ratio",
    "class_agreement": "read as meant",
}
_REFERENCES = {"floor": "real training", "gaussian": "Gaussian", "class_gaussian": "Gaussian a class"}


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "  ".join(_show(entry) for entry in value)
    return f"{value:.4g}"


def image_table(figures: dict[str, Any]) -> Table:
    """Figures of images beside those of the references."""
    table = Table("", "samples", *_REFERENCES.values(), title=f"{figures['samples']} samples")
    references = [figures["reference"][name] for name in _REFERENCES]
    for label in figures["class_shares"]:
        shares = [entry["class_shares"][label] for entry in (figures, *references)]
        table.add_row(f"class {label}", *map(_show, shares))
        table.add_row("  its error", _show(figures["class_share_errors"][label]), "", "", "")
        table.add_row("  errors off", f"{figures['class_share_deviations'][label]:+.1f}", "", "", "")
    for key, title in _IMAGE_ROWS.items():
        if key in figures:
            table.add_row(title, *(_show(entry.get(key)) for entry in (figures, *references)))
    for title, entry in (("calibration", figures), ("  of held-out", figures["held_out"])):
        if entry["calibration"]:
            table.add_row(title, _show(entry["calibration"]["error"]), "", "", "")
    table.add_row("escaped", _show(figures["escaped_share"]), "", "", "")
    return table


def mixture_table(figures: dict[str, Any]) -> Table:
    """Figures of a mixture beside those of real training states and the truth."""
    table = Table("", "samples", "real training", "truth", title=f"{figures['samples']} samples")
    columns = (figures, figures["reference"]["floor"], figures["truth"])
    for key in ("weights", "weight_errors", "means", "covariances"):
        for well in range(len(figures["weights"])):
            table.add_row(
                f"{key.rstrip('s').replace('_', ' ')} {well}",
                *(_show(entry[key][well] if key in entry else None) for entry in columns),
            )
    for key, title in (("stray_share", "strays"), ("energy_distance", "energy distance")):
        table.add_row(title, *(_show(entry.get(key)) for entry in columns))
    table.add_row("escaped", _show(figures["escaped_share"]), "", "")
    return table


def protocol_table(fit: dict[str, Any]) -> Table:
    """How well a protocol fits the data, a row a time."""
    titles = {
        "times": "time / ps",
        "held_out_losses": "held-out loss",
        "held_out_gradients": "gradient: held-out",
        "training_gradients": "gradient: training",
        "score_errors": "score error",
        "uniform_mode_rates": "uniform mode, 1/ps",
        "confinement_radii": "confined within, nm",
    }
    present = [key for key in titles if key in fit]
    table = Table(*(titles[key] for key in present), title="protocol (gradients in statistical errors)")
    for row in zip(*(fit[key] for key in present), strict=True):
        table.add_row(*map(_show, row))
    return table


def figure_table(figures: dict[str, Any]) -> Table:
    """The table that suits the figures."""
    return mixture_table(figures) if "weights" in figures else image_table(figures)


def _categories(samples: Path, protocol: Path) -> np.ndarray:
    from ..conditions import codes_of
    from ..protocols import load_protocol
    from ..samples import read_latents

    codes = codes_of(load_protocol(protocol))
    if codes.categories is None or codes.categories.kind != LABELS:
        raise OscillatorsError(f"the codes of {protocol} are not of labels: no class is meant")
    return codes.read_categories(read_latents(samples))


def evaluate(
    samples: Annotated[Path, typer.Argument(metavar="SAMPLES", help="H5MD file; its last frame is evaluated.")],
    against: Annotated[Path, typer.Option("--against", help="Data set file that the samples are held against.")],
    codes: Annotated[
        Path | None,
        typer.Option("--codes", metavar="PROTOCOL", help="Protocol whose codes of labels the samples' latents carry."),
    ] = None,
    protocol: Annotated[
        Path | None,
        typer.Option("--protocol", help="Protocol file: adds how well its forces fit the noised data at each time."),
    ] = None,
    seed: Seed = 0,
    json: Json = None,
    overwrite: Overwrite = False,
) -> None:
    """Hold samples against data, each figure beside those of real training states and of fitted Gaussians.

    class: share read as that class by a classifier of the training states, its standard error, and by how many of
    these it is off the held-out labels. ambiguous: it is less than 0.9 sure. sure: a classifier of all classes gives a
    learned class more than 0.9. Frechet distance: in that classifier's hidden
    layer, to held-out states. nearest neighbour: accuracy of telling samples from held-out states (0.5: impossible).
    memorisation ratio: distance to the nearest training over the nearest held-out state (well below 1: copies).
    read as meant, with --codes: share of samples that are read as the class that their latent oscillators say.
    escaped: a displacement beyond 8 nm. For mixtures: strays are farther from all wells than a quarter of the distance
    between the nearest two. calibration: how far the classifier is as often right as it says (on samples: as
    often of one mind with the classifiers of all classes).

    With --protocol, at each of its times: the loss on held-out states; its gradient in units of its statistical error
    (1: the optimum; more on held-out than on training states: over-fitted; more on both: regularised, or moved by the
    closed loop); for mixtures the relative error of the score; the rate at which the mode common to all visible
    oscillators relaxes during generation; and the radius beyond which forces point inwards.

    Example: oscillators evaluate samples.h5md --against digits.h5 --json figures.json
    """
    from ..diagnostics import diagnose
    from ..evaluation import evaluate as compute_figures
    from ..protocols import load_protocol
    from ..samples import read_samples

    check_json(json, overwrite)
    data = load_dataset(against)
    categories = None if codes is None else _categories(samples, codes)
    learned = None if protocol is None else load_protocol(protocol)
    with remarks.status("training classifiers, measuring distances"):
        figures = compute_figures(read_samples(samples, data.num_oscillators), data, seed, categories)
        if learned is not None:
            figures["protocol"] = diagnose(learned, data, seed)
    if json != "-":
        results.print(figure_table(figures))
        if learned is not None:
            results.print(protocol_table(figures["protocol"]))
    write_json(figures, json, overwrite)
