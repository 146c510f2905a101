"""The bindings: arrays, units, exceptions, copies, ownership, the interpreter lock, the import."""

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import openmm
import pytest
from openmm import unit

import openmmoscillators as oscillators
from openmmoscillators import (
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
    StepSchedule,
    addParticles,
)

REPLICAS = 3


@pytest.fixture
def network():
    return OscillatorNetwork.squareLattice(3, 2, 1)


@pytest.fixture
def protocol(network):
    values = np.random.default_rng(1).uniform(0.1, 1.0, (2, network.getNumParameters()))
    return DrivingProtocol(network, [0.0, 2.0], values)


@pytest.fixture
def force(network, protocol):
    force = OscillatorNetworkForce(network, protocol)
    force.addReplicas(REPLICAS, 0)
    return force


def make_integrator():
    integrator = OverdampedLangevinIntegrator(300 * unit.kelvin, 1 / unit.picosecond, 1 * unit.femtosecond)
    integrator.setMobility((0, 0, 1))
    integrator.setRandomNumberSeed(5)
    return integrator


def make_context(force, integrator=None):
    system = openmm.System()
    addParticles(system, force.getNumReplicas() * force.getNetwork().getNumOscillators(), 1.0)
    system.addForce(force)
    return openmm.Context(system, integrator or make_integrator(), openmm.Platform.getPlatformByName("Reference"))


@pytest.fixture
def states(network):
    return np.random.default_rng(2).normal(size=(REPLICAS, network.getNumOscillators()))


# Arrays


def test_arrays_of_the_network(network):
    edges, sites = network.getEdges(), network.getSites()
    assert edges.shape == (network.getNumEdges(), 2)
    assert [network.getEdge(i) for i in range(len(edges))] == edges.tolist()
    assert network.getOscillatorSite(4) == sites[4].tolist() == [1.0, 1.0]
    built = OscillatorNetwork()
    built.addOscillators(sites)
    built.addEdges(edges)
    assert built == network
    built.addOscillator(9.0, 9.0)
    assert built != network


def test_protocol_values_are_one_array(network, protocol):
    values = protocol.getValues()
    assert values.shape == (2, network.getNumParameters())
    assert protocol.evaluate(0.5).getValues() == pytest.approx(0.75 * values[0] + 0.25 * values[1], rel=1e-15)
    for same in (values.astype(np.float32), np.asfortranarray(values), values.tolist()):
        made = DrivingProtocol(network, protocol.getTimes(), same)
        assert made.getValues() == pytest.approx(values, rel=1e-7)


def test_arrays_own_their_memory(protocol):
    values = protocol.getValues()
    expected = values.copy()
    del protocol
    gc.collect()
    assert (values == expected).all()
    values[:] = 0  # writable, and nobody else's


def test_families_go_by_name(network):
    parameters = NetworkParameters(network)
    assert len(parameters) == network.getNumParameters()
    for number, family in enumerate(oscillators.PARAMETER_FAMILIES):
        parameters.fillFamily(family, float(number))
    layout = parameters.getLayout()
    for number, family in enumerate(oscillators.PARAMETER_FAMILIES):
        start = layout.getOffset(family)
        assert (parameters.getValues()[start : start + layout.getSize(family)] == number).all()
        assert (parameters.getFamily(family) == number).all()


def test_energies_and_forces_of_states(network, protocol, states):
    parameters = protocol.evaluate(0.7)
    forces = network.computeForces(parameters, states)
    assert network.computeEnergies(parameters, states).shape == (REPLICAS,)
    step = 1e-6
    for oscillator in range(network.getNumOscillators()):
        moved = states.copy()
        moved[:, oscillator] += step
        upper = network.computeEnergies(parameters, moved)
        moved[:, oscillator] -= 2 * step
        lower = network.computeEnergies(parameters, moved)
        assert forces[:, oscillator] == pytest.approx((lower - upper) / (2 * step), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        (np.zeros((2, 3)), openmm.OpenMMException),
        (np.zeros(5), ValueError),
        (np.zeros((1, 2, 3)), ValueError),
        ("zero", TypeError),
        (np.zeros((2, 4), dtype=complex), TypeError),
        (None, TypeError),
    ],
)
def test_wrong_arrays_are_refused(network, values, error):
    with pytest.raises(error):
        DrivingProtocol(network, [0.0, 1.0], values)


def test_integers_are_not_made_from_fractions(force):
    with pytest.raises(TypeError, match="integers"):
        force.addReplica([0.5, 1.0, 2.0, 3.0, 4.0, 5.0])


