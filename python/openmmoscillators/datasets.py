"""Data sets: what a network learns, and what its samples are held against.

A data set file is HDF5 with the root attributes ``format`` ("openmm-oscillators-data"),
``version`` and those of :class:`DataSet`, and one HDF5 data set per array of :class:`DataSet`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from .errors import OscillatorsError
from .files import check_extent, check_input, new_file
from .probing import probe

FORMAT = "openmm-oscillators-data"
VERSION = 1
KINDS = ("lattice", "mixture")

_ARRAYS = ("train", "train_labels", "held_out", "held_out_labels")
_OPTIONAL_ARRAYS = ("codes", "held_out_codes", "contrast", "contrast_labels", "weights", "means", "covariances")


@dataclass
class DataSet:
    """States of N = width x height oscillators, split into training and held-out ones.

    Attributes:
        kind: "lattice" (images) or "mixture" (Gaussians with known parameters).
        width, height: of the lattice; oscillator row * width + column shows pixel (row, column).
        train, held_out: float32 [count][N], in nm.
        train_labels, held_out_labels: int64 [count], the class of each state.
        mean, standard_deviation: state = (value - mean) / standard_deviation.
        jitter: standard deviation of the noise added to the values before that.
        seed: of jitter, split and, for mixtures, draws.
        source, licence: where the values are from.
        contrast, contrast_labels: states of classes that are not learned; only the evaluator's
            classifier sees them. May be empty.
        codes, held_out_codes: [count][latents], in nm: codes of one's own for latent oscillators. May be empty.
        weights [C], means [C][N], covariances [C][N][N]: of a mixture of C Gaussians.
    """

    kind: str
    width: int
    height: int
    train: np.ndarray
    train_labels: np.ndarray
    held_out: np.ndarray
    held_out_labels: np.ndarray
    mean: float = 0.0
    standard_deviation: float = 1.0
    jitter: float = 0.0
    seed: int = 0
    source: str = ""
    licence: str = ""
    contrast: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    contrast_labels: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    codes: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    held_out_codes: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    weights: np.ndarray | None = None
    means: np.ndarray | None = None
    covariances: np.ndarray | None = None

    @property
    def num_oscillators(self) -> int:
        """N = width x height."""
        return self.width * self.height

    @property
    def classes(self) -> list[int]:
        """The classes that are learned, ascending."""
        return sorted(set(np.unique(self.train_labels).tolist()))

    def check(self, name: str = "data set") -> None:
        """Raise OscillatorsError if the arrays do not fit together or hold something not finite."""
        if self.kind not in KINDS:
            raise OscillatorsError(f"{name}: kind {self.kind!r}, expected one of {KINDS}")
        for part in ("train", "held_out", "contrast"):
            states, labels = getattr(self, part), getattr(self, f"{part}_labels")
            if part == "contrast" and states.size == 0:
                continue
            if states.ndim != 2 or states.shape[1] != self.num_oscillators or len(states) == 0:
                raise OscillatorsError(
                    f"{name}: {part} has shape {states.shape}, expected [count >= 1]"
                    f"[{self.width} x {self.height} = {self.num_oscillators}]"
                )
            if labels.shape != (len(states),):
                raise OscillatorsError(f"{name}: {part}_labels has shape {labels.shape}, expected [{len(states)}]")
            if not np.isfinite(states).all():
                row = int(np.argwhere(~np.isfinite(states))[0, 0])
                raise OscillatorsError(f"{name}: state {row} of {part} is not finite")
        self._check_codes(name)

    def _check_codes(self, name: str) -> None:
        if self.codes.size == 0 and self.held_out_codes.size == 0:
            return
        for part, states in (("codes", self.train), ("held_out_codes", self.held_out)):
            values = getattr(self, part)
            if values.ndim != 2 or len(values) != len(states) or values.shape[1] != self.codes.shape[-1]:
                raise OscillatorsError(
                    f"{name}: {part} has shape {values.shape}, expected [{len(states)}][{self.codes.shape[-1]}]"
                )
            if not np.isfinite(values).all():
                raise OscillatorsError(f"{name}: {part} holds values that are not finite")

    def set_codes(self, encode: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
        """Give the states codes of one's own, which latent oscillators are to carry.

        Args:
            encode: from states [count][N] and labels [count] to codes [count][latents], in nm; standard deviations of
                4 to 8 stand out of the noise.

        Raises:
            OscillatorsError: the codes have the wrong shape or are not finite.
        """
        self.codes = np.asarray(encode(self.train, self.train_labels), np.float32)
        self.held_out_codes = np.asarray(encode(self.held_out, self.held_out_labels), np.float32)
        self.check()

    def save(self, path: str | os.PathLike, overwrite: bool = False) -> None:
        """Write the data set file.

        Raises:
            OscillatorsError: inconsistent arrays, or the file cannot be written.
        """
        self.check()
        # HDF5 does not survive a disk that is full when a file is closed, so it writes to memory here.
        image = io.BytesIO()
        with h5py.File(image, "w") as file:
            file.attrs.update(
                format=FORMAT,
                version=VERSION,
                kind=self.kind,
                width=self.width,
                height=self.height,
                mean=self.mean,
                standard_deviation=self.standard_deviation,
                jitter=self.jitter,
                seed=self.seed,
                source=self.source,
                licence=self.licence,
            )
            for name in _ARRAYS + _OPTIONAL_ARRAYS:
                values = getattr(self, name)
                if values is not None and values.size > 0:
                    file.create_dataset(name, data=values, compression="gzip", shuffle=True)
        with new_file(path, overwrite) as temporary:
            temporary.write_bytes(image.getbuffer())


def load_dataset(path: str | os.PathLike) -> DataSet:
    """Read a data set file.

    Raises:
        OscillatorsError: missing or damaged file, another format, a newer version, missing or
            inconsistent arrays.
    """
    path = check_input(path)
    probe(path, lambda: _open(path))
    return _open(path)


def _open(path: Path) -> DataSet:
    try:
        with h5py.File(path, "r") as file:
            return _read(file, path)
    except (OSError, LookupError, RuntimeError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise OscillatorsError(f"cannot read data set {path}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    return (text.splitlines() or [type(error).__name__])[0]


def _read(file: h5py.File, path: Path) -> DataSet:
    found = file.attrs.get("format", "none")
    if found != FORMAT:
        raise OscillatorsError(f"{path} is no data set: format {found!r}, expected {FORMAT!r}")
    version = int(file.attrs["version"])
    if version > VERSION:
        raise OscillatorsError(f"{path} is of version {version}, this package reads {VERSION}")
    for name in _ARRAYS:
        if name not in file:
            raise OscillatorsError(f"{path} is incomplete: it has no data set {name!r}")
    present = [name for name in _ARRAYS + _OPTIONAL_ARRAYS if name in file]
    for name in present:
        check_extent(file[name])
    arrays = {name: file[name][...] for name in present}
    attributes = file.attrs
    data = DataSet(
        kind=str(attributes["kind"]),
        width=int(attributes["width"]),
        height=int(attributes["height"]),
        mean=float(attributes["mean"]),
        standard_deviation=float(attributes["standard_deviation"]),
        jitter=float(attributes["jitter"]),
        seed=int(attributes.get("seed", 0)),
        source=str(attributes["source"]),
        licence=str(attributes["licence"]),
        **arrays,
    )
    data.check(str(path))
    return data


def split(labels: np.ndarray, share: float, generator: np.random.Generator) -> np.ndarray:
    """Choose held-out states, the same share of every class (at least one of each).

    Args:
        labels: [count] classes.
        share: 0 < share < 1.

    Returns:
        bool [count], True where held out.

    Raises:
        OscillatorsError: share out of range, or a class too small to split.
    """
    if not 0.0 < share < 1.0:
        raise OscillatorsError(f"held-out share {share}, expected a number between 0 and 1")
    held_out = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        if len(members) < 2:
            raise OscillatorsError(f"class {label} has a single state, at least 2 are needed to split")
        count = min(max(1, round(share * len(members))), len(members) - 1)
        held_out[members[:count]] = True
    return held_out


def make_mixture(
    count: int = 20000,
    weights: Sequence[float] = (0.6, 0.4),
    means: Sequence[Sequence[float]] = ((1.0, 0.5), (-1.0, -0.5)),
    variance: float = 0.001,
    held_out_share: float = 0.2,
    seed: int = 0,
) -> DataSet:
    """Draw from a mixture of Gaussians, each of covariance ``variance`` times the unit matrix.

    Args:
        count: number of draws, training and held-out ones together.
        weights: [C], positive; normalised to sum 1.
        means: [C][N], in nm; N oscillators in a row.
        variance: in nm^2, > 0.

    Raises:
        OscillatorsError: wrong shapes or values.
    """
    weights, means = np.asarray(weights, float), np.asarray(means, float)
    if means.ndim != 2 or len(weights) != len(means) or len(weights) == 0:
        raise OscillatorsError(f"{len(weights)} weights but means of shape {means.shape}, expected one mean a weight")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise OscillatorsError(f"weights {weights.tolist()}: expected positive numbers")
    if not (np.isfinite(means).all() and np.isfinite(variance) and variance > 0):
        raise OscillatorsError(f"expected finite means and variance > 0, found variance {variance}")
    if count < 2 * len(weights):
        raise OscillatorsError(f"count {count}, expected at least {2 * len(weights)}")
    generator = np.random.default_rng(seed)
    weights = weights / weights.sum()
    labels = generator.choice(len(weights), count, p=weights)
    size = means.shape[1]
    noise = np.sqrt(variance) * generator.standard_normal((count, size))
    states = (means[labels] + noise).astype(np.float32)
    held_out = split(labels, held_out_share, generator)
    return DataSet(
        kind="mixture",
        width=size,
        height=1,
        train=states[~held_out],
        train_labels=labels[~held_out],
        held_out=states[held_out],
        held_out_labels=labels[held_out],
        seed=seed,
        source="drawn from a mixture of Gaussians",
        weights=weights,
        means=means,
        covariances=np.broadcast_to(variance * np.eye(size), (len(weights), size, size)).copy(),
    )


def resize(images: np.ndarray, width: int, height: int) -> np.ndarray:
    """Antialiased bilinear resize.

    Args:
        images: uint8 or float [count][h][w].

    Returns:
        [count][height][width], of the same type.
    """
    from PIL import Image

    if images.shape[1:] == (height, width):
        return images
    values = images if images.dtype == np.uint8 else images.astype(np.float32)
    return np.stack([np.asarray(Image.fromarray(i).resize((width, height), Image.BILINEAR)) for i in values])


def make_lattice(
    images: np.ndarray,
    labels: np.ndarray | None = None,
    classes: Sequence[int] | None = None,
    size: int | None = 10,
    jitter: float = 0.005,
    held_out_share: float = 0.2,
    seed: int = 0,
    source: str = "",
    licence: str = "",
) -> DataSet:
    """Turn images into states of a lattice, as arXiv 2506.19136 does for MNIST.

    Bytes are divided by 255; after the resize Gaussian jitter is added; then all states are
    shifted and scaled by the mean and standard deviation over all pixels of the training states.

    Args:
        images: uint8 or float [count][height][width].
        labels: [count] classes; None for images of one class.
        classes: the classes to learn; None for all. Images of the others become the contrast.
        size: width and height after the resize; None keeps the images as they are.
        jitter: standard deviation of the noise, in units of the full pixel range.

    Raises:
        OscillatorsError: wrong shapes or values, or a class without images.
    """
    if images.ndim != 3 or 0 in images.shape:
        raise OscillatorsError(f"images of shape {images.shape}, expected [count][height][width]")
    labels = np.zeros(len(images), np.int64) if labels is None else np.asarray(labels, np.int64)
    if labels.shape != (len(images),):
        raise OscillatorsError(f"labels of shape {labels.shape}, expected [{len(images)}]")
    if images.dtype != np.uint8 and not np.isfinite(images).all():
        raise OscillatorsError("images hold values that are not finite")
    if size is not None and size < 1:
        raise OscillatorsError(f"size {size}, expected at least 1")
    if not (np.isfinite(jitter) and jitter >= 0):
        raise OscillatorsError(f"jitter {jitter}, expected a number >= 0")
    present = np.unique(labels)
    for wanted in classes if classes is not None else ():
        if wanted not in present:
            raise OscillatorsError(f"there are no images of class {wanted}; the classes are {present.tolist()}")
    height, width = images.shape[1:] if size is None else (size, size)
    values = resize(images, width, height).reshape(len(images), -1).astype(np.float64)
    if images.dtype == np.uint8:
        values /= 255.0
    generator = np.random.default_rng(seed)
    values += jitter * generator.standard_normal(values.shape)
    selected = np.isin(labels, present if classes is None else list(classes))
    held_out = np.zeros(len(labels), bool)
    held_out[selected] = split(labels[selected], held_out_share, generator)
    train = selected & ~held_out
    mean, deviation = float(values[train].mean()), float(values[train].std())
    if values[train].min() == values[train].max():
        raise OscillatorsError("all pixels of all images are equal: there is nothing to learn")
    states = ((values - mean) / deviation).astype(np.float32)
    return DataSet(
        kind="lattice",
        width=width,
        height=height,
        train=states[train],
        train_labels=labels[train],
        held_out=states[held_out],
        held_out_labels=labels[held_out],
        mean=mean,
        standard_deviation=deviation,
        jitter=jitter,
        seed=seed,
        source=source,
        licence=licence,
        contrast=states[~selected],
        contrast_labels=labels[~selected],
    )


def read_npy(path: str | os.PathLike) -> np.ndarray:
    """Read one array of numbers from a .npy file.

    Raises:
        OscillatorsError: missing or damaged file, objects instead of numbers.
    """
    path = check_input(path)
    try:
        values = np.load(path, allow_pickle=False)
    except Exception as error:  # of NumPy, tokenize, zipfile, zlib: damaged files meet all kinds
        raise OscillatorsError(f"cannot read {path}: {_first_line(error)}") from error
    if not isinstance(values, np.ndarray):
        raise OscillatorsError(f"{path} is an archive of arrays, expected a single .npy array")
    if values.dtype.kind not in "uif":
        raise OscillatorsError(f"{path} holds {values.dtype}, expected numbers")
    return values
