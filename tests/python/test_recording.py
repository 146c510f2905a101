"""Recordings and protocol files in Python, against h5py and MDAnalysis: other HDF5 libraries in the same process."""

import os
import subprocess
import sys
import textwrap
import warnings

import h5py
import numpy as np
import openmm
import pytest
from openmm import unit

from openmmoscillators import (
    DrivingProtocol,
    LearnedProtocol,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
    ProtocolFile,
    RecordingOptions,
    TrajectoryFile,
    TrajectoryRecorder,
)

REPLICAS, OSCILLATORS = 4, 6
PARTICLES = REPLICAS * OSCILLATORS


@pytest.fixture
def force():
    network = OscillatorNetwork.squareLattice(3, 2, 1)
    values = np.random.default_rng(1).uniform(0.1, 1.0, (2, network.getNumParameters()))
    force = OscillatorNetworkForce(network, DrivingProtocol(network, [0.0, 2.0], values))
    force.addReplicas(REPLICAS, 0)
    return force


@pytest.fixture
def context(force):
    system = openmm.System()
    for _ in range(PARTICLES):
        system.addParticle(1.0)
    system.addForce(force)
    integrator = OverdampedLangevinIntegrator(300 * unit.kelvin, 1 / unit.picosecond, 1 * unit.femtosecond)
    integrator.setMobility((0, 0, 1))
    integrator.setRandomNumberSeed(5)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("Reference"))
    force.setDisplacements(context, np.random.default_rng(2).normal(size=(REPLICAS, OSCILLATORS)))
    return context


@pytest.fixture
def recording(tmp_path, context, force):
    """Path of three frames in 64 bits, and the States they are of."""
    path = str(tmp_path / "recording.h5md")
    recorder = TrajectoryRecorder(path, context, force, RecordingOptions(doublePrecision=True, velocities=True))
    states = []
    for _ in range(3):
        context.getIntegrator().step(10)
        recorder.record()
        states.append(context.getState(positions=True, velocities=True, forces=True))
    recorder.close()
    return path, states


def in_units(quantity):
    return np.array(quantity.value_in_unit_system(unit.md_unit_system))


def test_h5py_reads_every_field(recording):
    path, states = recording
    with h5py.File(path) as file:
        assert list(file["h5md"].attrs["version"]) == [1, 1]
        group = file["particles/trajectory"]
        assert list(group["box"].attrs["boundary"]) == ["none"] * 3
        assert list(group["position/step"]) == [10, 20, 30]
        for frame, state in enumerate(states):
            assert group["position/time"][frame] == state.getTime().value_in_unit(unit.picosecond)
            np.testing.assert_array_equal(group["position/value"][frame], in_units(state.getPositions()))
            np.testing.assert_array_equal(group["velocity/value"][frame], in_units(state.getVelocities()))
            np.testing.assert_array_equal(group["force/value"][frame], in_units(state.getForces()))
            np.testing.assert_array_equal(group["displacement/value"][frame], in_units(state.getPositions())[:, 2])
            np.testing.assert_array_equal(group["displacement_force/value"][frame], in_units(state.getForces())[:, 2])
        for name in ("velocity", "force", "displacement", "displacement_force"):
            assert group[name]["time"] == group["position/time"]  # one dataset under several names
        assert file["oscillators/run_0"].attrs["seed"] == 5
        assert file["oscillators/run_0"].attrs["platform"] == "Reference"
        np.testing.assert_array_equal(file["oscillators/replicas"], np.arange(PARTICLES).reshape(REPLICAS, OSCILLATORS))


