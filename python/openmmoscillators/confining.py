"""Stiffening a learned protocol where no samples are, so that no path escapes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .datasets import DataSet
from .errors import OscillatorsError
from .generation import GenerationSettings, generate
from .latents import codes_from_json
from .oscillators import DrivingProtocol, LearnedProtocol, NoisingProcess, OscillatorNetwork, ParameterLayout
from .protocols import load_protocol
from .samples import open_trajectory, read_frame

# How far an oscillator may go before its force must point inwards: its states' largest |x_i| times _MARGIN, where a
# visible oscillator that hardly moves counts as if its largest were _LEAST_SHARE of all visible ones'.
_MARGIN, _LEAST_SHARE = 1.3, 0.4
# Where the force is looked at, as multiples of that.
_DISTANCES = (1.0, 1.15, 1.3, 1.6, 2.0, 3.0)
# What is asked for is this times the stiffness that is just enough for the states that were looked at.
_SAFETY = 1.5
# k_6 of at least _FLOOR / <x_i^2>^2 at noising times, in ps, before _FLOOR_UNTIL, where wells are deep.
_FLOOR, _FLOOR_UNTIL = 0.03, 0.3


@dataclass(frozen=True)
class ConfiningReport:
    """How many k_6 of how many were raised, over all times, and the factor of the median one that was."""

    raised: int
    parameters: int
    median_factor: float


def gradient_polynomial(network: OscillatorNetwork, theta: np.ndarray, states: np.ndarray) -> list[np.ndarray]:
    """dU/dx_i, but for the part of k_6, of each oscillator as a polynomial of its own displacement.

    Args:
        theta: all parameters of the energy U.
        states: [count][N], where the other oscillators are, in nm.

    Returns:
        The coefficients of x_i^0, x_i^1, x_i^2, x_i^3, each [count][N].
    """
    layout, count = ParameterLayout(network), states.shape[1]
    first, second = np.asarray(network.getEdges()).T

    def family(name: str) -> np.ndarray:
        return theta[layout.getOffset(name) : layout.getOffset(name) + layout.getSize(name)]

    def between(name: str) -> np.ndarray:
        matrix = np.zeros((count, count))
        matrix[first, second] = family(name)
        return matrix

    linear, cubic = (matrix + matrix.T for matrix in (between("c_lin"), between("c_duff")))
    squared = between("c_optomech")  # of the first oscillator
    return [
        family("bias") - 2 * states @ linear - states**3 @ cubic + states**2 @ squared,
        family("k_lin") + 2 * linear.sum(1) + 3 * states**2 @ cubic + 2 * states @ squared.T,
        -3 * states @ cubic,
        np.broadcast_to(family("k_duff") + cubic.sum(1), states.shape),
    ]


def confining_k6(network: OscillatorNetwork, theta: np.ndarray, states: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """The least k_6 [N] with which each oscillator is driven back from beyond its reach [N], in nm.

    That is while the others are in any of some states [count][N]; it proves nothing about all states. It is looked at
    up to three times the reach; farther out k_6 wins anyway.
    """
    coefficients = gradient_polynomial(network, theta, states)
    least = np.full(len(reach), -np.inf)
    for distance in _DISTANCES:
        for place in (distance * reach, -distance * reach):
            gradient = sum(c * place**power for power, c in enumerate(coefficients))
            least = np.maximum(least, (-gradient / place**5).max(0))
    return least


def confine(
    protocol_path: Path,
    data: DataSet,
    samples: int = 2048,
    seed: int = 0,
    before: float = np.inf,
) -> tuple[LearnedProtocol, ConfiningReport]:
    """Raise k_6 wherever it takes that to bring back an oscillator that strays.

    At each time the others are taken as they are in noised training states, and in generated ones.

    Args:
        protocol_path: protocol file.
        data: the data set that it was learned from.
        samples: states of each kind.
        before: only at noising times before this, in ps. The less, the less likeness is lost, and paths are held.

    Returns:
        The protocol with larger k_6, otherwise as it was, and what was done.

    Raises:
        OscillatorsError: as load_protocol(), or the data set has another number of oscillators.
    """
    learned = load_protocol(protocol_path)
    codes = codes_from_json(learned.codes)
    states = data.train if codes is None else codes.appended(data)[0]
    if states.shape[1] != learned.network.getNumOscillators():
        raise OscillatorsError(
            f"the data set has {states.shape[1]} oscillators, expected {learned.network.getNumOscillators()}"
        )
    generator = np.random.default_rng(seed)
    chosen = states[generator.permutation(len(states))[:samples]].astype(np.float64)
    generated = _generated(protocol_path, samples, seed)
    process = NoisingProcess(learned.sigma, learned.kT)
    values = np.array(learned.protocol.getValues())
    layout = ParameterLayout(learned.network)
    k6 = slice(layout.getOffset("k_6"), layout.getOffset("k_6") + layout.getSize("k_6"))
    learnt = values[:, k6].copy()
    reversed_values = np.asarray(learned.protocol.forGeneration(learned.sigma).getValues())[::-1]
    for index, time in enumerate(learned.protocol.getTimes()):
        if time >= before:
            break
        noise = np.sqrt(process.getVariance(time)) * generator.standard_normal(chosen.shape)
        noised = process.getMeanFactor(time) * chosen + noise
        # In the energy of generation k_6 is twice that of the protocol.
        least = _SAFETY * _least_k6(learned.network, reversed_values[index], noised, generated[index]) / 2
        if time < _FLOOR_UNTIL:
            least = np.maximum(least, _FLOOR / (noised**2).mean(0) ** 2)
        values[index, k6] = np.maximum(learnt[index], least)
    raised = values[:, k6] > learnt
    factors = values[:, k6][raised] / learnt[raised]
    report = ConfiningReport(int(raised.sum()), raised.size, float(np.median(factors)) if raised.any() else 1.0)
    learned.protocol = DrivingProtocol(learned.network, learned.protocol.getTimes(), values)
    return learned, report


def _least_k6(network: OscillatorNetwork, theta: np.ndarray, noised: np.ndarray, generated: np.ndarray) -> np.ndarray:
    largest = np.abs(noised).max(0)
    visible = np.ones(len(largest), bool)
    visible[network.getLatentOscillators()] = False
    radius = largest[visible].max()
    reach = _MARGIN * np.where(visible, np.maximum(largest, _LEAST_SHARE * radius), largest)
    kept = (np.abs(generated) < np.where(visible, _MARGIN * radius, _MARGIN * largest)).all(1)
    return confining_k6(network, theta, np.concatenate([noised, generated[kept]]), reach)


def _generated(protocol_path: Path, samples: int, seed: int) -> np.ndarray:
    """States at the times of the protocol, [T][samples][N]."""
    steps = GenerationSettings.steps_per_slice
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paths.h5md"
        generate(protocol_path, path, GenerationSettings(samples, every=steps, seed=seed))
        file = open_trajectory(path)
        frames = [read_frame(file, frame, latent=True) for frame in range(file.getNumFrames())]
    return np.stack(frames[::-1]).astype(np.float64)
