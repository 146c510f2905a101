"""Confining a learned protocol: k_6 that brings back what strays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.confining import confining_k6, gradient_polynomial
from openmmoscillators.evaluation import escaped
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.oscillators import (
    DrivingProtocol,
    LearnedProtocol,
    NetworkParameters,
    OscillatorNetwork,
    ParameterLayout,
    ProtocolFile,
)
from openmmoscillators.protocols import load_protocol
from openmmoscillators.samples import read_samples


@pytest.fixture
def network() -> OscillatorNetwork:
    return OscillatorNetwork.squareLattice(3, 3, 2)


@pytest.fixture
def theta(network: OscillatorNetwork) -> np.ndarray:
    values = np.random.default_rng(1).standard_normal(ParameterLayout(network).getNumParameters())
    values[k6_of(network)] = 0.0
    return values


def k6_of(network: OscillatorNetwork) -> slice:
    layout = ParameterLayout(network)
    return slice(layout.getOffset("k_6"), layout.getOffset("k_6") + layout.getSize("k_6"))


def moved(states: np.ndarray, oscillator: int, place: float) -> np.ndarray:
    result = states.copy()
    result[:, oscillator] = place
    return result


def force(network: OscillatorNetwork, theta: np.ndarray, states: np.ndarray, oscillator: int) -> np.ndarray:
    """On one oscillator, as the network computes it, in kJ/(mol nm)."""
    return network.computeForces(NetworkParameters(network, theta), states)[:, oscillator]


def test_polynomial_is_the_gradient(network: OscillatorNetwork, theta: np.ndarray) -> None:
    states = np.random.default_rng(2).standard_normal((5, 9))
    coefficients = gradient_polynomial(network, theta, states)
    for oscillator, place in ((0, -1.7), (4, 0.6), (8, 2.2)):
        gradient = sum(c[:, oscillator] * place**power for power, c in enumerate(coefficients))
        expected = -force(network, theta, moved(states, oscillator, place), oscillator)
        np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-9)


def test_k6_is_just_enough(network: OscillatorNetwork, theta: np.ndarray) -> None:
    """Beyond the reach every force points inwards, and with a little less one does not."""
    states, reach = np.random.default_rng(3).standard_normal((20, 9)), np.linspace(1.0, 2.0, 9)
    least = confining_k6(network, theta, states, reach)

    def largest_outward(k6: np.ndarray) -> np.ndarray:
        values = theta.copy()
        values[k6_of(network)] = k6
        places = [(side * far, side) for far in (1.0, 1.15, 1.3, 1.6, 2.0, 3.0) for side in (-1, 1)]
        return np.array(
            [
                max((side * force(network, values, moved(states, i, f * reach[i]), i)).max() for f, side in places)
                for i in range(9)
            ]
        )

    assert (largest_outward(least + 1e-3) < 0).all()
    assert (largest_outward(least - 1e-3) > 0).all()


def test_confined_protocol_loses_no_path(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A protocol with next to no k_6 and softened stiffness loses paths; confined, none."""
    learned = load_protocol(files / "protocol.h5")
    values = np.array(learned.protocol.getValues())
    layout = ParameterLayout(learned.network)
    duffing = slice(layout.getOffset("k_duff"), layout.getOffset("k_duff") + layout.getSize("k_duff"))
    values[:, duffing] -= 1.0
    values[:, k6_of(learned.network)] = 1e-3
    loose = LearnedProtocol(
        network=learned.network,
        protocol=DrivingProtocol(learned.network, learned.protocol.getTimes(), values),
        kT=learned.kT,
        sigma=learned.sigma,
    )
    ProtocolFile.write(str(tmp_path / "loose.h5"), loose)
    command = ["confine", tmp_path / "loose.h5", "--against", files / "lattice.h5", "-o", tmp_path / "confined.h5"]
    assert run([str(word) for word in command]) == 0
    assert "k_6 raised" in capsys.readouterr().out
    lost = {}
    for name in ("loose", "confined"):
        generate(tmp_path / f"{name}.h5", tmp_path / name, GenerationSettings(400, seed=1))
        lost[name] = escaped(read_samples(tmp_path / name)).sum()
    assert lost["loose"] > 40
    assert lost["confined"] == 0
    confined = load_protocol(tmp_path / "confined.h5")
    found = np.array(confined.protocol.getValues())
    stiffness = k6_of(learned.network)
    assert (found[:, stiffness] >= values[:, stiffness]).all()
    np.testing.assert_array_equal(np.delete(found, stiffness, axis=1), np.delete(values, stiffness, axis=1))


def test_another_data_set_is_refused(files: Path, tmp_path: Path, fails) -> None:
    line = fails("confine", files / "protocol.h5", "--against", files / "mixture.h5", "-o", tmp_path / "confined.h5")
    assert "the data set has 2 oscillators, expected 16" in line
    assert not (tmp_path / "confined.h5").exists()