@pytest.mark.parametrize("compression", [0, 3])
@pytest.mark.parametrize("doublePrecision", [False, True])
def test_mdanalysis_reads_the_recording_as_it_is(tmp_path, context, force, compression, doublePrecision):
    mdanalysis = pytest.importorskip("MDAnalysis")
    path = str(tmp_path / "recording.h5md")
    options = RecordingOptions(compression=compression, doublePrecision=doublePrecision, velocities=True)
    recorder = TrajectoryRecorder(path, context, force, options)
    recorder.run(30, 10)
    recorder.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there are no masses and types
        universe = mdanalysis.Universe(path)
    with h5py.File(path) as file:
        group = file["particles/trajectory"]
        assert universe.atoms.n_atoms == PARTICLES
        assert universe.trajectory.n_frames == 3
        for frame, step in enumerate(universe.trajectory):
            assert step.time == pytest.approx(group["position/time"][frame])
            assert step.data["step"] == 10 * (frame + 1)
            assert step.dimensions is None
            # MDAnalysis has lengths in Angstrom and forces in kJ/(mol Angstrom).
            np.testing.assert_allclose(step.positions, 10 * group["position/value"][frame], rtol=1e-6)
            np.testing.assert_allclose(step.velocities, 10 * group["velocity/value"][frame], rtol=1e-6)
            np.testing.assert_allclose(step.forces, group["force/value"][frame] / 10, rtol=1e-6)


def test_trajectory_file_reads_slices(recording):
    path, states = recording
    file = TrajectoryFile(path)
    assert (file.getNumFrames(), file.getNumReplicas(), file.getNumOscillators()) == (3, REPLICAS, OSCILLATORS)
    assert file.hasForces()
    assert file.hasProtocol()
    expected = in_units(states[1].getForces())[:, 2].reshape(REPLICAS, OSCILLATORS)
    np.testing.assert_allclose(file.readForces(1, 1, 2), expected[1:3], rtol=1e-6)
    with pytest.raises(openmm.OpenMMException, match="there is no frame 3"):
        file.readForces(3, 0, 1)


def test_what_h5py_makes_in_a_laboratory_is_read(tmp_path):
    path = str(tmp_path / "laboratory.h5")
    rng = np.random.default_rng(3)
    positions, forces = rng.normal(size=(2, 5, PARTICLES, 3)).astype(np.float32)
    with h5py.File(path, "w") as file:
        group = file.create_group("particles/rack")
        group["position/value"] = positions
        group["position/time"] = np.arange(5) * 0.1
        group.create_dataset("force/value", data=forces, compression="gzip", shuffle=True)
        group["position/value"].attrs["unit"] = np.bytes_("nm")
    file = TrajectoryFile(path, OSCILLATORS)
    for frame in range(5):
        shape = (REPLICAS, OSCILLATORS)
        np.testing.assert_array_equal(file.readDisplacements(frame, 0, REPLICAS), positions[frame, :, 2].reshape(shape))
        np.testing.assert_array_equal(file.readForces(frame, 0, REPLICAS), forces[frame, :, 2].reshape(shape))


def test_damaged_data_are_named(recording):
    path, _ = recording
    with h5py.File(path, "r+") as file:
        file["particles/trajectory/displacement/time"][1] = np.nan
    with pytest.raises(openmm.OpenMMException, match=r"recording\.h5md: /particles/\S+/time: time 1 is nan"):
        TrajectoryFile(path)


def test_a_recording_in_progress_is_read_by_another_library_and_another_process(tmp_path, context, force):
    path = str(tmp_path / "recording.h5md")
    recorder = TrajectoryRecorder(path, context, force)
    recorder.run(50, 10)
    with h5py.File(path) as file:
        assert file["particles/trajectory/position/value"].shape == (5, PARTICLES, 3)
    count = "import sys, h5py; print(len(h5py.File(sys.argv[1])['particles/trajectory/displacement/value'][:]))"
    output = subprocess.run([sys.executable, "-c", count, path], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "5"
    recorder.run(50, 10)
    recorder.close()
    assert TrajectoryFile(path).getNumFrames() == 10


def test_a_killed_process_leaves_its_flushed_frames(tmp_path):
    path = tmp_path / "recording.h5md"
    script = """
        import os, sys, openmm, openmmoscillators as oscillators
        network = oscillators.OscillatorNetwork.squareLattice(3, 2, 1)
        theta = oscillators.NetworkParameters(network)
        force = oscillators.OscillatorNetworkForce(network, oscillators.DrivingProtocol(theta))
        force.addReplicas(10, 0)
        system = openmm.System()
        for _ in range(60):
            system.addParticle(1.0)
        system.addForce(force)
        integrator = oscillators.OverdampedLangevinIntegrator(300, 1, 0.001)
        context = openmm.Context(system, integrator, openmm.Platform.getPlatformByName("Reference"))
        context.setPositions(force.getRestPositions(60))
        recorder = oscillators.TrajectoryRecorder(sys.argv[1], context, force)
        recorder.run(700, 1)
        for _ in range(700):
            integrator.step(1)
            recorder.record()
        os.abort()
    """
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script), str(path)], capture_output=True)
    assert killed.returncode < 0, killed.stderr.decode()
    assert TrajectoryFile(str(path)).getNumFrames() >= 700
    with h5py.File(path) as file:
        displacements = file["particles/trajectory/displacement/value"][:700]
        assert np.all(np.abs(np.diff(displacements, axis=0)).max(axis=1) > 0)  # every frame is there, all different


