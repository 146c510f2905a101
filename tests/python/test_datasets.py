"""Data sets: how they are made, written and read."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from openmmoscillators.datasets import DataSet, load_dataset, make_lattice, make_mixture, resize, split
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.mnist import SHIPPED_FOLDER, check_digits, load_mnist


def test_lattice_is_normalised_over_its_training_states(lattice: DataSet) -> None:
    assert lattice.num_oscillators == 16
    assert lattice.train.mean() == pytest.approx(0.0, abs=1e-6)
    assert lattice.train.std() == pytest.approx(1.0, abs=1e-6)


def test_lattice_states_are_resized_pixels(images: tuple[np.ndarray, np.ndarray]) -> None:
    pixels, labels = images
    data = make_lattice(pixels, labels, classes=[0, 1], size=4, jitter=0.0)
    expected = np.stack([np.asarray(Image.fromarray(i).resize((4, 4), Image.BILINEAR)) for i in pixels]) / 255.0
    # A halving by an antialiased triangle filter keeps a uniform image and does not sample single pixels.
    found = np.concatenate([data.train, data.held_out]) * data.standard_deviation + data.mean
    wanted = expected.reshape(600, 16)[labels < 2]
    np.testing.assert_allclose(np.sort(found, axis=0), np.sort(wanted, axis=0), atol=1e-6)


def test_resize_is_antialiased() -> None:
    board = np.indices((1, 12, 12)).sum(0).astype(np.uint8) % 2 * 200
    inner = resize(board, 4, 4)[0, 1:-1, 1:-1]
    assert np.abs(inner.astype(int) - 100).max() <= 15  # sampling single pixels would give 0 or 200


def test_split_is_stratified_and_disjoint(lattice: DataSet) -> None:
    for label in (0, 1):
        assert (lattice.held_out_labels == label).sum() == 40
        assert (lattice.train_labels == label).sum() == 160
    assert set(lattice.contrast_labels.tolist()) == {2}
    together = np.concatenate([lattice.train, lattice.held_out, lattice.contrast])
    assert len(np.unique(together, axis=0)) == 600


def test_jitter_has_its_width_and_depends_on_the_seed(images: tuple[np.ndarray, np.ndarray]) -> None:
    flat = np.repeat(np.linspace(0, 255, 200).astype(np.uint8)[:, None, None], 64, axis=1).reshape(200, 8, 8)
    data = make_lattice(flat, size=None, jitter=0.02, seed=1)
    pixels = data.train * data.standard_deviation
    noise = pixels - pixels.mean(axis=1, keepdims=True)
    # 160 x 63 normals: relative standard error 0.7 %, so 4 % is beyond five of them.
    assert noise.std() * np.sqrt(64 / 63) == pytest.approx(0.02, rel=0.04)
    first, again, other = (make_lattice(*images, size=4, seed=seed).train for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_mixture_has_its_moments() -> None:
    data = make_mixture(count=40000, weights=(3, 1), means=((1, 0), (-1, 2)), variance=0.04, seed=2)
    states, labels = (
        np.concatenate([data.train, data.held_out]),
        np.concatenate([data.train_labels, data.held_out_labels]),
    )
    # Five standard errors each: of a share sqrt(.75 .25 / 40000), of a mean .2 / sqrt(10000).
    assert (labels == 0).mean() == pytest.approx(0.75, abs=0.011)
    for k, mean in enumerate(((1, 0), (-1, 2))):
        np.testing.assert_allclose(states[labels == k].mean(0), mean, atol=0.01)
        np.testing.assert_allclose(np.cov(states[labels == k].T), 0.04 * np.eye(2), atol=0.003)
    np.testing.assert_allclose(data.weights, [0.75, 0.25])


@pytest.mark.parametrize("name", ["lattice", "mixture"])
def test_files_hold_everything(tmp_path: Path, request: pytest.FixtureRequest, name: str) -> None:
    data: DataSet = request.getfixturevalue(name)
    data.save(tmp_path / "data.h5")
    read = load_dataset(tmp_path / "data.h5")
    for field in fields(DataSet):
        before, after = getattr(data, field.name), getattr(read, field.name)
        if isinstance(before, np.ndarray) and before.size > 0:
            np.testing.assert_array_equal(before, after)
            assert before.dtype == after.dtype
        elif not isinstance(before, np.ndarray):
            assert before == after


def edit(path: Path, change) -> None:
    with h5py.File(path, "r+") as file:
        change(file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.attrs.update(format="something"), "format 'something', expected 'openmm-oscillators-data'"),
        (lambda f: f.attrs.update(version=99), "of version 99"),
        (lambda f: f.attrs.__delitem__("width"), "width"),
        (lambda f: f.attrs.update(width=5), r"shape \(320, 16\), expected .*5 x 4 = 20"),
        (lambda f: f.attrs.update(kind="cloud"), "kind 'cloud'"),
        (lambda f: f.__delitem__("held_out"), "no data set 'held_out'"),
        (lambda f: f["train"].__setitem__((3, 2), np.nan), "state 3 of train is not finite"),
        (
            lambda f: (f.__delitem__("train_labels"), f.__setitem__("train_labels", [1, 2])),
            r"train_labels has shape \(2,\)",
        ),
    ],
)
def test_refuses_inconsistent_files(tmp_path: Path, lattice: DataSet, change, message: str) -> None:
    lattice.save(tmp_path / "data.h5")
    edit(tmp_path / "data.h5", change)
    with pytest.raises(OscillatorsError, match=message):
        load_dataset(tmp_path / "data.h5")


def test_refuses_truncated_and_foreign_files(tmp_path: Path, lattice: DataSet) -> None:
    path = tmp_path / "data.h5"
    lattice.save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(OscillatorsError, match="cannot read data set"):
        load_dataset(path)
    path.write_text("no HDF5")
    with pytest.raises(OscillatorsError, match="cannot read data set"):
        load_dataset(path)


def test_existing_files_are_kept_unless_told(tmp_path: Path, lattice: DataSet) -> None:
    path = tmp_path / "data.h5"
    path.write_text("precious")
    with pytest.raises(OscillatorsError, match="exists"):
        lattice.save(path)
    assert path.read_text() == "precious"
    lattice.save(path, overwrite=True)
    assert load_dataset(path).width == 4
    assert [p.name for p in tmp_path.iterdir()] == ["data.h5"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": [0, 7]}, r"no images of class 7; the classes are \[0, 1, 2\]"),
        ({"size": 0}, "size 0"),
        ({"jitter": float("nan")}, "jitter nan"),
        ({"held_out_share": 1.0}, "held-out share 1.0"),
        ({"labels": np.zeros(3)}, r"labels of shape \(3,\), expected \[600\]"),
    ],
)
def test_refuses_unusable_lattice_settings(images: tuple[np.ndarray, np.ndarray], options: dict, message: str) -> None:
    with pytest.raises(OscillatorsError, match=message):
        make_lattice(**({"images": images[0], "labels": images[1]} | options))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weights": (1.0,)}, "one mean a weight"),
        ({"weights": (1.0, -1.0)}, "expected positive numbers"),
        ({"variance": 0.0}, "variance 0.0"),
        ({"means": ((1.0, np.inf), (0.0, 0.0))}, "finite means"),
        ({"count": 2}, "count 2"),
    ],
)
def test_refuses_unusable_mixtures(options: dict, message: str) -> None:
    with pytest.raises(OscillatorsError, match=message):
        make_mixture(**options)


def test_refuses_flat_images() -> None:
    with pytest.raises(OscillatorsError, match="nothing to learn"):
        make_lattice(np.full((10, 4, 4), 7, np.uint8), size=None, jitter=0.0)


def test_split_keeps_one_of_each_class() -> None:
    held_out = split(np.array([0, 0, 0, 0, 1, 1]), 0.01, np.random.default_rng(0))
    assert held_out[:4].sum() == 1
    assert held_out[4:].sum() == 1


def test_shipped_digits() -> None:
    found = load_mnist([0, 1])
    assert found.images.shape == (16665, 28, 28)
    assert np.bincount(found.labels).tolist() == [5923, 6742, *[500] * 8]
    # Checksums of the original file's pixels of all zeros and ones, taken from it directly.
    assert int(found.images[found.labels == 0].sum(dtype=np.int64)) == 205326677
    assert int(found.images[found.labels == 1].sum(dtype=np.int64)) == 102435579
    assert "CC BY-SA 3.0" in (SHIPPED_FOLDER / "README.md").read_text()


@pytest.mark.parametrize(
    ("digits", "message"), [([0, 10], "digit 10"), ([-1], "digit -1"), ([], "no digits"), ([1, 1], "once")]
)
def test_refuses_digits_that_do_not_exist(digits: list[int], message: str) -> None:
    with pytest.raises(OscillatorsError, match=message):
        check_digits(digits)


def test_other_digits_from_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OscillatorsError, match="holds no train-images-idx3-ubyte"):
        load_mnist([3, 8], tmp_path)
