"""How well a protocol fits: against protocols that are the optimum, or are known not to be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.datasets import DataSet, make_mixture
from openmmoscillators.diagnostics import diagnose, mixture_score
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.latents import LatentSettings, add_latents, make_codes
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, OscillatorNetwork
from openmmoscillators.protocols import load_protocol


@pytest.fixture(scope="module")
def gaussian() -> DataSet:
    """One well: its score is linear, so that two coupled oscillators can have it exactly."""
    return make_mixture(8000, [1.0], [[0.3, -0.2]], 0.05, seed=2)


@pytest.fixture(scope="module")
def optimum(gaussian: DataSet, tmp_path_factory: pytest.TempPathFactory) -> LearnedProtocol:
    folder = tmp_path_factory.mktemp("diagnostics")
    gaussian.save(folder / "gaussian.h5")
    settings = LearningSettings("denoising", slices=4, first_time=0.1, range=1, samples=200000, ridge=0.0)
    learn(folder / "gaussian.h5", folder / "protocol.h5", replace(settings, minimum_k6=1e-6))
    return load_protocol(folder / "protocol.h5")


def stiffened(learned: LearnedProtocol, factor: float) -> LearnedProtocol:
    values = factor * np.asarray(learned.protocol.getValues())
    protocol = DrivingProtocol(learned.network, learned.protocol.getTimes(), values)
    return LearnedProtocol(
        network=learned.network, protocol=protocol, kT=learned.kT, sigma=learned.sigma, codes=learned.codes
    )


def test_the_optimum_has_a_gradient_of_its_statistical_error(optimum: LearnedProtocol, gaussian: DataSet) -> None:
    fit = diagnose(optimum, gaussian)
    # Eleven correlated parameters: the root mean square strays from 1 by some .3; learned from 6400 states, the
    # optimum itself is off by as much as half of the error of 1600.
    assert all(0.2 < value < 2.2 for value in fit["held_out_gradients"])
    assert all(value < 0.005 for value in fit["score_errors"])
    assert fit["times"] == list(optimum.protocol.getTimes())
    assert all(len(values) == 4 for values in fit.values())


def test_a_protocol_that_is_not_the_optimum_shows(optimum: LearnedProtocol, gaussian: DataSet) -> None:
    fit, right = diagnose(stiffened(optimum, 1.2), gaussian), diagnose(optimum, gaussian)
    assert all(value > 2.4 for value in fit["held_out_gradients"])
    np.testing.assert_allclose(fit["score_errors"], 0.04, rtol=0.2)  # (1.2 - 1)^2
    assert all(a > b for a, b in zip(fit["held_out_losses"], right["held_out_losses"], strict=True))


def test_score_is_the_gradient_of_the_log_density(mixture: DataSet) -> None:
    states = np.random.default_rng(0).normal(0.0, 0.5, (20, 2))
    m, v = 0.8, 0.03

    def log_density(x: np.ndarray) -> np.ndarray:
        terms = []
        for weight, mean, covariance in zip(mixture.weights, mixture.means, mixture.covariances, strict=True):
            noised = m**2 * covariance + v * np.eye(2)
            shift = x - m * mean
            exponent = -0.5 * np.einsum("si,ij,sj->s", shift, np.linalg.inv(noised), shift)
            terms.append(weight * np.exp(exponent) / np.sqrt(np.linalg.det(noised)))
        return np.log(sum(terms))

    h = 1e-5
    steps = h * np.eye(2)
    differences = np.stack([(log_density(states + e) - log_density(states - e)) / (2 * h) for e in steps], axis=1)
    np.testing.assert_allclose(mixture_score(states, mixture, m, v), differences, rtol=1e-5, atol=1e-5)


def test_rate_of_the_uniform_mode_is_that_of_the_forces(lattice: DataSet) -> None:
    network = OscillatorNetwork.squareLattice(4, 4, 1)
    check_uniform_mode(network, lattice, LearnedProtocol())


def test_rate_of_the_uniform_mode_with_latents_is_that_of_the_visible_ones(lattice: DataSet) -> None:
    """Codes of two categories on one latent oscillator, noised away as everything else at that time."""
    codes = make_codes(lattice, LatentSettings())
    network = add_latents(OscillatorNetwork.squareLattice(4, 4, 1), codes.count)
    check_uniform_mode(network, lattice, LearnedProtocol(codes=codes.to_json()))


def check_uniform_mode(network: OscillatorNetwork, lattice: DataSet, learned: LearnedProtocol) -> None:
    generator = np.random.default_rng(3)
    values = np.abs(generator.normal(0.0, 0.3, network.getNumParameters()))
    protocol = DrivingProtocol(network, [1.0, 1e3], np.stack([values, values]))
    learned.network, learned.protocol, learned.kT, learned.sigma = network, protocol, 0.1, 2.0
    many = {name: np.concatenate(40 * [getattr(lattice, name)]) for name in ("train", "held_out")}
    many |= {name: np.tile(getattr(lattice, name), 40) for name in ("train_labels", "held_out_labels")}
    rate = diagnose(learned, replace(lattice, **many))["uniform_mode_rates"][1]
    size = network.getNumOscillators()
    states = np.sqrt(0.1) * 2.0 * generator.standard_normal((20000, size))  # all noise, at that time
    common = np.arange(size) < 16
    h = 1e-3
    force = [
        network.computeForces(protocol.getSlice(1), states + shift * common)[:, common].sum(1).mean()
        for shift in (h, -h)
    ]
    expected = 2 * (force[1] - force[0]) / (2 * h * 16) - 1 / 2.0**2
    assert rate == pytest.approx(expected, rel=0.05)  # 2560 held-out states of 16 oscillators


@pytest.mark.parametrize("gated", [0, 2])
def test_latents_are_part_of_what_is_diagnosed(files: Path, lattice: DataSet, tmp_path: Path, gated: int) -> None:
    """Every figure a slice; a protocol that is 1.3 times too stiff is farther from the optimum."""
    settings = LearningSettings("denoising", slices=3, range=1, latents=LatentSettings(gated=gated), ridge=1e-3)
    learn(files / "lattice.h5", tmp_path / "p.h5", settings)
    learned = load_protocol(tmp_path / "p.h5")
    fit = diagnose(learned, lattice)
    assert set(fit) >= {"held_out_losses", "held_out_gradients", "uniform_mode_rates", "confinement_radii"}
    assert all(np.isfinite(values).all() and len(values) == 3 for values in fit.values())
    assert np.mean(fit["training_gradients"]) < np.mean(
        diagnose(stiffened(learned, 1.3), lattice)["training_gradients"]
    )


def test_refuses_data_of_another_size(optimum: LearnedProtocol, lattice: DataSet) -> None:
    with pytest.raises(OscillatorsError, match="2 oscillators, the data set of 16"):
        diagnose(optimum, lattice)


def test_refuses_too_few_states(files: Path, lattice: DataSet) -> None:
    few = replace(lattice, held_out=lattice.held_out[:40], held_out_labels=lattice.held_out_labels[:40])
    with pytest.raises(OscillatorsError, match="40 held-out states, expected at least 64"):
        diagnose(load_protocol(files / "protocol.h5"), few)
