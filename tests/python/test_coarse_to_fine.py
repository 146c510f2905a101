"""The example in which a network of codes tells a network of pixels what to generate."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.datasets import DataSet, make_lattice
from openmmoscillators.samples import read_given, read_samples

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
import coarse_to_fine


def make_data() -> DataSet:
    """Two classes of 4 x 4 pixels, bright above or below, with four shapes of any strength and noise."""
    generator = np.random.default_rng(0)
    labels = np.repeat([3, 8], 300)
    halves = np.sign(labels - 5)[:, None] * np.repeat([1.0, -1.0], 8)
    shapes = np.linalg.qr(generator.standard_normal((16, 4)))[0].T
    images = halves + 2.0 * generator.standard_normal((600, 4)) @ shapes + 0.2 * generator.standard_normal((600, 16))
    return make_lattice(images.reshape(-1, 4, 4), labels, size=None)


def test_codes_are_uncorrelated_and_of_one_size() -> None:
    data = coarse_to_fine.with_codes(make_data(), 4)
    size = coarse_to_fine.CODE_DEVIATION**2
    np.testing.assert_allclose(np.cov(data.codes, rowvar=False), size * np.eye(4), atol=1e-3 * size)
    alone = coarse_to_fine.codes_alone(data, 2)
    alone.check()
    np.testing.assert_allclose(alone.held_out, data.held_out_codes / coarse_to_fine.CODE_DEVIATION)


def test_pictures_are_of_the_codes_that_were_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_data().save(tmp_path / "data.h5")
    command = [str(tmp_path / "data.h5"), "-o", str(tmp_path), "--side", "2", "--samples", "60"]
    command += ["--codes", "--latents category --slices 12", "--pixels", "--latents given --rule denoising --range 2"]
    coarse_to_fine.main(command)
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines[2:]] == [
        "real training images",
        "one Gaussian a class",
        "codes generated",
        "codes of held-out pictures",
    ]
    assert lines[-1][-1] == "0.000"  # escaped
    held_out = make_data().held_out[:60]
    found = read_samples(tmp_path / "reconstructions.h5md")
    # Four of the codes hold 95 % of the pictures' variance.
    assert np.corrcoef(found.ravel(), held_out.ravel())[0, 1] > 0.9
    given, codes = read_given(tmp_path / "samples.h5md"), read_samples(tmp_path / "codes.h5md")
    np.testing.assert_allclose(given[:, 16:], coarse_to_fine.CODE_DEVIATION * codes, rtol=1e-6)
