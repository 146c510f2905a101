"""Learning from motion: in a live Context, from recordings of this package, and from a laboratory's."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import openmm
import pytest
from scipy.stats import norm

from openmmoscillators.datasets import DataSet
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import MOTIONS, LearningSettings
from openmmoscillators.oscillators import (
    ContrastiveDivergence,
    DrivingProtocol,
    ForceMatching,
    LearnedProtocol,
    MemorySource,
    NetworkParameters,
    NoisingProcess,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    ProtocolFile,
    SampleAverages,
)
from openmmoscillators.protocols import load_protocol
from openmmoscillators.recording import RecordSettings, read_noising, record, trap_protocol
from openmmoscillators.simulation import replica_system, temperature

TIMES = [0.1, 0.5, 2.0]


@pytest.fixture(scope="module")
def normal_data() -> DataSet:
    """One oscillator at N(0, 0.64): noised, it stays normal."""
    states = (0.8 * norm.ppf((np.arange(4000) + 0.5) / 4000)[:, None]).astype(np.float32)
    labels = np.zeros(4000, np.int64)
    return DataSet("lattice", 1, 1, states, labels, states[:100], labels[:100])


def check_forces(protocol_file: Path, tolerance: float) -> None:
    """Forces where the data are, against the exact score of N(0, m^2 0.64 + v), in units of the force's deviation."""
    learned = load_protocol(protocol_file)
    for t, (k_lin, k_duff, k_6, bias) in zip(
        learned.protocol.getTimes(), np.asarray(learned.protocol.getValues()), strict=True
    ):
        width = np.exp(-2 * t) * 0.64 + 0.1 * (1 - np.exp(-2 * t))
        x = np.linspace(-1.5, 1.5, 9) * np.sqrt(width)
        force = k_lin * x + k_duff * x**3 + k_6 * x**5 + bias
        np.testing.assert_allclose(force, 0.1 * x / width, atol=tolerance * 0.1 / np.sqrt(width))


@pytest.mark.parametrize("rule", MOTIONS)
def test_normal_data_give_the_exact_force(tmp_path: Path, normal_data: DataSet, rule: str) -> None:
    """Noised in memory, in two passes: the motion of the second is that under the protocol of the first, where biases
    vanish that are linear in the interval (0.04 to 0.2 ps). A target's deviation is 9 times the force's at the first
    slice, so that 400 000 samples leave 3 % of it on four parameters at 1.5 deviations."""
    normal_data.save(tmp_path / "data.h5")
    settings = LearningSettings(
        rule=rule,
        range=0,
        slices=3,
        first_time=0.1,
        samples=400000,
        ridge=0.0,
        minimum_k6=1e-6,
        interval=0.2,
        repetitions=4,
    )
    learn(tmp_path / "data.h5", tmp_path / "first.h5", settings)
    learn(tmp_path / "data.h5", tmp_path / "second.h5", settings, measured=tmp_path / "first.h5")
    check_forces(tmp_path / "second.h5", 0.15)


@pytest.mark.parametrize("rule", MOTIONS)
def test_recordings_of_motion_teach(tmp_path: Path, normal_data: DataSet, rule: str) -> None:
    """A Context makes the motion; a laboratory writes the same positions with h5py (and forces where the rule reads
    them), and knows nothing of this package's groups. Both teach the same, which is right within the noise of 20 000
    single evolutions."""
    settings = RecordSettings(range=0, samples=20000, motion=MOTIONS[rule], interval=0.1, seed=3)
    record(normal_data, tmp_path / "ours.h5md", TIMES, settings)
    assert read_noising(tmp_path / "ours.h5md").motion == MOTIONS[rule]
    learning = LearningSettings(rule=rule, tolerance=1e-6, ridge=0.0, minimum_k6=1e-6, held_out_share=0.0)
    learn(tmp_path / "ours.h5md", tmp_path / "ours.h5", learning)
    assert list(load_protocol(tmp_path / "ours.h5").protocol.getTimes()) == TIMES
    check_forces(tmp_path / "ours.h5", 0.35)

    with h5py.File(tmp_path / "ours.h5md") as ours, h5py.File(tmp_path / "lab.h5", "w") as lab:
        source = ours["particles/trajectory"]
        elements = {"displacement": "position"}
        if rule == "reversed-path":
            elements["displacement_force"] = "force"
        for element, name in elements.items():
            lab[f"particles/array/{name}/value"] = np.asarray(source[f"{element}/value"])[..., None]
            lab[f"particles/array/{name}/time"] = np.asarray(source[f"{element}/time"])
        lab["particles/array"].attrs["num_oscillators"] = 1
    network = load_protocol(tmp_path / "ours.h5").network
    trap = LearnedProtocol(network=network, protocol=trap_protocol(network, 1.0))
    ProtocolFile.write(str(tmp_path / "trap.h5"), trap)
    learn(tmp_path / "lab.h5", tmp_path / "learned.h5", learning, measured=tmp_path / "trap.h5")
    ours, lab = (np.asarray(load_protocol(tmp_path / f"{n}.h5").protocol.getValues()) for n in ("ours", "learned"))
    np.testing.assert_allclose(lab, ours, atol=1e-4 * np.abs(ours).max())


