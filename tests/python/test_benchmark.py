"""The command that measures, and the averages it measures on: that they are right, not that they are fast."""

from __future__ import annotations

import json

import numpy as np
import pytest
from openmm import OpenMMException

from openmmoscillators import (
    DenoisingForceMatching,
    DrivingProtocol,
    ForceMatching,
    MemorySource,
    NetworkParameters,
    NoisingProcess,
    OscillatorNetwork,
    SampleAverages,
)
from openmmoscillators.benchmarking import BenchmarkSettings, benchmark_context, random_protocol
from openmmoscillators.cli import run

QUICK = ("--lattice", "3", "--range", "1", "--replicas", "5", "--samples", "40", "--seconds", "0.02", "--threads", "1")


@pytest.fixture
def network() -> OscillatorNetwork:
    return OscillatorNetwork.squareLattice(3, 2, 1)


@pytest.fixture
def states(network: OscillatorNetwork) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(50, network.getNumOscillators()))


def design(network: OscillatorNetwork, states: np.ndarray) -> np.ndarray:
    """Phi of every state, [samples][N][P]: the gradient is linear in theta, so its columns are gradients."""
    units = np.eye(network.getNumParameters())
    columns = [-network.computeForces(NetworkParameters(network, unit), states) for unit in units]
    return np.stack(columns, axis=2)


def source_of(network: OscillatorNetwork, states: np.ndarray, theta: np.ndarray, data: np.ndarray | None):
    source = MemorySource(DrivingProtocol(network, [0.0], theta[None]))
    if data is not None:
        source.setInitialPositions(data)
    source.addTime(0.7, states, network.computeForces(NetworkParameters(network, theta), states))
    return source


def test_averages_are_those_of_the_design_matrix(network: OscillatorNetwork, states: np.ndarray) -> None:
    generator = np.random.default_rng(2)
    theta, change, v = generator.uniform(0.1, 1.0, (3, network.getNumParameters()))
    data = generator.normal(size=states.shape)
    averages = SampleAverages(network, source_of(network, states, theta, data), 0, 1)
    phi = design(network, states)
    normal = np.einsum("sia,sib->ab", phi, phi) / len(states)
    # Single precision: 1e-5 of the largest entry.
    np.testing.assert_allclose(averages.normalProduct(v), normal @ v, atol=1e-5 * np.abs(normal @ v).max())
    np.testing.assert_allclose(averages.normalDiagonal(), np.diag(normal), rtol=1e-5)

    process, kT = NoisingProcess(1.0, 0.1), 0.1
    level = process.getMeanFactor(0.7), process.getVariance(0.7)
    for changed in (np.zeros(0), change):
        wanted = -kT * (states - level[0] * data) / level[1]
        error = wanted + phi @ (theta + changed if changed.size else theta)
        expected = np.einsum("sia,si->a", phi, error) / kT**2 / len(states)
        gradient = averages.gradient(DenoisingForceMatching(), process, changed)
        np.testing.assert_allclose(gradient, expected, atol=2e-5 * np.abs(expected).max())


def test_averages_refuse_what_does_not_fit(network: OscillatorNetwork, states: np.ndarray) -> None:
    theta = np.ones(network.getNumParameters())
    source = source_of(network, states, theta, None)
    averages = SampleAverages(network, source, 0)
    averages.gradient(ForceMatching(), NoisingProcess())
    with pytest.raises(OpenMMException, match="does not provide all that the rule 'denoising' reads"):
        averages.gradient(DenoisingForceMatching(), NoisingProcess())
    with pytest.raises(OpenMMException, match=rf"3 values; the network has {len(theta)} parameters"):
        averages.normalProduct([1.0, 2.0, 3.0])
    with pytest.raises(OpenMMException, match="gradient: 1 values"):
        averages.gradient(ForceMatching(), NoisingProcess(), [1.0])
    with pytest.raises(OpenMMException, match="of 6 oscillators; the network has 4"):
        SampleAverages(OscillatorNetwork.squareLattice(2, 2, 1), source, 0)
    with pytest.raises(OpenMMException, match="1"):
        SampleAverages(network, source, 1)


@pytest.mark.parametrize("precision", ["single", "double"])
def test_benchmark_prints_what_it_measured(precision: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", *QUICK, "--platform", "CPU", "--precision", precision, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    expected = {
        "lattice": 3,
        "range": 1,
        "oscillators": 9,
        "edges": 20,
        "parameters": 96,
        "replicas": 5,
        "samples": 40,
        "platform": "CPU",
        "precision": precision,
        "threads": 1,
    }
    assert expected.items() <= figures.items()
    for name in ("microseconds_per_replica_step", "microseconds_per_sample_product"):
        assert 0 < figures[name] <= figures[f"{name}_median"]


def test_benchmark_shows_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["benchmark", *QUICK, "--platform", "Reference", "--scheme", "stochastic-heun"]) == 0
    shown = capsys.readouterr().out
    assert "microseconds per replica step" in shown
    assert "precision: double" in shown


def test_benchmarked_dynamics_stay_bounded() -> None:
    """What is measured must be arithmetic on ordinary numbers: with these parameters the energy confines."""
    network = OscillatorNetwork.squareLattice(4, 4, 2)
    protocol = random_protocol(network, 3)
    context, force, integrator = benchmark_context(network, protocol, BenchmarkSettings(replicas=20, platform="CPU"))
    integrator.step(5000)
    displacements = np.asarray(force.getDisplacements(context)._value)
    assert 0.01 < displacements.std() < 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scheme", "leapfrog"), "scheme 'leapfrog'"),
        (("--seconds", "0"), "seconds 0.0"),
        (("--platform", "Abacus"), "no platform 'Abacus'"),
        (("--platform", "Reference", "--precision", "single"), "Reference offers no choice of precision"),
        (("--platform", "CPU", "--precision", "triple"), "triple"),
    ],
)
def test_benchmark_refuses(fails, arguments: tuple[str, ...], message: str) -> None:
    assert message in fails("benchmark", *arguments)
