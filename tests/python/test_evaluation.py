"""Figures of samples whose quality is known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from openmmoscillators.datasets import DataSet, make_lattice
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.evaluation import escaped, evaluate
from openmmoscillators.jsonfiles import to_json
from openmmoscillators.statistics import draw_gaussian

IMAGE_KEYS = {
    "class_shares",
    "ambiguous_share",
    "sure_share",
    "frechet_distance",
    "frechet_distance_floor",
    "frechet_distance_gaussian",
    "frechet_distance_class_gaussian",
    "energy_distance",
    "nearest_neighbour_accuracy",
    "memorisation_ratio",
    "escaped_share",
}


def test_real_states_reach_the_floor_and_gaussians_do_not(lattice: DataSet) -> None:
    figures = evaluate(lattice.train, lattice)
    assert set(figures) >= IMAGE_KEYS
    assert figures["frechet_distance"] == pytest.approx(figures["frechet_distance_floor"], rel=0.3)
    assert figures["frechet_distance_gaussian"] > 1.5 * figures["frechet_distance_class_gaussian"]
    assert figures["frechet_distance_gaussian"] > 5 * figures["frechet_distance_floor"]
    assert figures["class_shares"]["0"] == pytest.approx(0.5, abs=0.02)
    assert figures["memorisation_ratio"] < 0.95  # they are training states, of which a quarter is searched
    assert figures["escaped_share"] == 0.0


def test_a_gaussian_gets_the_figures_of_the_gaussian_reference(lattice: DataSet) -> None:
    samples = draw_gaussian(lattice.train.astype(float), 1000, np.random.default_rng(4))
    figures = evaluate(samples, lattice)
    reference = figures["reference"]["gaussian"]
    for key in ("ambiguous_share", "sure_share", "nearest_neighbour_accuracy"):
        assert figures[key] == pytest.approx(reference[key], abs=0.08)  # 1000 samples: se .016; 80 held-out: se .04
    assert figures["frechet_distance"] == pytest.approx(reference["frechet_distance"], rel=0.2)
    assert figures["memorisation_ratio"] == pytest.approx(1.0, abs=0.1)


def test_a_lost_class_shows(lattice: DataSet) -> None:
    figures = evaluate(lattice.train[lattice.train_labels == 0], lattice)
    assert figures["class_shares"]["0"] > 0.97
    assert figures["frechet_distance"] > 5 * figures["frechet_distance_floor"]
    assert figures["class_share_deviations"]["0"] > 5  # of 80 held-out states half are of the class


def test_readings_are_calibrated_where_classes_are_clear(lattice: DataSet) -> None:
    figures = evaluate(lattice.train, lattice)
    assert figures["calibration"]["error"] < 0.1  # the smooth classifier is less sure than it might be
    assert figures["held_out"]["calibration"]["error"] < 0.1
    assert abs(figures["class_share_deviations"]["0"]) < 4
    assert figures["class_share_errors"]["0"] == pytest.approx(np.sqrt(0.25 / len(lattice.train)), rel=0.01)


def test_noise_is_neither_sure_nor_close(lattice: DataSet) -> None:
    noise = np.random.default_rng(0).standard_normal((400, 16))
    figures = evaluate(noise, lattice)
    assert figures["sure_share"] < figures["reference"]["floor"]["sure_share"] - 0.3
    assert figures["frechet_distance"] > figures["frechet_distance_gaussian"]
    assert figures["nearest_neighbour_accuracy"] > 0.9


def test_escaped_samples_are_counted_and_left_out(lattice: DataSet) -> None:
    samples = lattice.train[:200].copy()
    samples[0, 3], samples[1, 0], samples[2, 5] = np.nan, 8.5, -np.inf
    np.testing.assert_array_equal(np.flatnonzero(escaped(samples)), [0, 1, 2])
    figures = evaluate(samples, lattice)
    assert figures["escaped_share"] == pytest.approx(3 / 200)
    assert np.isfinite(figures["frechet_distance"])
    with pytest.raises(OscillatorsError, match="200 of 200 samples escaped"):
        evaluate(np.full((200, 16), np.nan), lattice)


def test_evaluation_is_reproducible(lattice: DataSet) -> None:
    first, again = (evaluate(lattice.train[::2], lattice, seed=3) for _ in range(2))
    assert first == again


def test_images_without_labels(images: tuple[np.ndarray, np.ndarray]) -> None:
    data = make_lattice(images[0], size=4)
    figures = evaluate(data.train, data)
    assert figures["class_shares"] == {"0": 1.0}
    assert figures["frechet_distance_gaussian"] > 3 * figures["frechet_distance"]


def test_mixture_figures_are_those_of_its_wells(mixture: DataSet) -> None:
    generator = np.random.default_rng(8)
    wells = [
        generator.multivariate_normal(m, 0.002 * np.eye(2), n) for m, n in zip(mixture.means, (700, 250), strict=True)
    ]
    samples = np.concatenate([*wells, np.full((50, 2), 0.01)])
    figures = evaluate(samples, mixture)
    assert figures["stray_share"] == pytest.approx(0.05, abs=0.002)
    assert figures["weights"][0] == pytest.approx(0.75, abs=0.002)
    np.testing.assert_allclose(figures["means"], mixture.means, atol=0.015)  # five standard errors of the smaller well
    np.testing.assert_allclose(figures["covariances"][0], 0.002 * np.eye(2), atol=6e-4)
    assert figures["energy_distance"] > figures["reference"]["floor"]["energy_distance"]
    assert figures["reference"]["floor"]["stray_share"] == 0.0
    assert figures["escaped_share"] == 0.0


def test_a_well_without_samples_has_no_moments(mixture: DataSet) -> None:
    figures = evaluate(mixture.train[mixture.train_labels == 0], mixture)
    assert figures["weights"] == [1.0, 0.0]
    assert json.loads(to_json(figures))["means"][1] == [None, None]


def test_refuses_samples_of_another_size(lattice: DataSet) -> None:
    with pytest.raises(OscillatorsError, match=r"shape \(5, 9\), expected \[count\]\[16\]"):
        evaluate(np.zeros((5, 9)), lattice)


def test_json_has_no_invalid_numbers() -> None:
    values = {"a": np.float32(1.5), "b": [np.nan, np.inf, np.arange(2)], 3: True}
    assert json.loads(to_json(values)) == {"a": 1.5, "b": [None, None, [0, 1]], "3": True}
