"""Pictures of samples, generation paths, protocols and learning; files of any matplotlib format."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import animation
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from .datasets import DataSet
from .errors import OscillatorsError
from .files import new_file

ANIMATION_SUFFIXES = (".gif", ".mp4")
_RANGE_QUANTILES = (0.005, 0.995)  # the grey scale leaves out escaped pixels


def check_suffix(path: str | os.PathLike) -> str:
    """The suffix of a picture's path.

    Raises:
        OscillatorsError: matplotlib writes no such format.
    """
    suffix = Path(path).suffix.lower()
    known = sorted(f".{name}" for name in FigureCanvasAgg.get_supported_filetypes())
    if suffix not in known and suffix not in ANIMATION_SUFFIXES:
        raise OscillatorsError(
            f"{path}: no picture format {suffix!r}, expected one of {', '.join([*known, *ANIMATION_SUFFIXES])}"
        )
    return suffix


def _new_figure(*size: float, **options) -> Figure:
    """A figure of width and height in inches that leaves the user's windows and settings alone."""
    figure = Figure(figsize=size, **options)
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: str | os.PathLike, overwrite: bool) -> None:
    check_suffix(path)
    with new_file(path, overwrite) as temporary:
        figure.savefig(temporary, dpi=150)


def _grey_range(states: np.ndarray) -> tuple[float, float]:
    low, high = np.nanquantile(states, _RANGE_QUANTILES)
    return (float(low), float(high)) if high > low else (float(low) - 0.5, float(low) + 0.5)


