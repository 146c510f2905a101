"""The figures of arXiv 2405.11932, each as a picture (PNG and SVG) and as data (HDF5)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .errors import OscillatorsError
from .files import check_output, create_hdf5, new_file
from .thermodynamics import (
    SAMPLE_POINTS,
    PathSettings,
    Results,
    convergence,
    entropy_production,
    franz_parisi,
    phase_diagram,
    reverse_potentials,
    simulate,
    speciation,
)

SUFFIXES = (".png", ".svg", ".h5")
_SPACING = {"layout": "constrained"}


@dataclass(frozen=True)
class PaperFigure:
    """How one figure is computed and drawn.

    Attributes:
        title: what it shows.
        compute: settings -> numbers and arrays, possibly nested.
        draw: (empty figure, results) -> None.
        size: width and height in inches.
    """

    title: str
    compute: Callable[[PathSettings], Results]
    draw: Callable[[Figure, Results], None]
    size: tuple[float, float]


def _convergence(direction: str) -> Callable[[PathSettings], Results]:
    def compute(settings: PathSettings) -> Results:
        return convergence(simulate(replace(settings, direction=direction)).total)

    return compute


def _draw_convergence(figure: Figure, results: Results) -> None:
    axes = figure.subplots()
    axes.axhline(1.0, color="black", lw=0.8)
    axes.errorbar(results["paths"], results["integral_fluctuation"], results["standard_error"], fmt="o-", ms=4)
    axes.set_xscale("log")
    axes.set_xlabel("number of paths")
    axes.set_ylabel(r"$\langle e^{-\Delta S_{tot}}\rangle$")


def _histograms(direction: str) -> Callable[[PathSettings], Results]:
    def compute(settings: PathSettings) -> Results:
        measured = simulate(replace(settings, direction=direction))
        exponentials = np.exp(-measured.total)
        return {
            "environment_entropy": measured.environment,
            "system_entropy": measured.system,
            "total_entropy": measured.total,
            "exponential": exponentials,
            "means": {
                "environment_entropy": measured.environment.mean(),
                "system_entropy": measured.system.mean(),
                "total_entropy": measured.total.mean(),
                "exponential": exponentials.mean(),
            },
        }

    return compute


def _draw_histograms(figure: Figure, results: Results) -> None:
    titles = {
        "environment_entropy": r"$\Delta S_{env}$",
        "system_entropy": r"$\Delta S_{sys}$",
        "total_entropy": r"$\Delta S_{tot}$",
        "exponential": r"$e^{-\Delta S_{tot}}$",
    }
    for axes, (name, title) in zip(figure.subplots(2, 2).flat, titles.items(), strict=True):
        low, high = np.quantile(results[name], (0.0005, 0.9995))
        axes.hist(results[name], bins=60, range=(low, high), density=True, color="C0")
        mean = results["means"][name]
        axes.axvline(mean, color="black", lw=1, ls="--", label=f"mean {mean:.4g}")
        axes.set_xlabel(title)
        axes.legend(fontsize=8)


def _phases(_: PathSettings) -> Results:
    return phase_diagram()


def _draw_phases(figure: Figure, results: Results) -> None:
    axes = figure.subplots()
    sigma, boundary, unstable = results["sigma"], results["boundary_mu"], results["unstable_sigma"]
    axes.fill_between(sigma, 0, boundary, color="C0", alpha=0.25, lw=0, label="symmetric")
    axes.fill_between(sigma, boundary, 4.5, color="C1", alpha=0.25, lw=0, label="symmetry broken")
    axes.axvspan(unstable, 2.0, color="C3", alpha=0.25, lw=0, label="unstable symmetry broken")
    axes.plot(sigma, boundary, color="black", lw=1)
    axes.axvline(unstable, color="black", lw=1)
    for point in results["sample_points"]:
        axes.plot(point["sigma"], point["mu"], "k*", ms=9)
    axes.set(xlim=(0, 2), ylim=(0, 4.5), xlabel=r"$\sigma$", ylabel=r"$\mu$")
    axes.legend(fontsize=8, loc="upper left")


def _potentials(_: PathSettings) -> Results:
    results: Results = {}
    for name, (mu, sigma) in zip("abc", SAMPLE_POINTS, strict=True):
        transitions = speciation(mu, sigma)
        times = sorted({0.02, 0.1, 0.5, 1.0, 2.0, max(0.02, round(transitions["speciation_time"], 6))})
        x = np.linspace(-6.0, 6.0, 241)
        potential = reverse_potentials(mu, sigma, times, x)
        results[name] = {"mu": mu, "sigma": sigma, "times": np.array(times), "x": x, "potential": potential}
    return results


def _draw_potentials(figure: Figure, results: Results) -> None:
    for axes, panel in zip(figure.subplots(1, 3), results.values(), strict=True):
        for time, row in zip(panel["times"], panel["potential"], strict=True):
            axes.plot(panel["x"], row, label=f"t = {time:.3g}")
        axes.set_ylim(min(-8.0, 1.05 * panel["potential"].min()) if panel["sigma"] > 1.2 else -4.0, 10.0)
        axes.set_title(rf"$\mu$ = {panel['mu']:g}, $\sigma$ = {panel['sigma']:g}", fontsize=10)
        axes.set_xlabel("x")
        axes.legend(fontsize=7)
    figure.supylabel(r"$U_{rev}(x, t) - U_{rev}(0, t)$")


def _rates(settings: PathSettings) -> Results:
    times = np.linspace(0.0, 3.0, 301)[1:]
    transitions = speciation(settings.mu, settings.sigma)
    return {**entropy_production(settings.mu, settings.sigma, times), "transitions": transitions}


def _draw_rates(prefix: str, symbols: tuple[str, str, str]) -> Callable[[Figure, Results], None]:
    def draw(figure: Figure, results: Results) -> None:
        axes = figure.subplots()
        production, flux = results[f"{prefix}production"], results[f"{prefix}flux"]
        for values, symbol in zip((production, flux, production - flux), symbols, strict=True):
            axes.plot(results["times"], values, label=symbol)
        if results["transitions"]["speciates"]:
            axes.axvline(results["transitions"]["speciation_time"], color="black", lw=0.8, ls="--", label="$t_S$")
        axes.axhline(0.0, color="black", lw=0.5)
        if prefix:
            axes.invert_xaxis()
        axes.set_xlabel("noising time t" + (" (generation runs to the right)" if prefix else ""))
        axes.set_ylabel("rate (k per unit of time)")
        axes.legend(fontsize=8)

    return draw


def _franz_parisi(settings: PathSettings) -> Results:
    distances = np.geomspace(1e-3, 25.0, 60)
    return franz_parisi(settings.mu, settings.sigma, (2.0, 0.5, 0.2, 0.1, 0.05, 0.02), distances)


def _draw_franz_parisi(figure: Figure, results: Results) -> None:
    axes = figure.subplots()
    for time, row in zip(results["times"], results["potential"], strict=True):
        axes.plot(results["distances"], row - row.min(), label=f"t = {time:g}")
    axes.set(xscale="log", xlabel="q", ylabel=r"$V(q, t) - \min_q V$", ylim=(0, 20))
    axes.legend(fontsize=8)


FIGURES: dict[str, PaperFigure] = {
    "2": PaperFigure(
        "Integral fluctuation theorem of noising against the number of paths",
        _convergence("forward"),
        _draw_convergence,
        (6, 4),
    ),
    "3": PaperFigure("Entropies of noising paths", _histograms("forward"), _draw_histograms, (8, 6)),
    "5": PaperFigure("Phases of the reverse process", _phases, _draw_phases, (6, 4.5)),
    "6": PaperFigure("Reverse potentials in the three phases", _potentials, _draw_potentials, (12, 4)),
    "7": PaperFigure(
        "Integral fluctuation theorem of generation against the number of paths",
        _convergence("reverse"),
        _draw_convergence,
        (6, 4),
    ),
    "8": PaperFigure("Entropies of generation paths", _histograms("reverse"), _draw_histograms, (8, 6)),
    "9": PaperFigure(
        "Entropy production and flux of noising",
        _rates,
        _draw_rates("", (r"$\pi$", r"$\phi$", "dS/dt")),
        (6, 4),
    ),
    "10": PaperFigure(
        "Entropy production and flux of generation",
        _rates,
        _draw_rates("reverse_", (r"$\pi^*$", r"$\phi^*$", "dS*/ds")),
        (6, 4),
    ),
    "franz-parisi": PaperFigure("Franz-Parisi potential", _franz_parisi, _draw_franz_parisi, (6, 4)),
}


def write_group(group: h5py.Group, results: Results) -> None:
    """Nested dictionaries as groups, arrays as datasets, single values as attributes."""
    for name, value in results.items():
        if isinstance(value, dict):
            write_group(group.create_group(name), value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            write_group(group.create_group(name), {str(k): entry for k, entry in enumerate(value)})
        elif isinstance(value, (np.ndarray, list, tuple)):
            group[name] = np.asarray(value)
        elif value is not None:
            group.attrs[name] = value


def save(
    figure_size: tuple[float, float],
    title: str,
    draw: Callable[[Figure, Results], None],
    results: Results,
    base: Path,
    overwrite: bool = False,
    attributes: dict[str, Any] | None = None,
) -> list[Path]:
    """Write ``base``.png, .svg and .h5; nothing is written if one of them exists and may not be replaced."""
    paths = [base.with_name(base.name + suffix) for suffix in SUFFIXES]
    for path in paths:
        check_output(path, overwrite)
    figure = Figure(figsize=figure_size, **_SPACING)
    FigureCanvasAgg(figure)
    draw(figure, results)
    figure.suptitle(title, fontsize=10)
    for path in paths[:2]:
        with new_file(path, overwrite) as temporary:
            figure.savefig(temporary, dpi=150)
    with new_file(paths[2], overwrite) as temporary, create_hdf5(temporary) as file:
        file.attrs["title"] = title
        file.attrs.update(attributes or {})
        write_group(file, results)
    return paths


def figure(
    name: str, folder: str | os.PathLike, settings: PathSettings, overwrite: bool = False
) -> tuple[Results, list[Path]]:
    """Compute one figure of the paper and write it as figure_<name> with all SUFFIXES.

    Args:
        name: one of FIGURES.
        folder: where; must exist.

    Returns:
        The numbers and the files.

    Raises:
        OscillatorsError: no such figure, settings that make no sense, or files that cannot be written.
    """
    if name not in FIGURES:
        raise OscillatorsError(f"figure {name!r}, expected one of {', '.join(FIGURES)}")
    settings.check()
    base = Path(folder) / f"figure_{name.replace('-', '_')}"
    for suffix in SUFFIXES:
        check_output(base.with_name(base.name + suffix), overwrite)
    chosen = FIGURES[name]
    results = chosen.compute(settings)
    attributes = {"mu": settings.mu, "sigma": settings.sigma}
    return results, save(chosen.size, chosen.title, chosen.draw, results, base, overwrite, attributes)
