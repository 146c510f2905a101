"""The noising process as it is recorded: positions of the exact process, forces of the given network."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators.datasets import DataSet
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, OscillatorNetwork
from openmmoscillators.recording import Noising, RecordSettings, read_noising, record
from openmmoscillators.samples import open_trajectory

TIMES = (0.1, 0.4, 1.5)
KT = 0.1


def forces(network: OscillatorNetwork, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
    """-dU/dx in NumPy, from the formula of the energy: states [R][N]."""
    n, edges = network.getNumOscillators(), np.asarray(network.getEdges())
    k_lin, k_duff, k_6, bias = theta[: 4 * n].reshape(4, n)
    c_lin, c_optomech, c_duff = theta[4 * n :].reshape(3, len(edges))
    gradient = k_lin * x + k_duff * x**3 + k_6 * x**5 + bias
    for e, (i, j) in enumerate(edges):
        d = x[:, i] - x[:, j]
        pair = 2 * c_lin[e] * d + c_duff[e] * d**3
        gradient[:, i] += pair + 2 * c_optomech[e] * x[:, i] * x[:, j]
        gradient[:, j] += -pair + c_optomech[e] * x[:, i] ** 2
    return -gradient


@pytest.fixture(scope="module")
def measured(lattice: DataSet) -> LearnedProtocol:
    """A random protocol of two times on the lattice of the data."""
    network = OscillatorNetwork.squareLattice(lattice.width, lattice.height, 1)
    values = 0.1 * np.random.default_rng(2).standard_normal((2, network.getNumParameters()))
    values[:, 32:48] = np.abs(values[:, 32:48])  # k_6
    protocol = DrivingProtocol(network, [0.0, 2.0], values)
    return LearnedProtocol(network=network, protocol=protocol, latticeWidth=4, latticeHeight=4, latticeRange=1)


def frames(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    file = open_trajectory(path)
    x = np.stack([file.readDisplacements(k) for k in range(file.getNumFrames())])
    f = np.stack([file.readForces(k) for k in range(file.getNumFrames())])
    return np.asarray(file.getTimes()), x, f


@pytest.mark.parametrize("route", ["exact", "simulated"])
def test_positions_follow_the_process_and_forces_the_network(
    tmp_path: Path, lattice: DataSet, measured: LearnedProtocol, route: str
) -> None:
    settings = RecordSettings(samples=960, route=route, maximum_step=0.02, seed=1)
    record(lattice, tmp_path / "r.h5md", TIMES, settings, measured)
    times, x, f = frames(tmp_path / "r.h5md")
    np.testing.assert_allclose(times, (0.0, *TIMES), rtol=1e-12)
    assert {tuple(row) for row in x[0].round(5)} <= {tuple(row) for row in lattice.train.round(5)}
    for k, time in enumerate(times[1:], start=1):
        decay, variance = np.exp(-time), KT * (1 - np.exp(-2 * time))
        noise = (x[k] - decay * x[0]) / np.sqrt(variance)
        # 15360 normals: standard errors .008 of the mean, .006 of the deviation; the simulated route adds a bias of
        # second order in the step, below .001. Five of them: false alarms below 1e-5.
        assert noise.mean() == pytest.approx(0.0, abs=0.041)
        assert noise.std() == pytest.approx(1.0, abs=0.03)
    values = np.asarray(measured.protocol.getValues())
    for k, time in enumerate(times):
        theta = values[0] + time / 2.0 * (values[1] - values[0])
        expected = forces(measured.network, theta, x[k].astype(float))
        np.testing.assert_allclose(f[k], expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_default_forces_are_those_of_the_trap(tmp_path: Path, lattice: DataSet) -> None:
    record(lattice, tmp_path / "r.h5md", TIMES, RecordSettings(range=1, samples=5, sigma=2.0))
    _, x, f = frames(tmp_path / "r.h5md")
    np.testing.assert_allclose(f, -x / 4.0, rtol=1e-5, atol=1e-6)


def test_successive_noise_is_independent(tmp_path: Path, lattice: DataSet) -> None:
    record(lattice, tmp_path / "r.h5md", TIMES, RecordSettings(range=0, samples=960))
    times, x, _ = frames(tmp_path / "r.h5md")
    steps = [x[k + 1] - np.exp(-(times[k + 1] - times[k])) * x[k] for k in range(3)]
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert np.corrcoef(steps[a].ravel(), steps[b].ravel())[0, 1] == pytest.approx(0.0, abs=0.041)  # five errors


def test_recording_says_what_was_noised(tmp_path: Path, lattice: DataSet) -> None:
    settings = RecordSettings(range=2, samples=3, thermal_energy=0.05, sigma=1.5, full=True)
    record(lattice, tmp_path / "r.h5md", TIMES, settings)
    assert read_noising(tmp_path / "r.h5md") == Noising(
        0.05, 1.5, lattice.mean, lattice.standard_deviation, 4, 4, 2, "exact"
    )
    with h5py.File(tmp_path / "r.h5md") as file:
        assert file["particles/trajectory/position/value"].shape == (4, 48, 3)
        assert file["particles/trajectory/force/value"].shape == (4, 48, 3)
        assert file["particles/trajectory/force_group_1/value"].shape == (4, 48, 3)


def test_seed_decides(tmp_path: Path, lattice: DataSet) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        record(lattice, tmp_path / name, TIMES, RecordSettings(range=1, samples=4, route="simulated", seed=seed))
    a, b, c = (frames(tmp_path / name)[1] for name in "abc")
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a[-1], c[-1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"route": "guessed"}, "route 'guessed'"),
        ({"sigma": 0.0}, "sigma 0.0"),
        ({"thermal_energy": float("nan")}, "thermal energy nan"),
        ({"samples": 0}, "0 samples"),
        ({"platform": "Abacus"}, "no platform 'Abacus'"),
        ({"precision": "quadruple"}, "precision"),
    ],
)
def test_refuses_unusable_settings(tmp_path: Path, lattice: DataSet, options: dict, message: str) -> None:
    (tmp_path / "r.h5md").write_text("precious")
    with pytest.raises(OscillatorsError, match=message):
        record(lattice, tmp_path / "r.h5md", TIMES, RecordSettings(**options), overwrite=True)
    assert (tmp_path / "r.h5md").read_text() == "precious"


def test_refuses_a_protocol_of_another_network(tmp_path: Path, mixture: DataSet, measured: LearnedProtocol) -> None:
    with pytest.raises(OscillatorsError, match="of 16 oscillators, expected 2"):
        record(mixture, tmp_path / "r.h5md", TIMES, measured=measured)
