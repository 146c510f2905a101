"""How well a learned protocol fits a data set, slice by slice, without generating anything."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .datasets import DataSet
from .errors import OscillatorsError
from .latents import Codes, codes_from_json
from .oscillators import (
    DenoisingForceMatching,
    LearnedProtocol,
    NoisedDataSource,
    NoisingProcess,
    ParameterLayout,
    SampleAverages,
    SampleRange,
    confinementRadii,
)

_GROUPS = 32  # of samples, whose means give the statistical error of an average


def diagnose(learned: LearnedProtocol, data: DataSet, seed: int = 0) -> dict[str, Any]:
    """Hold a protocol against the noised states of a data set.

    Latent oscillators are noised with the others: their codes belong to the states.

    Args:
        seed: of the noise.

    Returns:
        Lists of one value a slice:
        times: in ps.
        held_out_losses: of denoising force matching, on noised held-out states.
        held_out_gradients, training_gradients: root mean square over the parameters of that loss's
            gradient over its statistical error; 1 where the protocol is the optimum of the
            distribution that the states are drawn from. More on both: the protocol is not the optimum (ridge,
            feedback); more on held-out than on training states: it fits what those have by chance.
            k_6 at their least value are left out.
        score_errors: E|F / kT - s|^2 / E|s|^2, s the exact score; only for mixtures without latent oscillators,
            with which it is not known.
        uniform_mode_rates: how fast a displacement common to all visible oscillators relaxes during
            generation, in 1/ps, averaged over held-out states; it grows where negative.
        confinement_radii: in nm, of the energy that generation follows; see Confinement.

    Raises:
        OscillatorsError: the network has another number of visible oscillators than the data set; there are too few
            held-out states, or they have no codes.
    """
    codes = codes_from_json(learned.codes)
    visible = learned.network.getNumOscillators() - (0 if codes is None else codes.count)
    if visible != data.num_oscillators:
        raise OscillatorsError(f"the protocol is of {visible} oscillators, the data set of {data.num_oscillators}")
    train, validation = (data.train, data.held_out) if codes is None else codes.appended(data)
    count = min(len(data.train), len(data.held_out)) // _GROUPS * _GROUPS
    if count < 2 * _GROUPS:
        raise OscillatorsError(f"{len(data.held_out)} held-out states, expected at least {2 * _GROUPS}")
    training = _noised(learned, train, count, seed)
    held_out = _noised(learned, validation, count, seed + 1)
    times = list(learned.protocol.getTimes())
    free = _free_parameters(learned, codes, visible)
    values = np.asarray(learned.protocol.getValues())
    figures: dict[str, Any] = {"times": times}

    def each_slice(name: str, figure) -> None:
        figures[name] = [float(figure(k)) for k in range(len(times))]

    each_slice("held_out_losses", lambda k: _loss(learned, held_out, k))
    each_slice("held_out_gradients", lambda k: _gradient_in_errors(learned, held_out, k, free[k]))
    each_slice("training_gradients", lambda k: _gradient_in_errors(learned, training, k, free[k]))
    if data.kind == "mixture" and codes is None:
        each_slice("score_errors", lambda k: _score_error(learned, held_out, k, data))
    each_slice(
        "uniform_mode_rates",
        lambda k: _uniform_mode_rate(learned, held_out.readPositions(k, 0, count), values[k], visible),
    )
    radii = confinementRadii(learned.network, learned.protocol.forGeneration(learned.sigma))
    figures["confinement_radii"] = list(radii)[::-1]  # generation runs from the latest time to the earliest
    return figures


def _process(learned: LearnedProtocol) -> NoisingProcess:
    return NoisingProcess(learned.sigma, learned.kT)


def _noised(learned: LearnedProtocol, states: np.ndarray, count: int, seed: int) -> NoisedDataSource:
    source = NoisedDataSource(
        learned.network, _process(learned), list(learned.protocol.getTimes()), states[:count], count, seed
    )
    source.setProtocol(learned.protocol)
    return source


def _free_parameters(learned: LearnedProtocol, codes: Codes | None, visible: int) -> np.ndarray:
    """Whether each parameter of each slice is free to move both ways: [slices][P]."""
    values = np.asarray(learned.protocol.getValues())
    least = json.loads(learned.settings or "{}").get("minimum_k6", 0.0)
    if codes is not None:
        least = codes.minimum_k6(visible, least)
    layout = ParameterLayout(learned.network)
    sextic = slice(layout.getOffset("k_6"), layout.getOffset("k_6") + layout.getSize("k_6"))
    free = np.ones(values.shape, bool)
    free[:, sextic] = values[:, sextic] > least * (1 + 1e-9)
    return free


def _read(source: NoisedDataSource, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions, forces and data at one time, each [samples][N], in double precision."""
    readers = (source.readPositions, source.readForces, source.readInitialPositions)
    return tuple(np.asarray(read(k, 0, source.getNumSamples()), float) for read in readers)