# Units


def test_units_go_in_and_come_out(force, states):
    integrator = OverdampedLangevinIntegrator(27 * unit.kelvin, 2000 / unit.nanosecond, 3 * unit.femtosecond)
    assert integrator.getTemperature() == 27 * unit.kelvin
    assert integrator.getFriction().value_in_unit(unit.picosecond**-1) == pytest.approx(2.0)
    assert integrator.getStepSize().value_in_unit(unit.picosecond) == pytest.approx(0.003)
    context = make_context(force, integrator)
    force.setDisplacements(context, unit.Quantity(10 * states, unit.angstrom))
    assert force.getDisplacements(context).value_in_unit(unit.nanometer) == pytest.approx(states, rel=1e-15)
    assert force.getReplicaEnergies(context).unit.is_compatible(unit.kilojoule_per_mole)
    particles = context.getSystem().getNumParticles()
    assert force.getRestPositions(particles).value_in_unit(unit.nanometer).shape == (particles, 3)


# The force in a Context, at the Context's time


def test_context_agrees_with_the_network(force, network, protocol, states):
    context = make_context(force)
    context.setPositions(force.getRestPositions(context.getSystem().getNumParticles()))
    force.setDisplacements(context, states)
    context.setTime(0.7 * unit.picosecond)
    state = context.getState(getForces=True, getEnergy=True)
    parameters = protocol.evaluate(0.7)
    energies = network.computeEnergies(parameters, states)
    assert force.getReplicaEnergies(context)._value == pytest.approx(energies, rel=1e-12)
    assert state.getPotentialEnergy()._value == pytest.approx(energies.sum(), rel=1e-12)
    forces = state.getForces(asNumpy=True)._value
    assert forces[:, 2].reshape(states.shape) == pytest.approx(network.computeForces(parameters, states), rel=1e-11)
    assert (forces[:, :2] == 0).all()


def test_updated_parameters_reach_the_context(force, network, protocol, states):
    context = make_context(force)
    force.setDisplacements(context, states)
    parameters = protocol.getSlice(0)
    parameters.fillFamily("k_lin", 7.0)
    force.setProtocolSlice(0, parameters)
    force.setProtocolParameter(0, parameters.getLayout().getOffset("bias"), -3.0)
    force.updateParametersInContext(context)
    parameters.set("bias", 0, -3.0)
    expected = network.computeEnergies(parameters, states)
    assert force.getReplicaEnergies(context)._value == pytest.approx(expected, rel=1e-12)


def test_displacements_of_a_wrong_shape_are_refused(force, states):
    context = make_context(force)
    with pytest.raises(openmm.OpenMMException, match=r"\(6, 3\), expected \(3, 6\)"):
        force.setDisplacements(context, states.T)


# Exceptions


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda n: n.addEdge(0, 100), "oscillator 100 does not exist"),  # std::out_of_range
        (lambda n: n.addEdge(1, 1), "OscillatorNetwork::addEdge"),  # std::invalid_argument
        (lambda n: NetworkParameters(n).getFamily("k_cubic"), "k_lin, k_duff"),
        (lambda n: OverdampedLangevinIntegrator(-1.0, 1.0, 0.1), "OverdampedLangevinIntegrator"),  # OpenMMException
        (lambda n: oscillators.ProtocolFile.read("/no/such/file.h5"), "/no/such/file.h5"),  # RecordingError
        (lambda n: make_integrator().setScheme("verlet"), "stochastic-heun"),
    ],
)
def test_every_exception_is_openmms_and_keeps_its_message(network, call, message):
    with pytest.raises(openmm.OpenMMException, match=message):
        call(network)


def test_settings_refuse_unknown_names():
    with pytest.raises(TypeError, match="rigde"):
        oscillators.LearningOptions(rigde=1.0)
    options = oscillators.LearningOptions(ridge=0.5)
    assert options.ridge == 0.5
    with pytest.raises(AttributeError):
        options.rigde = 1.0


def test_settings_within_others_keep_them_alive():
    feedback = oscillators.LearningOptions(ridge=0.5).feedback
    feedback.gain = 0.25
    stochastic, force = oscillators.LearningOptions().stochastic, oscillators.DeviceErrors().force
    others = [oscillators.LearningOptions() for _ in range(100)]
    for options in others:
        options.feedback.gain, options.stochastic.steps = 0.75, 1
    assert (feedback.gain, stochastic.steps, force.noise) == (0.25, 2000, 0.0)
    options = oscillators.LearningOptions()
    options.feedback.gain = 0.5
    assert options.feedback.gain == 0.5