def test_closed_loop_corrects_what_motion_taught(tmp_path: Path, normal_data: DataSet) -> None:
    """From a laboratory's positions alone: its mismatch to the data is no larger than without the correction."""
    record(normal_data, tmp_path / "r.h5md", TIMES, RecordSettings(range=0, samples=4000, motion="free-evolution"))
    settings = LearningSettings(matching="contrastive-divergence", held_out_share=0.0)
    report = learn(tmp_path / "r.h5md", tmp_path / "p.h5", settings)
    assert (report.rule, report.closedLoop) == ("contrastive-divergence", True)
    assert np.all(np.asarray(report.getMismatches()) <= np.asarray(report.getUncorrectedMismatches()))


def test_live_context_gives_the_gradient_of_implicit_force_matching() -> None:
    """Positions before and after 5e-4 ps in a Context, repeated; and the forces in it for comparison. 20 batches give
    the standard error; five of them have a false-alarm rate of 1e-4 for each of 11 parameters."""
    network = OscillatorNetwork.squareLattice(2, 1, 1)
    theta = NetworkParameters(network)
    for name, value in {"k_lin": 1.0, "k_duff": 0.5, "k_6": 0.2, "bias": 0.3, "c_lin": 0.4, "c_optomech": 0.2}.items():
        theta.fillFamily(name, value)
    protocol = DrivingProtocol(theta)
    system, force = replica_system(network, protocol, 2000)
    integrator = OverdampedLangevinIntegrator(temperature(0.1), 1.0, 1e-4)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(5)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatform("Reference"))
    generator = np.random.default_rng(1)
    process, differences = NoisingProcess(1.0, 0.1), []
    for _ in range(20):
        positions = generator.normal(0.3, 0.5, (2000, 2))
        force.setDisplacements(context, positions)
        forces = context.getState(getForces=True).getForces(asNumpy=True)._value[:, 2].reshape(2000, 2)
        source = MemorySource(protocol)
        source.addTime(1.0, positions, forces)
        for _ in range(4):
            force.setDisplacements(context, positions)
            integrator.step(5)
            source.addEvolution(5e-4, force.getDisplacements(context)._value)
        averages = SampleAverages(network, source, 0)
        differences.append(
            np.asarray(averages.gradient(ContrastiveDivergence(), process))
            - np.asarray(averages.gradient(ForceMatching(), process))
        )
    error = np.std(differences, axis=0, ddof=1) / np.sqrt(20)
    assert np.all(np.abs(np.mean(differences, axis=0)) < 5 * error)


def test_refuses_motion_that_does_not_fit(tmp_path: Path, normal_data: DataSet) -> None:
    close = np.linspace(0.1, 0.2, 30)
    for settings, message in [
        (RecordSettings(range=0, motion="fall"), "motion 'fall'"),
        (RecordSettings(range=0, motion="noising-step", interval=0.6), "interval 0.6"),
        (RecordSettings(range=0, motion="free-evolution", route="simulated"), "exact route"),
        (RecordSettings(range=0, motion="free-evolution"), "reaches beyond the next"),
    ]:
        with pytest.raises(OscillatorsError, match=message):
            record(normal_data, tmp_path / "r.h5md", close, settings)
    record(normal_data, tmp_path / "r.h5md", TIMES, RecordSettings(range=0, samples=10))
    with pytest.raises(Exception, match="free evolution, which the source does not provide"):
        learn(tmp_path / "r.h5md", tmp_path / "p.h5", LearningSettings(rule="contrastive-divergence"))
    assert [path.name for path in tmp_path.iterdir()] == ["r.h5md"]