def test_existing_files_are_not_overwritten_unasked(tmp_path, context, force):
    path = tmp_path / "notes.txt"
    path.write_text("precious")
    with pytest.raises(openmm.OpenMMException, match=r"notes\.txt: the file exists"):
        TrajectoryRecorder(str(path), context, force)
    recorder = TrajectoryRecorder(str(path), context, force, RecordingOptions(overwrite=True))
    assert path.read_text() == "precious"
    recorder.record()
    recorder.close()
    assert TrajectoryFile(str(path)).getNumFrames() == 1


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path, context, force):
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    path = str(tmp_path / "recording.h5md")
    recorder = TrajectoryRecorder(path, context, force)
    recorder.run(5, 1)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(path) + 100000, limits[1]))
    try:
        with pytest.raises(openmm.OpenMMException, match=r"^\S+recording\.h5md: no room [^\n]+: File too large$"):
            recorder.run(5000, 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    written = recorder.getNumFrames()
    recorder.close()
    assert 5 < written < 5000
    assert TrajectoryFile(path).getNumFrames() == written


def test_protocol_files_are_plain_hdf5(tmp_path, force):
    path = str(tmp_path / "protocol.h5")
    learned = LearnedProtocol(network=force.getNetwork(), protocol=force.getProtocol(), kT=0.2)
    learned.latticeWidth, learned.latticeHeight, learned.latticeRange = 3, 2, 1
    ProtocolFile.write(path, learned)
    with h5py.File(path) as file:
        assert file.attrs["format"] == "openmm-oscillators-protocol"
        assert file["noising"].attrs["kT"] == 0.2
        assert file["protocol/values"].shape == (2, force.getNetwork().getNumParameters())
        assert list(file["protocol/values"].attrs["families"])[:2] == ["k_lin", "k_duff"]
        assert file["learning/settings"][()] == b"{}"
    read = ProtocolFile.read(path)
    assert (read.kT, read.latticeWidth, read.settings) == (0.2, 3, "{}")
    with h5py.File(path, "r+") as file:
        file.attrs["format"] = "cake"
    with pytest.raises(openmm.OpenMMException, match="no protocol file: found format 'cake'"):
        ProtocolFile.read(path)


@pytest.mark.parametrize(
    "imports", ["h5py, openmmoscillators", "openmmoscillators, h5py", "openmm, h5py, openmmoscillators"]
)
def test_either_order_of_imports(recording, tmp_path, imports):
    """OpenMM's plugins are global symbols: had they HDF5 among them, h5py would find the wrong library."""
    script = f"""
        import sys
        import {imports}
        with h5py.File(sys.argv[2], "w") as file:
            file["x"] = [1.5, 2.5]
        with h5py.File(sys.argv[2]) as file:
            assert list(file["x"]) == [1.5, 2.5]
        file = openmmoscillators.TrajectoryFile(sys.argv[1])
        with h5py.File(sys.argv[1]) as other:
            times = other["particles/trajectory/position/time"][:]
        assert list(times) == list(file.getTimes())
    """
    arguments = [sys.executable, "-c", textwrap.dedent(script), recording[0], str(tmp_path / "other.h5")]
    result = subprocess.run(arguments, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
