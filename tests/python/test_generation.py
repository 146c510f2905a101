"""Generating through OpenMM: exact answers for Gaussian data, paths, seeds, escapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.errors import OscillatorsError
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, OscillatorNetwork, ProtocolFile
from openmmoscillators.samples import read_path, read_samples

KT, TIMES = 0.1, np.geomspace(0.02, 5.0, 40)


def write_protocol(path: Path, values: np.ndarray, times: np.ndarray = TIMES) -> Path:
    """A protocol of two uncoupled oscillators; values [T][8], families k_lin, k_duff, k_6, bias of two."""
    network = OscillatorNetwork.squareLattice(2, 1, 0)
    learned = LearnedProtocol(network=network, protocol=DrivingProtocol(network, times, values), kT=KT)
    ProtocolFile.write(str(path), learned)
    return path


@pytest.fixture
def gaussian(tmp_path: Path) -> Path:
    """The exact protocol of normal data with means (0.5, -1) and standard deviations (0.3, 0.8)."""
    mean, deviation = np.array([0.5, -1.0]), np.array([0.3, 0.8])
    decay = np.exp(-TIMES)[:, None]
    stiffness = KT / (decay**2 * deviation**2 + KT * (1 - decay**2))
    values = np.zeros((len(TIMES), 8))
    values[:, 0:2], values[:, 6:8] = stiffness, -stiffness * decay * mean
    return write_protocol(tmp_path / "protocol.h5", values)


@pytest.mark.parametrize("scheme", ["euler-maruyama", "stochastic-heun", "leimkuhler-matthews"])
@pytest.mark.parametrize("platform", ["Reference", None])
def test_generates_the_gaussian_it_was_made_for(
    tmp_path: Path, gaussian: Path, scheme: str, platform: str | None
) -> None:
    settings = GenerationSettings(4000, steps_per_slice=8, scheme=scheme, seed=4, platform=platform)
    generate(gaussian, tmp_path / "s.h5md", settings)
    samples = read_samples(tmp_path / "s.h5md")
    assert samples.shape == (4000, 2)
    decay, noise = np.exp(-0.02), KT * (1 - np.exp(-0.04))  # samples are those of the first time of the grid
    deviation = np.sqrt(decay**2 * np.array([0.3, 0.8]) ** 2 + noise)
    # Five standard errors of 4000 samples, plus 2 % of the width for steps of finite size.
    np.testing.assert_allclose(
        samples.mean(0), decay * np.array([0.5, -1.0]), atol=(5 / np.sqrt(4000) + 0.02) * deviation.max()
    )
    np.testing.assert_allclose(samples.std(0) / deviation, 1.0, atol=5 / np.sqrt(8000) + 0.02)


def test_paths_begin_in_noise_and_end_in_the_samples(tmp_path: Path, gaussian: Path) -> None:
    generate(gaussian, tmp_path / "s.h5md", GenerationSettings(1500, steps_per_slice=4, seed=7))
    generate(gaussian, tmp_path / "p.h5md", GenerationSettings(1500, steps_per_slice=4, seed=7, every=10))
    times, frames = read_path(tmp_path / "p.h5md", 1500)
    assert frames.shape == (17, 1500, 2)  # 39 x 4 steps: after 0, 10, ... 150 and 156
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(4.98, rel=1e-12)
    assert frames[0].std() == pytest.approx(np.sqrt(KT), rel=0.07)  # five standard errors
    np.testing.assert_allclose(frames[-1], read_samples(tmp_path / "s.h5md"), atol=1e-5)


def test_seed_decides(tmp_path: Path, gaussian: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4), ("d", None), ("e", None)):
        generate(gaussian, tmp_path / name, GenerationSettings(5, steps_per_slice=2, seed=seed))
    a, b, c, d, e = (read_samples(tmp_path / name) for name in "abcde")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)
    assert not np.array_equal(d, e)


def test_escaped_replicas_do_not_stop_the_others(tmp_path: Path) -> None:
    """A cubic repulsion beyond |x| = 1: some start in it and overflow, the others stay near 0."""
    times = np.linspace(0.1, 1.1, 11)
    values = np.zeros((11, 8))
    values[:, 0], values[:, 2] = 60.0, -60.0
    values[:, 1] = 10.0
    path = write_protocol(tmp_path / "protocol.h5", values, times)
    learned = ProtocolFile.read(str(path))
    learned.kT = 0.3  # starting deviation .55: |x| > 1 in 7 of 100
    ProtocolFile.write(str(path), learned)
    generate(path, tmp_path / "s.h5md", GenerationSettings(400, steps_per_slice=50, seed=1, every=100))
    samples = read_samples(tmp_path / "s.h5md")
    lost = np.isnan(samples).any(axis=1)
    start = read_path(tmp_path / "s.h5md", 400)[1][0]
    assert lost[np.abs(start[:, 0]) > 1.15].all()
    assert not lost[np.abs(start[:, 0]) < 0.6].any()
    assert np.abs(samples[~lost]).max() < 2.0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (GenerationSettings(samples=0), "samples 0"),
        (GenerationSettings(steps_per_slice=0), "steps per slice 0"),
        (GenerationSettings(every=0), "every 0 steps"),
        (GenerationSettings(scheme="verlet"), "scheme 'verlet'"),
        (GenerationSettings(platform="Abacus"), "no platform 'Abacus'"),
    ],
)
def test_refuses_unusable_settings(tmp_path: Path, gaussian: Path, settings: GenerationSettings, message: str) -> None:
    (tmp_path / "s.h5md").write_text("precious")
    with pytest.raises(OscillatorsError, match=message):
        generate(gaussian, tmp_path / "s.h5md", settings, overwrite=True)
    assert (tmp_path / "s.h5md").read_text() == "precious"


def test_refuses_a_protocol_of_a_single_time(tmp_path: Path) -> None:
    path = write_protocol(tmp_path / "protocol.h5", np.zeros((1, 8)), np.array([1.0]))
    with pytest.raises(OscillatorsError, match="single time"):
        generate(path, tmp_path / "s.h5md")
