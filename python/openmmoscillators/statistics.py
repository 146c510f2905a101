"""Distances between samples of two distributions, and Gaussians fitted to samples."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh
from scipy.spatial.distance import cdist

_BLOCK = 1024  # rows of a distance matrix held at a time


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)) of the means and covariances of two samples.

    Args:
        first, second: [count][D], count >= 2.
    """
    covariance1 = np.atleast_2d(np.cov(first, rowvar=False))
    covariance2 = np.atleast_2d(np.cov(second, rowvar=False))
    values, vectors = eigh(covariance1)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    # (C1 C2)^(1/2) has the trace of (C1^(1/2) C2 C1^(1/2))^(1/2), which is symmetric.
    cross = np.sqrt(np.clip(eigh(root @ covariance2 @ root, eigvals_only=True), 0.0, None)).sum()
    shift = first.mean(0) - second.mean(0)
    return float(shift @ shift + np.trace(covariance1) + np.trace(covariance2) - 2.0 * cross)


def _distance_sum(first: np.ndarray, second: np.ndarray) -> float:
    blocks = range(0, len(first), _BLOCK)
    return sum(float(cdist(first[b : b + _BLOCK], second).sum()) for b in blocks)


def energy_distance(first: np.ndarray, second: np.ndarray) -> float:
    """2 E|x - y| - E|x - x'| - E|y - y'| (Szekely and Rizzo), unbiased; 0 for equal distributions.

    Args:
        first, second: [count][D], count >= 2.
    """
    n, m = len(first), len(second)
    between = _distance_sum(first, second) / (n * m)
    within1 = _distance_sum(first, first) / (n * (n - 1))
    within2 = _distance_sum(second, second) / (m * (m - 1))
    return 2.0 * between - within1 - within2


def nearest_distances(states: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Distance of each state [count][D] to the nearest of the others [m][D]: [count]."""
    blocks = range(0, len(states), _BLOCK)
    return np.concatenate([cdist(states[b : b + _BLOCK], others).min(1) for b in blocks])


def nearest_neighbour_accuracy(first: np.ndarray, second: np.ndarray, generator: np.random.Generator) -> float:
    """Leave-one-out accuracy of telling two samples apart by the nearest neighbour.

    Equally many of both are drawn; 0.5 means they cannot be told apart, less that one repeats
    the other (Lopez-Paz and Oquab, arXiv 1610.06545).

    Args:
        first, second: [count][D].
    """
    count = min(len(first), len(second))
    pool = np.concatenate([subset(first, count, generator), subset(second, count, generator)])
    correct = 0
    for begin in range(0, len(pool), _BLOCK):
        distances = cdist(pool[begin : begin + _BLOCK], pool)
        rows = np.arange(len(distances))
        distances[rows, begin + rows] = np.inf
        nearest = distances.argmin(1)
        correct += int(((nearest < count) == (begin + rows < count)).sum())
    return correct / len(pool)


def memorisation_ratio(
    samples: np.ndarray,
    train: np.ndarray,
    held_out: np.ndarray,
    generator: np.random.Generator,
) -> float:
    """Median distance to the nearest training state over that to the nearest held-out state.

    Equally many training and held-out states are searched; about 1 unless samples copy training
    states (then below 1).
    """
    count = min(len(train), len(held_out))
    to_train = nearest_distances(samples, subset(train, count, generator))
    to_held_out = nearest_distances(samples, subset(held_out, count, generator))
    denominator = float(np.median(to_held_out))
    return float(np.median(to_train)) / denominator if denominator > 0 else float("nan")


def binomial_error(share: float, count: int) -> float:
    """Standard error of a share found among ``count`` independent draws."""
    return float(np.sqrt(share * (1.0 - share) / count))


def calibration(confidence: np.ndarray, correct: np.ndarray, bins: int = 10) -> dict[str, float | list]:
    """How far a classifier is as often right as it says.

    Args:
        confidence: [count] probabilities of the classes it chose.
        correct: [count] whether they were right.

    Returns:
        error: the mean of |confidence - accuracy| over bins of equal width (Guo et al., arXiv
            1706.04599), weighted by ``counts``; ``confidences`` and ``accuracies``: of those that hold any.
    """
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    means = [np.bincount(place, values, bins)[filled] / counts[filled] for values in (confidence, correct)]
    return {
        "error": float(np.abs(means[0] - means[1]) @ counts[filled] / len(confidence)),
        "confidences": means[0].tolist(),
        "accuracies": means[1].tolist(),
        "counts": counts[filled].tolist(),
    }


def subset(states: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """``count`` of the states drawn without replacement, all in random order if there are fewer."""
    return states[generator.permutation(len(states))[:count]]


def draw_gaussian(states: np.ndarray, count: int, generator: np.random.Generator) -> np.ndarray:
    """``count`` draws from the Gaussian of the mean and covariance of the states [n][D]."""
    if len(states) < 2:
        return np.repeat(states, count, axis=0).astype(float)
    values, vectors = eigh(np.atleast_2d(np.cov(states, rowvar=False)))
    scale = vectors * np.sqrt(np.clip(values, 0.0, None))
    return states.mean(0) + generator.standard_normal((count, states.shape[1])) @ scale.T


def draw_class_gaussians(
    states: np.ndarray, labels: np.ndarray, count: int, generator: np.random.Generator
) -> np.ndarray:
    """``count`` draws from one Gaussian per class, the classes as frequent as in ``labels``."""
    classes, numbers = np.unique(labels, return_counts=True)
    drawn = generator.multinomial(count, numbers / numbers.sum())
    parts = [draw_gaussian(states[labels == c], n, generator) for c, n in zip(classes, drawn, strict=True)]
    return np.concatenate(parts)
