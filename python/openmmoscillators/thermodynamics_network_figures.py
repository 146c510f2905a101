"""Pictures (PNG, SVG) and data (HDF5) of the thermodynamics of learned networks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from .thermodynamics import Results
from .thermodynamics_figures import SUFFIXES, save


def _draw_generation(figure: Figure, results: Results) -> None:
    energies, rates, theorem = figure.subplots(1, 3)
    times = results["noising_times"]
    for name in ("heat", "work"):
        energies.errorbar(times, results[name], results[f"{name}_error"], label=name)
    energies.set_ylabel("mean since the start (kJ/mol)")
    for name in ("production", "flux", "reverse_flux"):
        rates.errorbar(times, results[name], results[f"{name}_error"], label=name.replace("_", " "))
    rates.set_yscale("symlog", linthresh=1.0)
    rates.set_ylabel("rate (k/ps)")
    theorem.errorbar(times, results["integral_fluctuation"], results["integral_fluctuation_error"], label="integral")
    theorem.axhline(1.0, color="black", lw=0.8)
    share = results["effective_sample_size"] / results["samples"] * 2  # half of the paths are tested
    theorem.plot(times, share, ls="--", label="effective share of paths")
    theorem.set_ylim(0, 2)
    theorem.set_ylabel(r"$\langle e^{-\Delta S_{tot}}\rangle$")
    for axes in (energies, rates, theorem):
        axes.invert_xaxis()
        axes.legend(fontsize=8)
    figure.supxlabel("noising time (ps): generation runs to the right", fontsize=9)


def _draw_speed(figure: Figure, results: Results) -> None:
    axes = figure.subplots()
    held = results["escaped"] == 0
    for name in ("work", "heat"):
        axes.errorbar(
            results["durations"][held], results[name][held], results[f"{name}_error"][held], fmt="o-", label=name
        )
    for name, style in (("up", "--"), ("down", ":")):
        label = rf"$\Delta F$, {name} the slices"
        axes.axhline(results[f"free_energy_{name}"], color="black", lw=1, ls=style, label=label)
    axes.set(xscale="log", xlabel="duration (ps)", ylabel="kJ/mol")
    axes.legend(fontsize=8)


def _draw_speciation(figure: Figure, results: Results) -> None:
    curvature, cloning = figure.subplots(1, 2)
    panel = results["curvature"]
    labels = {
        "lowest": "network, lowest",
        "along_classes": "network, along the classes",
        "gaussian_lowest": "a Gaussian a class, lowest",
    }
    for name, label in labels.items():
        curvature.plot(panel["noising_times"], panel[name], label=label)
    curvature.axhline(0.0, color="black", lw=0.8)
    curvature.set_yscale("symlog", linthresh=1.0)
    curvature.set_ylabel(r"curvature of $U_{rev}$ (that of the trap)")
    panel = results["cloning"]
    cloning.errorbar(
        panel["noising_times"], panel["agreement"], panel["agreement_error"], fmt="o-", ms=3, label="network"
    )
    cloning.plot(panel["noising_times"], panel["gaussian_agreement"], label="a Gaussian a class")
    if panel["cloning_time"] is not None:
        cloning.axvline(panel["cloning_time"], color="black", lw=0.8, ls="--")
    cloning.set_ylabel("copies that end in the same class")
    for axes in (curvature, cloning):
        axes.set_xlabel("noising time (ps)")
        axes.legend(fontsize=8)


def _draw_commitment(figure: Figure, results: Results) -> None:
    weights, scaling = figure.subplots(1, 2)
    weights.plot(results["noising_times"], results["largest_weight"], label="largest, learned paths")
    weights.plot(results["noising_times"], results["own_weight"], label="own, noised training states")
    weights.axvline(results["collapse_time"], color="black", lw=0.8, ls="--", label="collapse time")
    weights.set(xlabel="noising time (ps)", ylabel="posterior weight of a training state")
    scaling.plot(results["data_counts"], results["collapse_times"], "o-", label="training states")
    scaling.plot(results["data_counts"], results["gaussian_collapse_times"], "s--", label="theory, one Gaussian")
    scaling.set(xscale="log", xlabel="number of data", ylabel="collapse time (ps)")
    for axes in (weights, scaling):
        axes.legend(fontsize=8)


_DRAWINGS: dict[str, tuple[str, Callable[[Figure, Results], None], tuple[float, float]]] = {
    "generation": ("Work, heat and entropy of generation", _draw_generation, (12, 4)),
    "speed": ("Work and heat against the speed of generation", _draw_speed, (6, 4)),
    "cloning": ("Speciation by curvature and by cloning", _draw_speciation, (10, 4)),
    "commitment": ("Commitment to training states", _draw_commitment, (10, 4)),
}


def output_files(name: str, folder: str | os.PathLike) -> list[Path]:
    """The files that draw() writes for one of generation, speed, cloning, commitment."""
    return [Path(folder) / f"{name}{suffix}" for suffix in SUFFIXES]


def draw(name: str, results: Results, folder: str | os.PathLike, overwrite: bool = False) -> list[Path]:
    """Write <folder>/<name> with all SUFFIXES from the results of the measurement of that name."""
    title, drawing, size = _DRAWINGS[name]
    return save(size, title, drawing, results, Path(folder) / name, overwrite)
