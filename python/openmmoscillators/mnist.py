"""Where MNIST images come from: the files shipped with the package, a local folder, a download."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .errors import OscillatorsError
from .idx import read_idx_pair

SHIPPED_FOLDER = Path(__file__).resolve().parent / "data"
SHIPPED_DIGITS = (0, 1)
SOURCE = "MNIST (Y. LeCun, C. Cortes, C. J. C. Burges)"
LICENCE = "CC BY-SA 3.0"

_IMAGES = "train-images-idx3-ubyte"
_LABELS = "train-labels-idx1-ubyte"
_SHA256 = {
    f"{_IMAGES}.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    f"{_LABELS}.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


@dataclass(frozen=True)
class LabelledImages:
    """Images of unsigned bytes [count][height][width], their labels [count], their origin."""

    images: np.ndarray
    labels: np.ndarray
    source: str
    licence: str


def check_digits(digits: Sequence[int]) -> list[int]:
    """The digits in ascending order.

    Raises:
        OscillatorsError: none given, one given twice, or one that does not exist.
    """
    if not digits:
        raise OscillatorsError("no digits chosen, expected some of 0 ... 9")
    for digit in digits:
        if not 0 <= digit <= 9:
            raise OscillatorsError(f"digit {digit} does not exist, expected 0 ... 9")
    if len(set(digits)) != len(digits):
        raise OscillatorsError(f"digits {list(digits)}: each may be chosen once")
    return sorted(digits)


def load_mnist(digits: Sequence[int], idx_folder: Path | None = None) -> LabelledImages:
    """MNIST training images that contain at least all of the given digits.

    Digits 0 and 1 come with the package, together with 500 images of each of the other digits.
    Anything else is read from ``idx_folder`` or downloaded once (checksummed) into the user's
    cache folder.

    Raises:
        OscillatorsError: a digit does not exist, a file is missing or damaged, no mirror answers.
    """
    digits = check_digits(digits)
    if idx_folder is not None:
        images, labels = read_idx_pair(_find(idx_folder, _IMAGES), _find(idx_folder, _LABELS))
    elif set(digits) <= set(SHIPPED_DIGITS):
        images, labels = _read_shipped()
    else:
        images, labels = read_idx_pair(_download(f"{_IMAGES}.gz"), _download(f"{_LABELS}.gz"))
    return LabelledImages(images, labels, SOURCE, LICENCE)


def _read_shipped() -> tuple[np.ndarray, np.ndarray]:
    parts = [
        read_idx_pair(SHIPPED_FOLDER / f"{name}-images.idx3.xz", SHIPPED_FOLDER / f"{name}-labels.idx1.xz")
        for name in ("zeros-ones", "other-digits")
    ]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _find(folder: Path, name: str) -> Path:
    for suffix in ("", ".gz", ".xz"):
        path = Path(folder) / f"{name}{suffix}"
        if path.is_file():
            return path
    raise OscillatorsError(f"folder {folder} holds no {name}, {name}.gz or {name}.xz")


def _download(name: str) -> Path:
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    folder = pooch.os_cache("openmm-oscillators")
    reasons = []
    for mirror in MIRRORS:
        try:
            return Path(pooch.retrieve(mirror + name, f"sha256:{_SHA256[name]}", fname=name, path=folder))
        except (OSError, ValueError) as error:  # no connection; wrong checksum
            reasons.append(f"{mirror}: {type(error).__name__}")
    raise OscillatorsError(
        f"cannot download {name} ({'; '.join(reasons)}); "
        "give a folder that holds the MNIST training files with --idx-folder"
    )
