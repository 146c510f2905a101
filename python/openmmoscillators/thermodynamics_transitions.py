"""Transitions of learned networks: when generation decides for a class, and whether for a training state."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from .datasets import DataSet
from .errors import OscillatorsError
from .evaluation import escaped
from .oscillators import EmpiricalDataSet, GaussianMixture, LearnedProtocol
from .thermodynamics import Results
from .thermodynamics_networks import Generation, NetworkSettings, kept

_HALF_WIDTH = 1e-4  # nm, of the differences that give the curvature


def reduced(states: np.ndarray, learned: LearnedProtocol) -> np.ndarray:
    """States in the units of the solvable case: trap width and kT are 1 (times are in units of sigma^2)."""
    return np.asarray(states, float) / (learned.kT**0.5 * learned.sigma)


def _two_classes(data: DataSet) -> tuple[np.ndarray, np.ndarray]:
    labels = np.unique(data.train_labels)
    if len(labels) != 2:
        raise OscillatorsError(f"speciation is between two classes, the data set has {len(labels)}")
    first, second = (data.train[data.train_labels == label].astype(float) for label in labels)
    return first, second


def class_gaussians(data: DataSet, learned: LearnedProtocol) -> GaussianMixture:
    """One Gaussian a class, of its mean and covariance, in reduced units."""
    mixture = GaussianMixture(data.num_oscillators)
    for states in _two_classes(data):
        scaled = reduced(states, learned)
        covariance = np.atleast_2d(np.cov(scaled.T)) + 1e-6 * np.eye(scaled.shape[1])
        mixture.addComponent(len(states) / len(data.train), scaled.mean(axis=0), covariance.ravel())
    return mixture


def _crossing(times: np.ndarray, values: np.ndarray, level: float) -> float | None:
    """The latest noising time at which values pass the level, by linear interpolation on ascending times."""
    above = values > level
    changes = np.flatnonzero(above[1:] != above[:-1])
    if len(changes) == 0:
        return None
    k = changes[-1]
    weight = (level - values[k]) / (values[k + 1] - values[k])
    return float(times[k] + weight * (times[k + 1] - times[k]))


def network_curvatures(learned: LearnedProtocol, data: DataSet) -> Results:
    """Curvatures of U_rev at the point midway between the noised class means, in units of the trap's.

    Lowest eigenvalue and curvature along the difference of the means, of the network and of one Gaussian a class. Where
    the lowest passes zero is the speciation time.
    """
    first, second = _two_classes(data)
    middle, difference = 0.5 * (first.mean(0) + second.mean(0)), first.mean(0) - second.mean(0)
    direction = difference / np.linalg.norm(difference)
    gaussians = class_gaussians(data, learned)
    times = np.asarray(learned.protocol.getTimes())
    count = data.num_oscillators
    rows = []
    for k, time in enumerate(times):
        point = np.exp(-time / learned.sigma**2) * middle
        displaced = point + _HALF_WIDTH * np.concatenate([np.eye(count), -np.eye(count)])
        forces = learned.network.computeForces(learned.protocol.getSlice(k), displaced)
        hessian = -(forces[:count] - forces[count:]) / (2 * _HALF_WIDTH)
        curvature = learned.sigma**2 * (hessian + hessian.T) - np.eye(count)
        noised = gaussians.noised(time / learned.sigma**2)
        gaussian = -2 * noised.logDensityHessian(reduced(point, learned)).reshape(count, count) - np.eye(count)
        rows.append(
            [
                np.linalg.eigvalsh(curvature)[0],
                direction @ curvature @ direction,
                np.linalg.eigvalsh(gaussian)[0],
                direction @ gaussian @ direction,
            ]
        )
    names = ("lowest", "along_classes", "gaussian_lowest", "gaussian_along_classes")
    table = dict(zip(names, np.array(rows).T, strict=True))
    crossings = {f"{name}_zero": _crossing(times, values, 0.0) for name, values in table.items()}
    return {"noising_times": times, **table, **crossings}


class _ClassReader:
    """Which of two classes a state is: a linear classifier of the training states."""

    def __init__(self, data: DataSet) -> None:
        from sklearn.linear_model import LogisticRegression

        first, second = _two_classes(data)
        labels = np.repeat([0, 1], [len(first), len(second)])
        self._model = LogisticRegression(max_iter=2000, C=0.1).fit(np.concatenate([first, second]), labels)

    def __call__(self, states: np.ndarray) -> np.ndarray:
        return self._model.predict(states)


def clone_experiment(learned: LearnedProtocol, data: DataSet, settings: NetworkSettings) -> Results:
    """When generation decides for a class: paths are copied at each slice, and the copies go on with different noise.

    ``agreement`` is the share of pairs of copies that end in the same class; it goes from chance at late noising times
    to 1. ``gaussian_agreement`` is that of exact generation of one Gaussian a class. Each speciation time is where
    agreement passes the middle between chance and 1, with the error that follows from that of the agreement.
    """
    read, generation = _ClassReader(data), Generation(learned, settings)
    gaussians = class_gaussians(data, learned)
    states, agreement, errors, exact = generation.start(), [], [], []
    for k in range(generation.last + 1):
        ends = [states, states]
        if k < generation.last:
            seeds = (settings.seed + 2000 + 2 * k, settings.seed + 2001 + 2 * k)
            ends = [generation.run(states, k, generation.last, seed, work=False).getFinalStates() for seed in seeds]
            states = generation.run(states, k, k + 1, work=False).getFinalStates()
        valid = ~(escaped(ends[0]) | escaped(ends[1]))
        same = read(ends[0][valid]) == read(ends[1][valid])
        agreement.append(same.mean())
        errors.append(max(same.std(), 1 / len(same)) / len(same) ** 0.5)
        noised = gaussians.noised(generation.noising_times[k] / learned.sigma**2)
        exact.append((noised.responsibilities(noised.sample(settings.seed, 4000)) ** 2).sum(axis=1).mean())
    times = generation.noising_times[::-1]
    agreement, errors, exact = (np.array(values)[::-1] for values in (agreement, errors, exact))
    share, exact_share = read(kept(states)).mean(), gaussians.getWeight(1)
    chance = share**2 + (1 - share) ** 2
    level, exact_level = 0.5 * (1 + chance), 0.5 * (1 + exact_share**2 + (1 - exact_share) ** 2)
    time = _crossing(times, agreement, level)
    shifted = [_crossing(times, agreement + sign * errors, level) for sign in (-1, 1)]
    known = time is not None and None not in shifted
    return {
        "chance": chance,
        "cloning_time": time,
        "cloning_time_error": abs(shifted[1] - shifted[0]) / 2 if known else None,
        "gaussian_cloning_time": _crossing(times, exact, exact_level),
        "noising_times": times,
        "agreement": agreement,
        "agreement_error": errors,
        "gaussian_agreement": exact,
    }


def _check_same_network(learned: LearnedProtocol, data: DataSet) -> None:
    if data.num_oscillators != learned.network.getNumOscillators():
        raise OscillatorsError(
            f"the data set has {data.num_oscillators} oscillators, the protocol {learned.network.getNumOscillators()}"
        )


def measure_speciation(learned: LearnedProtocol, data: DataSet, settings: NetworkSettings) -> Results:
    """Speciation by the curvature of the reverse potential and by cloning, side by side."""
    _check_same_network(learned, data)
    return {"curvature": network_curvatures(learned, data), "cloning": clone_experiment(learned, data, settings)}


def gaussian_information_time(eigenvalues: np.ndarray, count: float) -> float:
    """The time at which a noised draw from a Gaussian tells as much about it as there is to know of ``count`` data:
    1/2 sum ln(1 + e^-2t l / (1 - e^-2t)) = ln count (reduced units)."""

    def excess(time: float) -> float:
        return 0.5 * np.log1p(eigenvalues / np.expm1(2 * time)).sum() - np.log(count)

    return float(brentq(excess, 1e-6, 50.0))


def measure_commitment(learned: LearnedProtocol, data: DataSet, settings: NetworkSettings) -> Results:
    """When exact generation from the training states would commit to one, and how near learned generation comes.

    ``largest_weight`` is the mean of the largest posterior weight of a training state along learned paths; along exact
    ones it would be 1 after the collapse. ``own_weight`` is that of the own datum for noised training states. Collapse
    times of subsets stand beside the theory's, where the information about the datum equals ln n, for a Gaussian of the
    data's covariance.
    """
    _check_same_network(learned, data)
    train = reduced(data.train, learned)
    training, generation = EmpiricalDataSet(train), Generation(learned, settings)
    times = generation.noising_times / learned.sigma**2
    states, largest, own = generation.start(), [], []
    for k, time in enumerate(times):
        largest.append(training.posterior(time, reduced(kept(states), learned)).max(axis=1).mean())
        own.append(training.evaluate(time, min(1000, 4 * settings.samples), settings.seed).ownWeight.value)
        if k < generation.last:
            states = generation.run(states, k, k + 1, work=False).getFinalStates()
    order = np.random.default_rng(settings.seed).permutation(len(train))
    eigenvalues = np.linalg.eigvalsh(np.atleast_2d(np.cov(train.T))).clip(0)
    counts = [count for count in (50, 200, 800, 3200, 12800, 51200) if count < len(train)] + [len(train)]
    collapse = [EmpiricalDataSet(train[order[:n]]).collapseTime(0.5, 400, settings.seed) for n in counts]
    theory = [gaussian_information_time(eigenvalues, n) for n in counts]
    return {
        "collapse_time": collapse[-1] * learned.sigma**2,
        "noising_times": generation.noising_times[::-1],
        "largest_weight": np.array(largest)[::-1],
        "own_weight": np.array(own)[::-1],
        "data_counts": np.array(counts),
        "collapse_times": np.array(collapse) * learned.sigma**2,
        "gaussian_collapse_times": np.array(theory) * learned.sigma**2,
    }
