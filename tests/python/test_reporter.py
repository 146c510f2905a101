"""The reporter of openmm.app.Simulation, and the example that uses it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import MDAnalysis
import numpy as np
import openmm
import pytest
from openmm import app, unit

from openmmoscillators.oscillators import (
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
)
from openmmoscillators.reporter import H5MDReporter
from openmmoscillators.samples import open_trajectory

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def make_simulation(with_network: bool = True) -> app.Simulation:
    network = OscillatorNetwork.squareLattice(2, 2, 1)
    parameters = NetworkParameters(network)
    parameters.fillFamily("k_lin", 1.0)
    system, topology = openmm.System(), app.Topology()
    residue = topology.addResidue("NET", topology.addChain())
    for _ in range(12):
        system.addParticle(1.0)
        topology.addAtom("O", None, residue)
    force = OscillatorNetworkForce(network, DrivingProtocol(parameters))
    force.addReplicas(3, 0)
    if with_network:
        system.addForce(force)
    integrator = OverdampedLangevinIntegrator(100.0, 1.0, 0.01)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    simulation = app.Simulation(topology, system, integrator, openmm.Platform.getPlatform("Reference"))
    if with_network:
        force.setDisplacements(simulation.context, np.arange(12.0).reshape(3, 4) / 10)
    else:
        simulation.context.setPositions(np.zeros((12, 3)))
    return simulation


def test_frames_are_the_states_of_the_simulation(tmp_path: Path) -> None:
    simulation = make_simulation()
    expected = []
    with H5MDReporter(tmp_path / "run.h5md", 5, velocities=True) as reporter:
        simulation.reporters.append(reporter)
        for _ in range(4):
            simulation.step(5)
            state = simulation.context.getState(positions=True)
            expected.append(state.getPositions(asNumpy=True).value_in_unit(unit.nanometer))
    file = open_trajectory(tmp_path / "run.h5md")
    np.testing.assert_allclose(file.getTimes(), [0.05, 0.1, 0.15, 0.2], rtol=1e-12)
    for frame, positions in enumerate(expected):
        np.testing.assert_allclose(file.readDisplacements(frame), positions[:, 2].reshape(3, 4), atol=1e-6)


def test_mdanalysis_reads_the_file(tmp_path: Path) -> None:
    simulation = make_simulation()
    with H5MDReporter(tmp_path / "run.h5md", 2) as reporter:
        simulation.reporters.append(reporter)
        simulation.step(6)
    universe = MDAnalysis.Universe.empty(12, trajectory=False)
    universe.load_new(str(tmp_path / "run.h5md"), convert_units=False)
    assert len(universe.trajectory) == 3
    universe.trajectory[-1]
    positions = simulation.context.getState(positions=True).getPositions(asNumpy=True).value_in_unit(unit.nanometer)
    np.testing.assert_allclose(universe.atoms.positions, positions, atol=1e-6)


def test_refuses_what_it_cannot_record(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="reportInterval 0"):
        H5MDReporter(tmp_path / "run.h5md", 0)
    with pytest.raises(ValueError, match="no field 'colours'"):
        H5MDReporter(tmp_path / "run.h5md", 1, colours=True)
    simulation = make_simulation(with_network=False)
    simulation.reporters.append(H5MDReporter(tmp_path / "run.h5md", 1))
    with pytest.raises(ValueError, match="no OscillatorNetworkForce"):
        simulation.step(1)
    (tmp_path / "run.h5md").write_text("precious")
    simulation = make_simulation()
    simulation.reporters.append(H5MDReporter(tmp_path / "run.h5md", 1))
    with pytest.raises(openmm.OpenMMException, match=r"run\.h5md"):
        simulation.step(1)
    assert (tmp_path / "run.h5md").read_text() == "precious"


def test_example_double_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["double_well.py", str(tmp_path)])
    runpy.run_path(str(EXAMPLES / "double_well.py"))
    printed = capsys.readouterr().out.splitlines()
    assert float(printed[-2].split()[-1]) > 0.9  # the coupling of 8 kJ/mol against kT = 0.83 keeps pairs together
    assert 0.7 < float(printed[-1].split()[-2]) < 1.1  # wells at |x| = 1
    assert open_trajectory(tmp_path / "double_well.h5md").getNumFrames() == 20