# Particles


def test_particles_are_added_at_once():
    system = openmm.System()
    assert addParticles(system, 3, 2 * unit.dalton) == 0
    assert addParticles(system, 2, 1.5) == 3
    masses = [system.getParticleMass(particle)._value for particle in range(system.getNumParticles())]
    assert masses == [2.0, 2.0, 2.0, 1.5, 1.5]
    with pytest.raises(openmm.OpenMMException, match="addParticles: -1 particles, expected at least 0"):
        addParticles(system, -1, 1.0)


# Copies and ownership


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies(network, protocol, force, duplicate):
    assert duplicate(network) == network
    other = duplicate(protocol)
    assert (other.getValues() == protocol.getValues()).all()
    assert (other.getTimes() == protocol.getTimes()).all()
    assert other.getOutside() == protocol.getOutside()
    assert (duplicate(protocol.getSlice(1)).getValues() == protocol.getValues()[1]).all()

    other = duplicate(force)
    assert type(other) is OscillatorNetworkForce
    assert other.getNumReplicas() == REPLICAS
    assert (other.getProtocol().getValues() == protocol.getValues()).all()

    integrator = make_integrator()
    integrator.setScheme("stochastic-heun")
    integrator.setStepSchedule(StepSchedule.uniform([0.0, 1.0, 2.0], 5))
    other = duplicate(integrator)
    assert type(other) is OverdampedLangevinIntegrator
    assert other.getScheme() == "stochastic-heun"
    assert other.getMobility() == openmm.Vec3(0, 0, 1)
    assert other.getStepSchedule().getTotalSteps() == duplicate(integrator.getStepSchedule()).getTotalSteps() == 10


def test_system_with_our_force_goes_through_xml(force, protocol):
    context = make_context(force)
    system = openmm.XmlSerializer.deserialize(openmm.XmlSerializer.serialize(context.getSystem()))
    plain = system.getForce(0)
    assert OscillatorNetworkForce.isinstance(plain)
    assert (OscillatorNetworkForce.cast(plain).getProtocol().getValues() == protocol.getValues()).all()


def test_cast_refuses_other_objects():
    other = openmm.HarmonicBondForce()
    assert not OscillatorNetworkForce.isinstance(other)
    with pytest.raises(openmm.OpenMMException, match="not of class OscillatorNetworkForce"):
        OscillatorNetworkForce.cast(other)
    with pytest.raises(openmm.OpenMMException):
        OverdampedLangevinIntegrator.cast(openmm.VerletIntegrator(0.001))
    assert OverdampedLangevinIntegrator.isinstance(make_integrator())


def test_returned_objects_outlive_their_origin(network, protocol):
    edges, values = network.getEdges(), protocol.getValues()
    force = OscillatorNetworkForce(network, protocol)
    kept_network, kept_protocol, kept_slice = force.getNetwork(), force.getProtocol(), force.getProtocol().getSlice(1)
    del force, network, protocol
    gc.collect()
    assert (kept_network.getEdges() == edges).all()
    assert (kept_protocol.getValues() == values).all()
    assert (kept_slice.getValues() == values[1]).all()


# The interpreter lock


def test_steps_release_the_interpreter_lock(force, states):
    context = make_context(force)
    force.setDisplacements(context, states)
    integrator = context.getIntegrator()
    finished = []

    def run():
        integrator.step(100_000)
        finished.append(True)

    # No thread is made to give up the lock, so that this one gets it back either because step() releases it (then
    # nothing is finished yet: the steps take far longer than a thread needs to wake up) or after all steps.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    try:
        worker = threading.Thread(target=run)
        worker.start()
        finished_when_lock_came_back = bool(finished)
    finally:
        sys.setswitchinterval(interval)
    worker.join()
    assert finished == [True]
    assert not finished_when_lock_came_back


# Learning: progress is reported to Python, and its exceptions come through


def make_source(network):
    process = oscillators.NoisingProcess(1.0, 0.1)
    data = np.random.default_rng(3).normal(size=(200, network.getNumOscillators()))
    return oscillators.NoisedDataSource(network, process, [0.5, 1.0, 2.0], data, 400, 11)


