"""Distances between samples against analytic values and plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from openmmoscillators.statistics import (
    binomial_error,
    calibration,
    draw_class_gaussians,
    draw_gaussian,
    energy_distance,
    frechet_distance,
    memorisation_ratio,
    nearest_neighbour_accuracy,
    subset,
)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def test_frechet_distance_against_the_matrix_root(generator: np.random.Generator) -> None:
    a = generator.standard_normal((200, 5)) @ generator.standard_normal((5, 5))
    b = generator.standard_normal((300, 5)) @ generator.standard_normal((5, 5)) + 1.0
    c1, c2 = np.cov(a.T), np.cov(b.T)
    shift = a.mean(0) - b.mean(0)
    expected = shift @ shift + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-10)


def test_frechet_distance_of_equal_and_of_degenerate_samples(generator: np.random.Generator) -> None:
    a = generator.standard_normal((100, 3)) * [1.0, 2.0, 0.0]
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-7)
    assert frechet_distance(a, a + np.array([3.0, 0.0, 4.0])) == pytest.approx(25.0, rel=1e-6)


def test_energy_distance_of_shifted_normals(generator: np.random.Generator) -> None:
    a, b = generator.standard_normal((2000, 1)), generator.standard_normal((2500, 1)) + 2.0
    # E|X - Y| of normals at distance m and variance 2: 2 exp(-m^2/4) / sqrt(pi) + m erf(m / 2).
    between = 2 * np.exp(-1.0) / np.sqrt(np.pi) + 2 * 0.8427007929497149
    expected = 2 * between - 2 * 2 / np.sqrt(np.pi)
    assert energy_distance(a, b) == pytest.approx(expected, abs=0.12)  # about four standard errors
    assert energy_distance(a, generator.standard_normal((2000, 1))) == pytest.approx(0.0, abs=0.01)


def test_energy_distance_against_all_pairs(generator: np.random.Generator) -> None:
    a, b = generator.standard_normal((30, 4)), generator.standard_normal((20, 4)) * 2

    def mean(x: np.ndarray, y: np.ndarray, pairs: int) -> float:
        return np.linalg.norm(x[:, None] - y[None], axis=2).sum() / pairs

    expected = 2 * mean(a, b, 600) - mean(a, a, 30 * 29) - mean(b, b, 20 * 19)
    assert energy_distance(a, b) == pytest.approx(expected, rel=1e-12)


def test_nearest_neighbour_accuracy(generator: np.random.Generator) -> None:
    a, b = generator.standard_normal((1500, 3)), generator.standard_normal((1500, 3))
    # 3000 nearly independent guesses: standard error below .013.
    assert nearest_neighbour_accuracy(a, b, generator) == pytest.approx(0.5, abs=0.06)
    assert nearest_neighbour_accuracy(a, b + 50.0, generator) == 1.0
    assert nearest_neighbour_accuracy(a, a + 1e-9, generator) == 0.0


def test_memorisation_ratio_tells_copies(generator: np.random.Generator) -> None:
    train, held_out, fresh = (generator.standard_normal((800, 4)) for _ in range(3))
    assert memorisation_ratio(fresh, train, held_out, generator) == pytest.approx(1.0, abs=0.1)
    assert memorisation_ratio(train + 1e-3, train, held_out, generator) < 0.02


def test_gaussians_have_the_moments_of_the_states(generator: np.random.Generator) -> None:
    states = generator.standard_normal((500, 3)) @ generator.standard_normal((3, 3)) + [1, 2, 3]
    drawn = draw_gaussian(states, 200000, generator)
    np.testing.assert_allclose(drawn.mean(0), states.mean(0), atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(states.T), atol=0.15)
    labels = np.repeat([4, 9], [400, 100])
    far = np.where(labels[:, None] == 9, states + 100.0, states)
    drawn = draw_class_gaussians(far, labels, 10000, generator)
    assert drawn.shape == (10000, 3)
    assert (drawn[:, 0] > 50).mean() == pytest.approx(0.2, abs=0.02)  # five standard errors


def test_subset_repeats_nothing(generator: np.random.Generator) -> None:
    states = np.arange(10.0)[:, None]
    assert len(np.unique(subset(states, 7, generator))) == 7
    assert sorted(subset(states, 99, generator)[:, 0]) == list(range(10))


def test_calibration_of_a_classifier_that_says_how_often_it_is_right(generator: np.random.Generator) -> None:
    confidence = generator.uniform(0.5, 1.0, 40000)
    honest = generator.uniform(size=40000) < confidence
    figures = calibration(confidence, honest)
    assert figures["error"] < 0.02  # five bins of 8000: the errors of their means are .005 and less
    assert sum(figures["counts"]) == 40000
    boastful = generator.uniform(size=40000) < confidence - 0.2
    assert calibration(confidence, boastful)["error"] == pytest.approx(0.2, abs=0.02)
    assert calibration(np.ones(10), np.ones(10, bool))["error"] == 0.0


def test_binomial_error_is_the_scatter_of_shares(generator: np.random.Generator) -> None:
    shares = generator.binomial(500, 0.3, 4000) / 500
    assert binomial_error(0.3, 500) == pytest.approx(shares.std(), rel=0.05)  # the scatter's own error is .011 of it
