"""Properties that hold for any input, drawn by Hypothesis: what is written is read back, and nothing else is raised."""

from __future__ import annotations

import contextlib
import gzip
import struct
import threading
from pathlib import Path

import h5py
import numpy as np
import openmm
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from openmmoscillators import (
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
    StepSchedule,
)
from openmmoscillators.datasets import load_dataset, make_mixture, read_npy
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.idx import read_idx, write_idx

settings.register_profile(
    "quick",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # files are written anew for every example
)
settings.load_profile("quick")

numbers = st.floats(-1e6, 1e6)
any_numbers = st.floats()
increasing = st.lists(st.floats(0.0, 10.0), min_size=2, max_size=6, unique=True).map(sorted)


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=3), seed=st.integers(0, 9))
def test_idx_is_read_back(tmp_path: Path, shape: list[int], seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)
    write_idx(tmp_path / "values", values)
    np.testing.assert_array_equal(read_idx(tmp_path / "values", len(shape)), values)


@given(
    head=st.binary(max_size=20) | st.lists(st.integers(0, 2**32 - 1), min_size=3, max_size=3), compress=st.booleans()
)
def test_any_bytes_as_idx_are_read_or_refused(tmp_path: Path, head: bytes | list[int], compress: bool) -> None:
    content = head if isinstance(head, bytes) else struct.pack(">HBB3I", 0, 8, 3, *head) + bytes(8)
    (tmp_path / "images").write_bytes(gzip.compress(content) if compress else content)
    with contextlib.suppress(OscillatorsError):
        assert read_idx(tmp_path / "images", 3).size <= 8


@given(header=st.text("{}[]()',:\n aefhnoprst0123456789", max_size=40))
@example(header="{'descr': '<f8', (")  # which NumPy leaves to its tokenizer
def test_any_header_of_npy_is_read_or_refused(tmp_path: Path, header: str) -> None:
    content = header.encode()
    (tmp_path / "values.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(content)) + content + bytes(8))
    with contextlib.suppress(OscillatorsError):
        assert read_npy(tmp_path / "values.npy").nbytes <= 8


@given(place=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255), cut=st.booleans())
def test_damaged_data_sets_are_read_or_refused(tmp_path: Path, place: float, bits: int, cut: bool) -> None:
    path = tmp_path / "data.h5"
    if not path.exists():
        make_mixture(50).save(path)
    content = bytearray(path.read_bytes())
    position = int(place * len(content))
    if cut:
        del content[position:]
    else:
        content[position] ^= bits
    damaged = tmp_path / "damaged.h5"
    damaged.write_bytes(content)
    with contextlib.suppress(OscillatorsError):
        load_dataset(damaged)


@given(name=st.sampled_from(["train", "train_labels", "held_out"]), value=any_numbers, size=st.integers(0, 3))
def test_data_sets_of_other_shapes_are_refused(tmp_path: Path, name: str, value: float, size: int) -> None:
    path = tmp_path / "data.h5"
    make_mixture(50).save(path, overwrite=True)
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = np.full((size, size), value)
    with pytest.raises(OscillatorsError):
        load_dataset(path)


def test_data_sets_that_no_file_of_that_size_can_hold_are_refused(tmp_path: Path) -> None:
    make_mixture(50).save(tmp_path / "data.h5")
    with h5py.File(tmp_path / "data.h5", "r+") as file:
        del file["train"]
        file.create_dataset("train", (2**20, 2**20), "f4", chunks=True)
    with pytest.raises(OscillatorsError, match="needs more data than the file can hold"):
        load_dataset(tmp_path / "data.h5")