def tile(states: np.ndarray, width: int, height: int, columns: int) -> np.ndarray:
    """Images side by side with a border of one pixel (nan).

    Args:
        states: [count][height * width].

    Returns:
        [rows * (height + 1) + 1][columns * (width + 1) + 1].
    """
    rows = -(-len(states) // columns)
    sheet = np.full((rows * (height + 1) + 1, columns * (width + 1) + 1), np.nan)
    for k, state in enumerate(states):
        top, left = (k // columns) * (height + 1) + 1, (k % columns) * (width + 1) + 1
        sheet[top : top + height, left : left + width] = state.reshape(height, width)
    return sheet


def _show_sheet(axes: Axes, sheet: np.ndarray, limits: tuple[float, float]) -> AxesImage:
    axes.set_axis_off()
    return axes.imshow(sheet, cmap="gray", vmin=limits[0], vmax=limits[1], interpolation="nearest")


def contact_sheet(
    states: np.ndarray,
    width: int,
    height: int,
    path: str | os.PathLike,
    columns: int = 16,
    limits: tuple[float, float] | None = None,
    overwrite: bool = False,
) -> None:
    """Many samples as images in one picture.

    Args:
        states: [count][height * width].
        limits: displacements (nm) drawn black and white; by default nearly the range of all.
    """
    columns = min(columns, len(states))
    sheet = tile(states, width, height, columns)
    scale = 8.0 / sheet.shape[1]
    figure = _new_figure(sheet.shape[1] * scale, sheet.shape[0] * scale)
    _show_sheet(figure.add_axes((0, 0, 1, 1)), sheet, limits or _grey_range(states))
    _save(figure, path, overwrite)


def path_strip(
    frames: np.ndarray,
    times: Sequence[float],
    width: int,
    height: int,
    path: str | os.PathLike,
    columns: int = 12,
    overwrite: bool = False,
) -> None:
    """Replicas over time: one row a replica, one column a time.

    Args:
        frames: [T][replicas][height * width].
        times: [T] in ps.
        columns: number of times shown, chosen evenly.
    """
    chosen = np.unique(np.linspace(0, len(frames) - 1, min(columns, len(frames))).astype(int))
    states = frames[chosen].swapaxes(0, 1).reshape(-1, width * height)
    sheet = tile(states, width, height, len(chosen))
    inches = 1.0 * len(chosen)
    figure = _new_figure(inches, inches * sheet.shape[0] / sheet.shape[1] + 0.4)
    axes = figure.subplots()
    _show_sheet(axes, sheet, _grey_range(frames[-1]))
    for k, frame in enumerate(chosen):
        centre = k * (width + 1) + 1 + (width - 1) / 2
        axes.text(centre, -1.0, f"{times[frame]:.3g} ps", ha="center", va="bottom", fontsize=8)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.98 - 0.3 / figure.get_figheight())
    _save(figure, path, overwrite)


def path_animation(
    frames: np.ndarray,
    times: Sequence[float],
    width: int,
    height: int,
    path: str | os.PathLike,
    columns: int = 8,
    frames_per_second: int = 15,
    overwrite: bool = False,
) -> None:
    """Replicas over time as a GIF, or an MP4 where ffmpeg is installed.

    Args:
        frames: [T][replicas][height * width].
        times: [T] in ps.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".mp4" and not animation.FFMpegWriter.isAvailable():
        raise OscillatorsError(f"{path}: writing MP4 needs the program ffmpeg; choose a .gif instead")
    writer = animation.FFMpegWriter if suffix == ".mp4" else animation.PillowWriter
    columns = min(columns, frames.shape[1])
    first = tile(frames[0], width, height, columns)
    figure = _new_figure(5, 5 * first.shape[0] / first.shape[1] + 0.3)
    axes = figure.subplots()
    figure.subplots_adjust(left=0, right=1, bottom=0, top=1 - 0.3 / figure.get_figheight())
    image = _show_sheet(axes, first, _grey_range(frames[-1]))
    title = axes.set_title("", fontsize=9)

    def draw(frame: int) -> list:
        image.set_data(tile(frames[frame], width, height, columns))
        title.set_text(f"{times[frame]:.3f} ps")
        return [image, title]

    movie = animation.FuncAnimation(figure, draw, frames=len(frames))
    with new_file(path, overwrite) as temporary:
        movie.save(temporary, writer=writer(fps=frames_per_second), dpi=100)


def protocol_curves(
    times: Sequence[float],
    families: Mapping[str, np.ndarray],
    path: str | os.PathLike,
    overwrite: bool = False,
) -> None:
    """Each family of parameters over time: median, the middle half, and nine tenths of them.

    Args:
        times: [T] in ps.
        families: name -> [T][size], in kJ/mol and nm.
    """
    shown = {name: values for name, values in families.items() if values.shape[1] > 0}
    figure = _new_figure(12, 5, layout="constrained")
    axes = figure.subplots(2, 4, sharex=True)
    for panel, (name, values) in zip(axes.flat, shown.items(), strict=False):
        low, q1, median, q3, high = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95), axis=1)
        panel.fill_between(times, low, high, color="C0", alpha=0.2, lw=0)
        panel.fill_between(times, q1, q3, color="C0", alpha=0.4, lw=0)
        panel.plot(times, median)
        panel.set_title(name, fontsize=10)
        if min(times) > 0:
            panel.set_xscale("log")
    for panel in axes.flat[len(shown) :]:
        panel.set_axis_off()
    figure.supxlabel("time (ps)")
    figure.supylabel("parameter (kJ/mol, nm)")
    _save(figure, path, overwrite)


def density(samples: np.ndarray, data: DataSet, path: str | os.PathLike, overwrite: bool = False) -> None:
    """Two-dimensional density of samples next to that of held-out states.

    Args:
        samples: [count][2] in nm.
    """
    if data.num_oscillators != 2 or samples.ndim != 2 or samples.shape[1] != 2:
        raise OscillatorsError(
            f"a density needs two oscillators: the samples have shape {samples.shape}, "
            f"the data set has {data.num_oscillators} oscillators"
        )
    margin = 0.5
    low, high = data.held_out.min(0) - margin, data.held_out.max(0) + margin
    edges = [np.linspace(a, b, 121) for a, b in zip(low, high, strict=True)]
    figure = _new_figure(10, 4, layout="constrained")
    axes = figure.subplots(1, 2, sharex=True, sharey=True)
    for panel, states, title in zip(axes, (data.held_out, samples), ("held-out data", "generated"), strict=True):
        counts, *_ = np.histogram2d(states[:, 0], states[:, 1], bins=edges)
        shown = np.log10(1.0 + counts.T / max(1, len(states)) * 1e4)
        panel.pcolormesh(*edges, shown, cmap="magma", rasterized=True)
        panel.set_title(f"{title} ({len(states)})", fontsize=10)
        panel.set_xlabel("$x_1$ (nm)")
        panel.set_aspect("equal")
    axes[0].set_ylabel("$x_2$ (nm)")
    _save(figure, path, overwrite)


def learning_curves(
    times: Sequence[float],
    curves: Mapping[str, Sequence[float]],
    path: str | os.PathLike,
    overwrite: bool = False,
) -> None:
    """What the learner reports at each time slice, one panel a quantity.

    Args:
        times: [T] in ps.
        curves: name -> [T]; names that share the words before a colon share a panel.
    """
    panels: dict[str, dict[str, Sequence[float]]] = {}
    for name, values in curves.items():
        panel, _, label = name.partition(":")
        panels.setdefault(panel, {})[label.strip()] = values
    if not panels:
        raise OscillatorsError("the protocol file holds no report of its learning")
    columns = min(4, len(panels))
    rows = -(-len(panels) // columns)
    figure = _new_figure(4 * columns, 3.2 * rows, layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    for axis, (panel, lines) in zip(axes.flat, panels.items(), strict=False):
        for label, values in lines.items():
            axis.plot(times, values, marker=".", label=label or None)
        axis.set_title(panel, fontsize=10)
        axis.set_xlabel("time (ps)")
        if min(times) > 0:
            axis.set_xscale("log")
        if any(lines):
            axis.legend(fontsize=8)
        if all(np.min(values) > 0 for values in lines.values()):
            axis.set_yscale("log")
    _save(figure, path, overwrite)
