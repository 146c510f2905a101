"""Transitions of learned networks: when generation decides for a class, and whether for a training state."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from .datasets import DataSet
from .errors import OscillatorsError
from .oscillators import EmpiricalDataSet, GaussianMixture, LearnedProtocol
from .samples import visible_displacements
from .thermodynamics import Results
from .thermodynamics_networks import Generation, NetworkSettings

Reader = Callable[[np.ndarray], np.ndarray]
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


def class_reader(data: DataSet, learned: LearnedProtocol) -> Reader:
    """Which class a state is: a linear classifier of the training states, of the visible oscillators."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=2000, C=0.1).fit(data.train, data.train_labels)
    return lambda states: model.predict(visible_displacements(learned.network, states))


def clone(generation: Generation, readers: dict[str, Reader]) -> Results:
    """When generation decides what readers read: paths are copied at each slice, and go on with different noise.

    Returns:
        For each reader under its name ``chance``, the share of pairs of independent samples that are read alike, and
        ``agreement`` with ``agreement_error``, that of copies made at the noising times; ``cloning_time`` is when it
        passes the middle between chance and 1, with the error that follows from that of the agreement.
    """
    settings, states = generation.settings, generation.start()
    same: dict[str, list[np.ndarray]] = {name: [] for name in readers}
    for k in range(generation.last + 1):
        ends = [states, states]
        if k < generation.last:
            seeds = (settings.seed + 2000 + 2 * k, settings.seed + 2001 + 2 * k)
            ends = [generation.run(states, k, generation.last, seed, work=False).getFinalStates() for seed in seeds]
            states = generation.run(states, k, k + 1, work=False).getFinalStates()
        valid = ~(generation.escaped(ends[0]) | generation.escaped(ends[1]))
        for name, read in readers.items():
            same[name].append(read(ends[0][valid]) == read(ends[1][valid]))
    final = generation.kept(states)
    return {name: _decision(generation.noising_times, same[name], read(final)) for name, read in readers.items()}


def _decision(times: np.ndarray, same: list[np.ndarray], final: np.ndarray) -> Results:
    """What clone() says of one reader: ``same`` are its agreements at descending times, ``final`` what it reads."""
    agreement = np.array([pairs.mean() for pairs in same])[::-1]
    errors = np.array([max(pairs.std(), 1 / len(pairs)) / len(pairs) ** 0.5 for pairs in same])[::-1]
    chance = float(((np.unique(final, return_counts=True)[1] / len(final)) ** 2).sum())
    level = 0.5 * (1 + chance)
    time = _crossing(times[::-1], agreement, level)
    shifted = [_crossing(times[::-1], agreement + sign * errors, level) for sign in (-1, 1)]
    known = time is not None and None not in shifted
    return {
        "chance": chance,
        "cloning_time": time,
        "cloning_time_error": abs(shifted[1] - shifted[0]) / 2 if known else None,
        "agreement": agreement,
        "agreement_error": errors,
    }


def gaussian_agreement(learned: LearnedProtocol, data: DataSet, seed: int) -> Results:
    """The same for exact generation of one Gaussian a class, of two classes."""
    gaussians, times = class_gaussians(data, learned), np.asarray(learned.protocol.getTimes())
    agreement = []
    for time in times / learned.sigma**2:
        noised = gaussians.noised(time)
        agreement.append((noised.responsibilities(noised.sample(seed, 4000)) ** 2).sum(axis=1).mean())
    share = gaussians.getWeight(1)
    level = 0.5 * (1 + share**2 + (1 - share) ** 2)
    return {
        "gaussian_agreement": np.array(agreement),
        "gaussian_cloning_time": _crossing(times, np.array(agreement), level),
    }


def _check_same_network(learned: LearnedProtocol, data: DataSet) -> None:
    if data.num_oscillators != learned.network.getNumOscillators():
        raise OscillatorsError(
            f"the data set has {data.num_oscillators} oscillators, the protocol {learned.network.getNumOscillators()}"
        )


def measure_speciation(learned: LearnedProtocol, data: DataSet, settings: NetworkSettings) -> Results:
    """Speciation by the curvature of the reverse potential and by cloning, side by side."""
    _check_same_network(learned, data)
    cloning = clone(Generation(learned, settings), {"cloning": class_reader(data, learned)})["cloning"]
    cloning["noising_times"] = np.asarray(learned.protocol.getTimes())
    gaussian = gaussian_agreement(learned, data, settings.seed)
    return {"curvature": network_curvatures(learned, data), "cloning": cloning | gaussian}


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
        largest.append(training.posterior(time, reduced(generation.kept(states), learned)).max(axis=1).mean())
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