@given(width=st.integers(-2, 4), height=st.integers(-2, 4), reach=st.integers(-2, 5))
def test_lattices_have_every_pair_within_reach_once_or_are_refused(width: int, height: int, reach: int) -> None:
    try:
        network = OscillatorNetwork.squareLattice(width, height, reach)
    except openmm.OpenMMException:
        assert width < 1 or height < 1 or reach < 0
        return
    sites = [(column, row) for row in range(height) for column in range(width)]
    near = {
        (i, j)
        for i, a in enumerate(sites)
        for j, b in enumerate(sites)
        if i < j and max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= reach
    }
    edges = [tuple(edge) for edge in network.getEdges()]
    assert len(edges) == len(near)
    assert set(edges) == near


@given(values=st.lists(any_numbers, min_size=8, max_size=8), outside=st.sampled_from(["hold", "periodic", "refuse"]))
def test_protocols_take_finite_numbers_and_pass_through_them(values: list[float], outside: str) -> None:
    network = OscillatorNetwork.squareLattice(2, 1, 0)
    slices = np.array([values, np.zeros(8)])
    try:
        protocol = DrivingProtocol(network, [0.0, 1.0], slices, outside)
    except openmm.OpenMMException:
        assert not np.isfinite(values).all()
        return
    assert np.isfinite(values).all()
    np.testing.assert_array_equal(np.asarray(protocol.getValues()), slices)
    np.testing.assert_allclose(np.asarray(protocol.evaluate(0.5).getValues()), slices[0] / 2, rtol=1e-14)


@given(boundaries=increasing, maximum=st.floats(1e-3, 5.0))
def test_schedules_meet_their_boundaries_with_steps_that_are_short_enough(
    boundaries: list[float], maximum: float
) -> None:
    try:
        schedule = StepSchedule.withMaximumStep(boundaries, maximum)
    except openmm.OpenMMException:
        assert np.diff(boundaries).min() < 1e-8  # a step that double precision cannot resolve
        return
    counts = np.asarray(schedule.getStepCounts())
    lengths = np.diff(boundaries)
    assert (lengths / counts <= maximum * (1 + 1e-9)).all()
    assert (counts == 1).all() or (lengths / np.maximum(counts - 1, 1) > maximum * (1 - 1e-9))[counts > 1].all()


@given(temperature=any_numbers, friction=any_numbers, step=any_numbers, escape=any_numbers)
def test_integrators_take_what_makes_sense(temperature: float, friction: float, step: float, escape: float) -> None:
    def valid(value: float, least: bool) -> bool:
        return bool(np.isfinite(value)) and (value > 0 or (least and value == 0))

    sensible = valid(temperature, True) and valid(friction, False) and valid(step, False) and valid(escape, False)
    try:
        integrator = OverdampedLangevinIntegrator(temperature, friction, step)
        integrator.setEscapeDistance(escape)
    except openmm.OpenMMException:
        assert not sensible
        return
    assert sensible


def test_contexts_in_python_threads_take_their_own_paths() -> None:
    """step() lets other threads run, and what they do does not show in the results."""
    network = OscillatorNetwork.squareLattice(3, 3, 1)
    theta = NetworkParameters(network)
    theta.fillFamily("k_lin", 1.0)

    def run(seed: int) -> np.ndarray:
        system = openmm.System()
        for _ in range(20 * 9):
            system.addParticle(1.0)
        force = OscillatorNetworkForce(network, DrivingProtocol(theta))
        force.addReplicas(20, 0)
        system.addForce(force)
        integrator = OverdampedLangevinIntegrator(300.0, 1.0, 0.01)
        integrator.setMobility((0, 0, 1))
        integrator.setRandomNumberSeed(seed)
        context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("CPU"))
        force.setDisplacements(context, np.zeros((20, 9)))
        for _ in range(30):
            integrator.step(10)
        return np.asarray(force.getDisplacements(context)._value)

    expected = [run(seed) for seed in range(1, 5)]
    found: dict[int, np.ndarray] = {}
    threads = [threading.Thread(target=lambda k=k: found.update({k: run(k + 1)})) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k, values in enumerate(expected):
        np.testing.assert_array_equal(found[k], values)
