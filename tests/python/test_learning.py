"""Learning through the Python package: from data, from recordings of this package and of a laboratory."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.stats import norm

from openmmoscillators.datasets import DataSet
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings, time_grid
from openmmoscillators.oscillators import LearnedProtocol, ProtocolFile
from openmmoscillators.protocols import family_curves, learning_report, load_protocol
from openmmoscillators.recording import RecordSettings, record, trap_protocol

SETTINGS = LearningSettings(range=1, slices=4, samples=400, tolerance=1e-6)


def test_time_grid_is_uniform_in_the_logarithm_of_noise() -> None:
    times = time_grid(LearningSettings(slices=7, first_time=0.03, last_time=4.0, sigma=1.3))
    assert times[0] == pytest.approx(0.03, rel=1e-12)
    assert times[-1] == pytest.approx(4.0, rel=1e-12)
    steps = np.diff(np.log(np.expm1(2 * times / 1.3**2)))
    np.testing.assert_allclose(steps, steps[0], rtol=1e-9)


@pytest.mark.parametrize("kt", [0.1, 0.02, 0.005, 1.0])
def test_first_time_of_the_closed_loop_has_the_same_noise_at_any_temperature(kt: float) -> None:
    first = time_grid(LearningSettings(thermal_energy=kt))[0]
    assert kt * (1 - np.exp(-2 * first)) == pytest.approx(0.1 * (1 - np.exp(-0.04)), rel=1e-9)
    assert time_grid(LearningSettings("denoising", thermal_energy=kt))[0] == 0.02
    assert time_grid(LearningSettings(optimizer="adam", thermal_energy=kt))[0] == 0.02


def test_first_time_is_not_so_late_that_nothing_is_left_of_the_data() -> None:
    assert time_grid(LearningSettings(thermal_energy=1e-4))[0] == pytest.approx(0.8)


def test_time_grid_may_be_uniform_in_time() -> None:
    times = time_grid(LearningSettings(grid="linear", slices=15, first_time=0.02))
    np.testing.assert_allclose(times, 0.02 + np.arange(15) * 4.98 / 14)
    with pytest.raises(OscillatorsError, match="grid 'square', expected one of log-noise, linear"):
        time_grid(LearningSettings(grid="square"))


@pytest.mark.parametrize("rule", ["denoising", "implicit"])
def test_gaussian_data_give_the_exact_stiffness(tmp_path: Path, rule: str) -> None:
    """Normal data of variance s^2 stay normal, so that k_lin = kT / (m^2 s^2 + v) and nothing else is needed."""
    states = (0.8 * norm.ppf((np.arange(4000) + 0.5) / 4000)[:, None]).astype(np.float32)
    labels = np.zeros(4000, np.int64)
    DataSet("lattice", 1, 1, states, labels, states[:100], labels[:100]).save(tmp_path / "data.h5")
    settings = LearningSettings(
        rule=rule, range=0, slices=3, first_time=0.1, samples=200000, ridge=0.0, minimum_k6=1e-6
    )
    learn(tmp_path / "data.h5", tmp_path / "p.h5", settings)
    learned = load_protocol(tmp_path / "p.h5")
    times, variance = np.asarray(learned.protocol.getTimes()), states.var()
    # k_duff and k_6 share the work with k_lin, so compare forces where the data are, not single parameters.
    k_lin, k_duff, k_6, bias = np.asarray(learned.protocol.getValues()).T
    for k, t in enumerate(times):
        width = np.exp(-2 * t) * variance + 0.1 * (1 - np.exp(-2 * t))
        x = np.linspace(-1.5, 1.5, 9) * np.sqrt(width)
        force = k_lin[k] * x + k_duff[k] * x**3 + k_6[k] * x**5 + bias[k]
        # Four parameters from 200000 samples: the fitted force is off by less than 1 % of the force at one deviation.
        np.testing.assert_allclose(force, 0.1 * x / width, atol=0.04 * 0.1 / np.sqrt(width))


def test_recording_and_its_samples_give_the_same_protocol(tmp_path: Path, lattice: DataSet) -> None:
    """A recording of this package, and the same numbers laid out by a laboratory with h5py."""
    times = time_grid(SETTINGS)
    record(lattice, tmp_path / "ours.h5md", times, RecordSettings(range=1, samples=400))
    learn(tmp_path / "ours.h5md", tmp_path / "ours.h5", LearningSettings(tolerance=1e-6))
    network = load_protocol(tmp_path / "ours.h5").network
    with h5py.File(tmp_path / "ours.h5md") as ours, h5py.File(tmp_path / "lab.h5md", "w") as lab:
        source = ours["particles/trajectory"]
        for element, name in (("displacement", "position"), ("displacement_force", "force")):
            vectors = np.zeros((5, 6400, 3))
            vectors[..., 2] = source[f"{element}/value"]
            lab[f"particles/array/{name}/value"] = vectors
            lab[f"particles/array/{name}/time"] = [0.0, *times]
        lab["particles/array"].attrs["num_oscillators"] = 16
    trap = LearnedProtocol(network=network, protocol=trap_protocol(network, 1.0))
    ProtocolFile.write(str(tmp_path / "trap.h5"), trap)
    learn(tmp_path / "lab.h5md", tmp_path / "lab.h5", LearningSettings(tolerance=1e-6), measured=tmp_path / "trap.h5")
    a, b = (np.asarray(load_protocol(tmp_path / f"{name}.h5").protocol.getValues()) for name in ("ours", "lab"))
    assert a.shape == (4, network.getNumParameters())
    np.testing.assert_allclose(a, b, atol=1e-4 * np.abs(a).max())


def test_protocol_file_says_how_it_was_learned(files: Path, lattice: DataSet) -> None:
    learned = load_protocol(files / "protocol.h5")
    assert (learned.latticeWidth, learned.latticeHeight, learned.latticeRange) == (4, 4, 2)
    assert (learned.mean, learned.standardDeviation) == (lattice.mean, lattice.standard_deviation)
    assert json.loads(learned.settings)["slices"] == 6
    report = learning_report(learned)
    assert report["converged"] is True
    assert len(report["held_out_losses"]) == len(report["mismatches"]) == 6
    assert report["closed_loop"] is True  # the default rule
    curves = family_curves(learned)
    assert {name: values.shape for name, values in curves.items() if name in ("k_6", "c_lin")} == {
        "k_6": (6, 16),
        "c_lin": (6, learned.network.getNumEdges()),
    }
    assert curves["k_6"].min() >= 0.01


def test_progress_counts_all_slices(files: Path, tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    learn(files / "lattice.h5", tmp_path / "p.h5", SETTINGS, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(k, 4) for k in range(5)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (LearningSettings(rule="backpropagation"), "rule 'backpropagation'"),
        (LearningSettings(matching="closed-loop"), "matching 'closed-loop'"),
        (LearningSettings(slices=1), "1 slices"),
        (LearningSettings(first_time=2.0, last_time=1.0), "last time 1.0"),
        (LearningSettings(sigma=-1.0), "sigma -1.0"),
        (LearningSettings(samples=0), "0 samples"),
    ],
)
def test_refuses_unusable_settings(files: Path, tmp_path: Path, settings: LearningSettings, message: str) -> None:
    with pytest.raises(OscillatorsError, match=message):
        learn(files / "lattice.h5", tmp_path / "p.h5", settings)
    assert not list(tmp_path.iterdir())


def test_refuses_recordings_without_a_protocol(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "lab.h5md", "w") as file:
        for name in ("position", "force"):
            file[f"particles/array/{name}/value"] = np.zeros((2, 4, 3))
            file[f"particles/array/{name}/time"] = [0.0, 1.0]
        file["particles/array"].attrs["num_oscillators"] = 4
    with pytest.raises(OscillatorsError, match="--measured"):
        learn(tmp_path / "lab.h5md", tmp_path / "p.h5")