def test_learning_reports_progress(network):
    slices = []
    learner = oscillators.ProtocolLearner(network)
    learned = learner.learn(
        oscillators.DenoisingForceMatching(), make_source(network), None, lambda *report: slices.append(report)
    )
    assert [remaining for _, remaining in slices] == [2, 1, 0]
    assert [report["time"] for report, _ in slices] == [2.0, 1.0, 0.5]
    assert learned.getTimes().tolist() == learner.getReport().getTimes().tolist() == [0.5, 1.0, 2.0]
    assert learner.getReport().getTrainingLosses().tolist() == [report["training_loss"] for report, _ in slices][::-1]


def test_exceptions_of_the_progress_function_end_the_learning(network):
    def stop(report, remaining):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        oscillators.ProtocolLearner(network).learn(
            oscillators.DenoisingForceMatching(), make_source(network), None, stop
        )


def test_samples_are_the_noised_data(network):
    source = make_source(network)
    positions = source.readPositions(1, 0, 400)
    data = source.readInitialPositions(1, 0, 400)
    process = oscillators.NoisingProcess(1.0, 0.1)
    noise = (positions - process.getMeanFactor(1.0) * data) / np.sqrt(process.getVariance(1.0))
    assert (data[:200] == data[200:]).all()
    assert abs(noise.std() - 1) < 0.08  # standard error 0.014 for 2400 numbers: fails once in 1e8
    assert source.readForces(1, 0, 400) == pytest.approx(-positions)  # measured in the trap


# Recordings


def test_recordings_come_back_as_arrays(tmp_path, force, network, protocol, states):
    context = make_context(force)
    force.setDisplacements(context, states)
    path = tmp_path / "run.h5md"  # path objects are file names too
    options = oscillators.RecordingOptions(doublePrecision=True, forceGroups=[0], compression=4)
    with oscillators.TrajectoryRecorder(path, context, force, options) as recorder:
        recorder.record()
        recorder.run(20, 5)
        assert recorder.getNumFrames() == 5
    recording = oscillators.TrajectoryFile(path)
    assert recording.getTimes() == pytest.approx([0.0, 0.005, 0.010, 0.015, 0.020])
    assert recording.readDisplacements(0) == pytest.approx(states, rel=1e-6)
    last = recording.readDisplacements(4)
    assert last == pytest.approx(force.getDisplacements(context)._value, rel=1e-6)
    expected = network.computeForces(protocol.evaluate(0.020), last)
    assert recording.readForces(4) == pytest.approx(expected, rel=1e-5)
    assert (recording.readForces(4, 1, 2) == recording.readForces(4)[1:]).all()
    assert recording.getNetwork() == network
    source = oscillators.RecordingSource(path)
    assert (source.readPositions(3, 0, REPLICAS) == last).all()


def test_a_recorder_keeps_what_it_records(tmp_path, force, states):
    context = make_context(force)
    force.setDisplacements(context, states)
    recorder = oscillators.TrajectoryRecorder(tmp_path / "run.h5md", context, force)
    del context, force
    gc.collect()
    recorder.record()
    assert recorder.getNumFrames() == 1


# The import


@pytest.mark.parametrize("order", ["h5py, openmmoscillators", "openmmoscillators, h5py", "openmm, h5py"])
def test_h5py_works_beside_us_in_either_order(tmp_path, order):
    code = f"""
import {order}
import numpy as np
import openmmoscillators as o
network = o.OscillatorNetwork.squareLattice(2, 2, 1)
protocol = o.DrivingProtocol(o.NetworkParameters(network))
o.ProtocolFile.write("protocol.h5", o.LearnedProtocol(network=network, protocol=protocol))
with h5py.File("protocol.h5") as file:
    assert file["protocol/values"].shape == (1, network.getNumParameters())
with h5py.File("ours.h5", "w") as file:
    file["x"] = np.arange(3.0)
assert o.ProtocolFile.read("protocol.h5").network == network
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_cpp_programs_find_the_package():
    assert (Path(oscillators.cmake_directory) / "OpenMMOscillatorsConfig.cmake").is_file()


def test_import_says_why_the_plugin_is_missing(tmp_path):
    (tmp_path / "libOpenMMOscillatorsReference.so").write_text("not a library")
    result = subprocess.run(
        [sys.executable, "-c", "import openmmoscillators"],
        env={**os.environ, "OPENMM_PLUGIN_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert f"OpenMM has not loaded the oscillators plugin from {tmp_path}" in result.stderr
    assert "libOpenMMOscillatorsReference.so" in result.stderr
    assert "OPENMM_PLUGIN_DIR" in result.stderr
