"""How good samples are: figures for images and for mixtures of Gaussians."""

from __future__ import annotations

from typing import Any

import numpy as np

from .classifiers import ImageClassifiers
from .datasets import DataSet
from .errors import OscillatorsError
from .statistics import (
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

ESCAPE_DISTANCE = 8.0  # nm; data sets have standard deviation 1
STRAY_SHARE = 0.25  # of the distance between the nearest two wells
STRAY_DEVIATIONS = 6.0  # standard deviations of a well, if it is the only one
AMBIGUOUS_BELOW = 0.9

Figures = dict[str, Any]


def escaped(samples: np.ndarray) -> np.ndarray:
    """Whether a sample [count][N] has a displacement beyond ESCAPE_DISTANCE or not finite."""
    with np.errstate(invalid="ignore"):
        return ~(np.abs(samples) <= ESCAPE_DISTANCE).all(axis=1)


def evaluate(samples: np.ndarray, data: DataSet, seed: int = 0, categories: np.ndarray | None = None) -> Figures:
    """Hold samples against a data set.

    Escaped samples are counted and left out of all other figures.

    Args:
        samples: [count][N], in the units of the data set.
        seed: of all subsets, reference draws and classifiers.
        categories: [count] the class that each sample is meant to be of, if that is known; for lattices.

    Returns:
        Figures that json can write. For lattices see evaluate_images(), for mixtures
        evaluate_mixture(); always ``samples`` (their number) and ``escaped_share``.

    Raises:
        OscillatorsError: samples of another size, or fewer than two that did not escape.
    """
    samples = np.asarray(samples)
    if samples.ndim != 2 or samples.shape[1] != data.num_oscillators:
        raise OscillatorsError(
            f"samples of shape {samples.shape}, expected [count][{data.num_oscillators}] "
            f"as in the data set ({data.width} x {data.height})"
        )
    lost = escaped(samples)
    kept = samples[~lost].astype(np.float64)
    if len(kept) < 2:
        raise OscillatorsError(
            f"{lost.sum()} of {len(samples)} samples escaped (a displacement beyond "
            f"{ESCAPE_DISTANCE:g} nm or not finite): nothing is left to evaluate"
        )
    figures: Figures = {"samples": len(samples), "escaped_share": float(lost.mean())}
    if data.kind == "mixture":
        return figures | evaluate_mixture(kept, data, seed)
    return figures | evaluate_images(kept, data, seed, None if categories is None else categories[~lost])


def evaluate_mixture(samples: np.ndarray, data: DataSet, seed: int = 0) -> Figures:
    """Figures of samples [count][N] of a mixture with known parameters.

    A sample belongs to the well with the nearest mean. It is a stray if it is farther from that
    than stray_distance(), that is, if it lies between the wells rather than in one.

    Returns:
        weights [C] of all samples and weight_errors [C], their standard errors; means [C][N] and
        covariances [C][N][N] of those that are no strays (nan for a well without); ``stray_share``;
        ``energy_distance`` to held-out states; the same for training states under ``reference`` and
        the mixture's own under ``truth``.
    """
    if data.means is None or data.covariances is None or data.weights is None:
        raise OscillatorsError("the mixture of the data set has no weights, means and covariances")
    generator = np.random.default_rng(seed)
    train = subset(data.train, len(samples), generator).astype(np.float64)
    held_out = data.held_out.astype(np.float64)
    limit = stray_distance(data.means, data.covariances)

    def figures(states: np.ndarray) -> Figures:
        wells = _well_figures(states, data.means, limit)
        return wells | {"energy_distance": energy_distance(states, held_out)}

    truth = {
        "weights": data.weights.tolist(),
        "means": data.means.tolist(),
        "covariances": data.covariances.tolist(),
    }
    return figures(samples) | {"truth": truth, "reference": {"floor": figures(train)}}


def stray_distance(means: np.ndarray, covariances: np.ndarray) -> float:
    """How far, in nm, a sample may be from a well's mean [C][N] before it is a stray.

    A quarter of the distance between the nearest two wells; STRAY_DEVIATIONS times the largest
    standard deviation if there is only one well.
    """
    if len(means) == 1:
        return STRAY_DEVIATIONS * float(np.sqrt(np.linalg.eigvalsh(covariances[0]).max()))
    distances = np.linalg.norm(means[:, None] - means[None], axis=2)
    return STRAY_SHARE * float(distances[np.triu_indices(len(means), 1)].min())


def _well_figures(states: np.ndarray, means: np.ndarray, limit: float) -> Figures:
    distances = np.linalg.norm(states[:, None] - means[None], axis=2)
    well, stray = distances.argmin(1), distances.min(1) > limit
    members = [states[(well == k) & ~stray] for k in range(len(means))]
    weights = [float((well == k).mean()) for k in range(len(means))]
    size = states.shape[1]
    nowhere, undefined = np.full(size, np.nan), np.full((size, size), np.nan)
    return {
        "weights": weights,
        "weight_errors": [binomial_error(weight, len(states)) for weight in weights],
        "means": [(m.mean(0) if len(m) else nowhere).tolist() for m in members],
        "covariances": [
            (np.cov(m, rowvar=False).reshape(size, size) if len(m) > 1 else undefined).tolist() for m in members
        ],
        "stray_share": float(stray.mean()),
    }


class ImageJudge:
    """Holds states of a lattice against held-out ones, by classifiers that are trained once for many sets of states.

    Args:
        data: the data set.
        seed: of the classifiers and of the subsets in which neighbours are sought.
        classifiers: that were trained before, of this data set or one with more classes.
    """

    def __init__(self, data: DataSet, seed: int = 0, classifiers: ImageClassifiers | None = None) -> None:
        self.generator = np.random.default_rng(seed)
        self.classifiers = ImageClassifiers(data, seed) if classifiers is None else classifiers
        self.train, self.held_out = data.train.astype(np.float64), data.held_out.astype(np.float64)
        self._held_out_features = self.classifiers.features(self.held_out)

    def reading(self, states: np.ndarray) -> Figures:
        """What the classifiers see in states [count][N]: class_shares, ambiguous_share and sure_share."""
        probabilities = self.classifiers.class_probabilities(states)
        winner = probabilities.argmax(1)
        return {
            "class_shares": {str(c): float((winner == k).mean()) for k, c in enumerate(self.classifiers.classes)},
            "ambiguous_share": float((probabilities.max(1) < AMBIGUOUS_BELOW).mean()),
            "sure_share": float(self.classifiers.sure(states).mean()),
        }

    def frechet_distance(self, states: np.ndarray) -> float:
        """Between states [count][N] and the held-out ones, averaged over the networks that lend their features."""
        pairs = zip(self.classifiers.features(states), self._held_out_features, strict=True)
        return float(np.mean([frechet_distance(*pair) for pair in pairs]))

    def figures(self, states: np.ndarray) -> Figures:
        """The figures of states [count][N] that evaluate_images() has for samples and for references."""
        return self.reading(states) | {
            "frechet_distance": self.frechet_distance(states),
            "energy_distance": energy_distance(states, self.held_out),
            "nearest_neighbour_accuracy": nearest_neighbour_accuracy(states, self.held_out, self.generator),
            "memorisation_ratio": memorisation_ratio(states, self.train, self.held_out, self.generator),
        }


def evaluate_images(samples: np.ndarray, data: DataSet, seed: int = 0, categories: np.ndarray | None = None) -> Figures:
    """Figures of samples [count][N] of a lattice, all against held-out states.

    Returns:
        class_shares: share of samples read as each learned class; ``class_share_errors``: their standard
            errors; ``class_share_deviations``: from the held-out shares of the labels, over both errors.
        calibration: how far the network of the learned classes is as often right as it says, see
            statistics.calibration(); of samples, whose classes nobody knows, how often the
            networks of all classes agree. None if there is a single class.
        ambiguous_share: the network of the learned classes gives none AMBIGUOUS_BELOW or more.
        sure_share: the networks of all classes give a learned class more than 0.9.
        frechet_distance: in the hidden layers of those networks, averaged; also ``_floor``,
            ``_gaussian`` and ``_class_gaussian`` of the three references.
        energy_distance, nearest_neighbour_accuracy: in state space.
        class_agreement: share of samples read as the class that they are meant to be of; only with ``categories``.
        memorisation_ratio: nearest training over nearest held-out neighbour.
        reference: all of this for ``floor`` (as many real training states), ``gaussian`` (one
            Gaussian with the moments of the training states), ``class_gaussian`` (one per class).
        held_out: class_shares, ambiguous_share, sure_share and calibration of the held-out states.
    """
    judge = ImageJudge(data, seed)
    classifiers, generator, count = judge.classifiers, judge.generator, len(samples)
    reference = {
        "floor": judge.figures(subset(judge.train, count, generator)),
        "gaussian": judge.figures(draw_gaussian(judge.train, count, generator)),
        "class_gaussian": judge.figures(draw_class_gaussians(judge.train, data.train_labels, count, generator)),
    }
    # A training state is its own nearest training neighbour.
    reference["floor"]["memorisation_ratio"] = None
    truth = np.searchsorted(data.classes, data.held_out_labels)
    result = judge.figures(samples) | {
        "calibration": _calibration(classifiers, samples, classifiers.second_choice(samples)),
        "held_out": judge.reading(judge.held_out) | {"calibration": _calibration(classifiers, judge.held_out, truth)},
    }
    if categories is not None:
        read = np.asarray(classifiers.classes)[classifiers.class_probabilities(samples).argmax(1)]
        result["class_agreement"] = float((read == categories).mean())
    for name, values in reference.items():
        result[f"frechet_distance_{name}"] = values["frechet_distance"]
    return result | _balance(result["class_shares"], count, data.held_out_labels) | {"reference": reference}


def _calibration(classifiers: ImageClassifiers, states: np.ndarray, truth: np.ndarray) -> Figures | None:
    if len(classifiers.classes) < 2:
        return None
    probabilities = classifiers.class_probabilities(states)
    return calibration(probabilities.max(1), probabilities.argmax(1) == truth)


def _balance(shares: dict[str, float], count: int, labels: np.ndarray) -> Figures:
    """Statistical errors of class shares, and how far they are from those of labels."""
    errors, deviations = {}, {}
    for label, share in shares.items():
        expected = float((labels == int(label)).mean())
        errors[label] = binomial_error(share, count)
        both = np.hypot(errors[label], binomial_error(expected, len(labels)))
        deviations[label] = float((share - expected) / both) if both > 0 else 0.0
    return {"class_share_errors": errors, "class_share_deviations": deviations}
