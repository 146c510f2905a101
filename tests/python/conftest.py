"""Small data sets and files that many tests share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.datasets import DataSet, make_lattice, make_mixture
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings


@pytest.fixture(scope="session")
def images() -> tuple[np.ndarray, np.ndarray]:
    """600 images of 8 x 8 bytes in three classes: a bright row, a bright column, a bright corner."""
    generator = np.random.default_rng(1)
    labels = np.arange(600) % 3
    pixels = generator.integers(0, 60, (600, 8, 8))
    place = generator.integers(2, 6, 600)
    for image, label, k in zip(pixels, labels, place, strict=True):
        if label == 0:
            image[k] += 180
        elif label == 1:
            image[:, k] += 180
        else:
            image[:k, :k] += 180
    return pixels.astype(np.uint8), labels


@pytest.fixture(scope="session")
def lattice(images: tuple[np.ndarray, np.ndarray]) -> DataSet:
    """Classes 0 and 1 of the images on a 4 x 4 lattice; class 2 is the contrast."""
    return make_lattice(*images, classes=[0, 1], size=4, seed=5)


@pytest.fixture(scope="session")
def mixture() -> DataSet:
    return make_mixture(count=2000, seed=3)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, lattice: DataSet, mixture: DataSet) -> Path:
    """A folder with lattice.h5, mixture.h5, and protocol.h5 learned from lattice.h5. Not to be changed."""
    folder = tmp_path_factory.mktemp("files")
    lattice.save(folder / "lattice.h5")
    mixture.save(folder / "mixture.h5")
    learn(folder / "lattice.h5", folder / "protocol.h5", LearningSettings(range=2, slices=6, samples=500))
    return folder


@pytest.fixture
def fails(capsys: pytest.CaptureFixture[str]):
    """Run a command line that must fail with one line on standard error; returns that line."""

    def check(*arguments: object, status: int = 1) -> str:
        assert run([str(argument) for argument in arguments]) == status
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("oscillators: ")
        return lines[0]

    return check
