"""Learned networks: a network whose protocol is known exactly, and a small one learned from images."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import openmm
import pytest

from openmmoscillators import (
    DrivingProtocol,
    LearnedProtocol,
    NetworkProcess,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    ParameterLayout,
    RecordingOptions,
    TrajectoryFile,
    TrajectoryRecorder,
    measureContext,
    measureRecording,
)
from openmmoscillators.cli import run
from openmmoscillators.datasets import DataSet
from openmmoscillators.protocols import load_protocol
from openmmoscillators.simulation import replica_system, temperature
from openmmoscillators.thermodynamics_networks import NetworkSettings, measure_generation, speed_curve
from openmmoscillators.thermodynamics_transitions import (
    gaussian_information_time,
    measure_commitment,
    measure_speciation,
    network_curvatures,
)

KT, VARIANCE = 0.5, 0.2


@pytest.fixture(scope="module")
def gaussian() -> LearnedProtocol:
    """Two uncoupled oscillators whose data are N(0, VARIANCE): k_lin(t) = kT / variance(t) is the exact protocol."""
    network = OscillatorNetwork()
    network.addOscillators(np.array([[0.0, 0.0], [1.0, 0.0]]))
    network.addEdge(0, 1)
    times = np.geomspace(0.05, 3.0, 12)
    values = np.zeros((len(times), network.getNumParameters()))
    offset = ParameterLayout(network).getOffset("k_lin")
    decay = np.exp(-2 * times)
    values[:, offset : offset + 2] = (KT / (VARIANCE * decay + KT * (1 - decay)))[:, None]
    return LearnedProtocol(network=network, protocol=DrivingProtocol(network, times, values), kT=KT, sigma=1.0)


# Exact rates of two Gaussian oscillators of variance v (in units of kT): pi = 2 (1 - v)^2 / v; 4000 paths, 5 standard
# errors and 4 % for the finite steps. The integral theorem holds at every slice within 4 standard errors (false alarm
# 1e-3 of all).
def test_generation_of_a_gaussian(gaussian: LearnedProtocol) -> None:
    found = measure_generation(gaussian, NetworkSettings(samples=4000, steps_per_slice=40))
    decay = np.exp(-2 * found["noising_times"])
    variance = VARIANCE / KT * decay + 1 - decay
    production = 2 * (1 - variance) ** 2 / variance
    assert (np.abs(found["production"] - production) < 5 * found["production_error"] + 0.04 * production + 1e-3).all()
    difference = np.abs(found["integral_fluctuation"] - 1)
    assert (difference < 4 * found["integral_fluctuation_error"] + 1e-12).all()
    assert found["escaped_share"] == 0
    assert (found["effective_sample_size"] > 200).all()
    # First law on average: work - heat is the change of the mean energy of U_rev = (k - 1/2) x^2 per oscillator.
    stiffness = 2 * KT / (variance[[0, -1]] * KT) - 1
    energy = 2 * 0.5 * stiffness * variance[[0, -1]] * KT
    assert found["work_per_sample"] - found["heat_per_sample"] == pytest.approx(energy[1] - energy[0], abs=0.1)


# Delta F = N kT/2 ln(k_end / k_start) for two oscillators; the work approaches it from above as driving slows down.
def test_speed_curve_of_a_gaussian(gaussian: LearnedProtocol) -> None:
    settings = NetworkSettings(samples=2000, steps_per_slice=30)
    found = speed_curve(gaussian, settings, (0.25, 1, 4), until=0.06, relaxation=2.0)
    times = np.asarray(gaussian.protocol.getTimes())
    decay = np.exp(-2 * times)
    stiffness = 2 * KT / (VARIANCE * decay + KT * (1 - decay)) - 1
    last = np.argmin(np.abs(times - found["last_noising_time"]))
    exact = KT * np.log(stiffness[last] / stiffness[-1])
    for name in ("up", "down"):
        assert found[f"free_energy_{name}"] == pytest.approx(exact, abs=4 * found[f"free_energy_{name}_error"] + 0.02)
    assert found["keeps_to_bound"]
    assert found["work"][0] > found["work"][1] > found["work"][2] > exact - 3 * found["work_error"][2]
    assert found["work"][2] - exact < 0.3 * (found["work"][0] - exact)


def test_information_time_is_the_closed_form() -> None:
    time = gaussian_information_time(np.full(30, 0.7), 1e4)
    assert time == pytest.approx(0.5 * np.log1p(0.7 / (1e4 ** (2 / 30) - 1)), abs=1e-9)


# One well under strong noise, more than one close to the data.
def test_curvatures_and_cloning(files: Path, lattice: DataSet) -> None:
    learned = load_protocol(files / "protocol.h5")
    curvatures = network_curvatures(learned, lattice)
    assert curvatures["lowest"][0] < 0 < curvatures["lowest"][-1] <= 1
    assert curvatures["noising_times"][0] < curvatures["lowest_zero"] < curvatures["noising_times"][-1]
    assert curvatures["gaussian_lowest"][-1] == pytest.approx(1.0, abs=0.05)
    assert (curvatures["lowest"] <= curvatures["along_classes"] + 1e-9).all()
    clones = measure_speciation(learned, lattice, NetworkSettings(samples=200, steps_per_slice=10))["cloning"]
    assert clones["agreement"][0] == 1.0
    assert clones["agreement"][-1] == pytest.approx(clones["chance"], abs=0.2)  # 200 pairs: 5 standard errors
    assert (np.diff(clones["noising_times"]) > 0).all()


def test_commitment(files: Path, lattice: DataSet) -> None:
    found = measure_commitment(load_protocol(files / "protocol.h5"), lattice, NetworkSettings(samples=50))
    assert found["own_weight"][-1] < 0.1
    assert found["own_weight"][0] > found["own_weight"][-1]
    assert (np.diff(found["collapse_times"]) < 0).all()
    assert ((found["largest_weight"] > 0) & (found["largest_weight"] <= 1)).all()


def test_commands(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    protocol, small = str(files / "protocol.h5"), ["--samples", "40", "--steps-per-slice", "8", "-o", str(tmp_path)]
    against = ["--against", str(files / "lattice.h5")]
    commands = {
        "generation": [protocol],
        "speed": [protocol, "--factors", "0.5,1"],
        "cloning": [protocol, *against],
        "commitment": [protocol, *against],
    }
    for name, arguments in commands.items():
        assert run(["thermodynamics", name, *arguments, *small, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        with h5py.File(tmp_path / f"{name}.h5") as file:
            assert set(file) | set(file.attrs) >= {key for key, value in printed.items() if value is not None}
        assert (tmp_path / f"{name}.png").exists()
        assert (tmp_path / f"{name}.svg").exists()


def test_refusals(files: Path, tmp_path: Path, fails) -> None:
    protocol = files / "protocol.h5"
    assert "expected numbers > 0" in fails("thermodynamics", "speed", protocol, "--factors", "0")
    assert "noising time 9.0" in fails("thermodynamics", "speed", protocol, "--until", "9")
    against = ("--against", files / "mixture.h5")
    assert "2 oscillators, the protocol 16" in fails("thermodynamics", "cloning", protocol, *against)
    (tmp_path / "generation.png").write_text("mine")
    assert "exists" in fails("thermodynamics", "generation", protocol, "-o", tmp_path)


# A Context and the recording of the same run give the same sums; the first law closes on every path.
def test_contexts_and_recordings(gaussian: LearnedProtocol, tmp_path: Path) -> None:
    protocol = gaussian.protocol.forGeneration(1.0)
    results = []
    for record in (False, True):
        system, force = replica_system(gaussian.network, protocol, 200)
        integrator = OverdampedLangevinIntegrator(temperature(KT), 1.0, 0.01)
        integrator.setMobility(openmm.Vec3(0, 0, 1))
        integrator.setRandomNumberSeed(5)
        context = openmm.Context(system, integrator, openmm.Platform.getPlatform("Reference"))
        force.setDisplacements(context, np.random.default_rng(2).standard_normal((200, 2)))
        if not record:
            results.append(measureContext(context, force, 20))
            continue
        recorder = TrajectoryRecorder(tmp_path / "run.h5md", context, force, RecordingOptions(doublePrecision=True))
        recorder.record()
        recorder.run(20, 1)
        recorder.close()
        process = NetworkProcess(gaussian.network, protocol, KT)
        results.append(measureRecording(TrajectoryFile(tmp_path / "run.h5md"), process, True))
    streamed, recorded = results
    np.testing.assert_allclose(recorded.environmentEntropy, streamed.environmentEntropy, atol=1e-9)
    np.testing.assert_allclose(recorded.work, streamed.work, atol=1e-9)
    np.testing.assert_allclose(streamed.work - streamed.getHeat(), streamed.energyChange, atol=1e-12)
    assert streamed.getFinalStates().shape == (200, 2)
    assert np.abs(streamed.environmentEntropy - streamed.stratonovichEntropy).max() < 0.5