def _loss(learned: LearnedProtocol, source: NoisedDataSource, k: int) -> float:
    positions, forces, initial = _read(source, k)
    process, time = _process(learned), source.getTimes()[k]
    target = (process.getMeanFactor(time) * initial - positions) / process.getVariance(time)
    return 0.5 * float(np.square(target - forces / learned.kT).sum(1).mean())


def _gradient_in_errors(learned: LearnedProtocol, source: NoisedDataSource, k: int, free: np.ndarray) -> float:
    size = source.getNumSamples() // _GROUPS
    rule, process = DenoisingForceMatching(), _process(learned)
    gradients = np.array(
        [
            SampleAverages(learned.network, SampleRange(source, g * size, size), k).gradient(rule, process)
            for g in range(_GROUPS)
        ]
    )[:, free]
    errors = gradients.std(0, ddof=1) / np.sqrt(_GROUPS)
    ratios = np.square(gradients.mean(0)[errors > 0] / errors[errors > 0])
    # The square of Student's t with n degrees of freedom has the mean n / (n - 2).
    return float(np.sqrt(ratios.mean() * (_GROUPS - 3) / (_GROUPS - 1)))


def mixture_score(states: np.ndarray, data: DataSet, mean_factor: float, variance: float) -> np.ndarray:
    """The exact score of a mixture's noised density m x_0 + sqrt(v) epsilon at states [count][N]."""
    weighted, scores = [], []
    for weight, mean, covariance in zip(data.weights, data.means, data.covariances, strict=True):
        noised = mean_factor**2 * covariance + variance * np.eye(len(mean))
        shift = states - mean_factor * mean
        pull = np.linalg.solve(noised, shift.T).T
        weighted.append(np.log(weight) - 0.5 * (np.linalg.slogdet(noised)[1] + (shift * pull).sum(1)))
        scores.append(-pull)
    posterior = np.exp(np.array(weighted) - np.max(weighted, axis=0))
    posterior /= posterior.sum(0)
    return np.einsum("cs,csn->sn", posterior, np.array(scores))


def _score_error(learned: LearnedProtocol, source: NoisedDataSource, k: int, data: DataSet) -> float:
    positions, forces, _ = _read(source, k)
    process, time = _process(learned), source.getTimes()[k]
    exact = mixture_score(positions, data, process.getMeanFactor(time), process.getVariance(time))
    return float(np.square(forces / learned.kT - exact).sum() / np.square(exact).sum())


def _uniform_mode_rate(learned: LearnedProtocol, positions: np.ndarray, theta: np.ndarray, visible: int) -> float:
    """The mean of u^T (Hessian of U_rev) u for u = 1 / sqrt(visible) on these, 0 on others; mass 1 Da, friction 1/ps.

    Latent oscillators come after visible ones.
    """
    layout, network = ParameterLayout(learned.network), learned.network
    family = {
        name: theta[layout.getOffset(name) : layout.getOffset(name) + layout.getSize(name)]
        for name in ("k_lin", "k_duff", "k_6", "c_lin", "c_optomech", "c_duff")
    }
    x = np.asarray(positions, float)
    mean, square, fourth = x.mean(0), np.square(x).mean(0), np.power(x, 4).mean(0)
    curvature = (family["k_lin"] + 3 * family["k_duff"] * square + 5 * family["k_6"] * fourth)[:visible].sum()
    first, second = network.getEdges().T
    moves, follows = first < visible, second < visible
    # Of the couplings, only x_i^2 x_j sees a displacement that both ends share; one end alone is held by all.
    curvature += (family["c_optomech"] * moves * (2 * mean[second] + 4 * follows * mean[first])).sum()
    alone = moves != follows
    apart = np.square(x[:, first[alone]] - x[:, second[alone]]).mean(0)
    curvature += (2 * family["c_lin"][alone] + 3 * family["c_duff"][alone] * apart).sum()
    return 2 * curvature / visible - 1 / learned.sigma**2
