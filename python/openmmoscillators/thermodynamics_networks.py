"""Thermodynamics of learned networks: generation as a driven process with work, heat, entropy and transitions.

Generation time s runs from 0; the noising time is t = t_f - s. Energies are in kJ/mol, entropies in units of k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .errors import OscillatorsError
from .evaluation import escaped
from .oscillators import (
    DrivingProtocol,
    GaussianMixture,
    LearnedProtocol,
    NetworkProcess,
    PathEnsemble,
    PathSimulator,
    estimateBennett,
    estimateExponentialAverage,
    estimateLearnedRates,
)
from .samples import visible_displacements
from .thermodynamics import Results

_RELAXATION_STEP = 2e-3  # ps; shorter where generation takes shorter steps


@dataclass(frozen=True)
class NetworkSettings:
    """How many paths of a learned network are run, and how finely.

    Attributes:
        samples: number of paths.
        steps_per_slice: Euler-Maruyama steps between neighbouring times of the protocol.
        seed: of starts and noise.
    """

    samples: int = 1000
    steps_per_slice: int = 16
    seed: int = 1

    def check(self) -> None:
        """Raise OscillatorsError naming the first setting that makes no sense."""
        for name, least in (("samples", 4), ("steps_per_slice", 1)):
            if getattr(self, name) < least:
                raise OscillatorsError(f"{name.replace('_', ' ')} {getattr(self, name)}, expected at least {least}")


class Generation:
    """The generating process of a learned protocol, possibly slowed down, cut at the times of its slices."""

    def __init__(self, learned: LearnedProtocol, settings: NetworkSettings, slowness: float = 1.0) -> None:
        settings.check()
        if learned.protocol.getNumSlices() < 2:
            raise OscillatorsError("a protocol of a single time cannot generate, expected at least 2")
        reversed_protocol = learned.protocol.forGeneration(learned.sigma)
        self.learned = learned
        self.settings = settings
        self.times = slowness * np.asarray(reversed_protocol.getTimes())
        self.noising_times = np.asarray(learned.protocol.getTimes())[::-1]
        self.protocol = DrivingProtocol(learned.network, self.times, reversed_protocol.getValues())
        self.process = NetworkProcess(learned.network, self.protocol, learned.kT)
        self.last = len(self.times) - 1
        self.noise = GaussianMixture(learned.network.getNumOscillators())
        self.noise.addIsotropicComponent(1.0, [0.0] * self.noise.getDimension(), learned.kT * learned.sigma**2)
        self._steps = max(1, round(settings.steps_per_slice * slowness))

    def start(self) -> np.ndarray:
        """States from N(0, kT sigma^2)."""
        return self.noise.sample(self.settings.seed, self.settings.samples)

    def run(
        self, states: np.ndarray, first: int, last: int, seed: int | None = None, work: bool = True
    ) -> PathEnsemble:
        """Paths from slice ``first`` to slice ``last``, with their work if asked for; overflow is not-a-number."""
        pieces = [np.linspace(*self.times[k : k + 2], self._steps + 1)[1:] for k in range(first, last)]
        grid = np.concatenate([self.times[first : first + 1], *pieces])
        simulator = PathSimulator(self.process, grid)
        simulator.setRandomNumberSeed(self.settings.seed if seed is None else seed)
        simulator.setMarksEscapes(True)
        simulator.setMeasuresWork(work)
        return simulator.run(states, first * self._steps)

    def relax(self, states: np.ndarray, index: int, duration: float, seed: int) -> np.ndarray:
        """States after some time in the constant energy of one slice, without those that escaped."""
        process = NetworkProcess(self.learned.network, DrivingProtocol(self.protocol.getSlice(index)), self.learned.kT)
        beside = min(index, self.last - 1)
        step = min(_RELAXATION_STEP, (self.times[beside + 1] - self.times[beside]) / self._steps)
        simulator = PathSimulator(process, np.linspace(0.0, duration, max(1, round(duration / step)) + 1))
        simulator.setRandomNumberSeed(seed)
        simulator.setMeasuresWork(False)
        simulator.setMarksEscapes(True)
        return self.kept(simulator.run(states).getFinalStates())

    def escaped(self, states: np.ndarray) -> np.ndarray:
        """Whether states [count][N] have escaped: their visible oscillators, as codes may be large."""
        return escaped(visible_displacements(self.learned.network, states))

    def kept(self, states: np.ndarray) -> np.ndarray:
        """The states [count][N] that have not escaped."""
        return states[~self.escaped(states)]


def mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Mean and its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5)


def _gaussian_fit(states: np.ndarray) -> GaussianMixture:
    """A Gaussian of the states' mean and covariance, the covariance shrunk towards a round one (Ledoit and Wolf)."""
    from sklearn.covariance import LedoitWolf

    fitted = LedoitWolf().fit(states)
    fit = GaussianMixture(states.shape[1])
    fit.addComponent(1.0, fitted.location_, fitted.covariance_.ravel())
    return fit


def _fluctuation(environment: np.ndarray, initial: np.ndarray, states: np.ndarray) -> Results:
    """<e^-S> of the second half of the paths.

    The density at their end is a Gaussian fitted to the first half: a normalised one that knows nothing of them, as the
    theorem demands.

    Args:
        environment, initial: entropy given to the environment and log-density of the start, [paths].
        states: where the paths are, [paths][N].
    """
    half = len(states) // 2
    total = environment[half:] + initial[half:] - _gaussian_fit(states[:half]).logDensities(states[half:])
    average = estimateExponentialAverage(total)
    return {
        "integral_fluctuation": average.value,
        "integral_fluctuation_error": average.standardError,
        "effective_sample_size": average.effectiveSampleSize,
        "total_entropy": float(total.mean()),
    }


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def measure_generation(learned: LearnedProtocol, settings: NetworkSettings) -> Results:
    """Heat, work and entropy along generation, and the rates of entropy with the learned force as the score.

    The integral fluctuation theorem needs a normalised density at the end of the paths: a Gaussian fitted to other
    paths. It holds for any such density, but the average converges only while that density is near the true one and
    little entropy has been produced: ``effective_sample_size`` tells until when.
    """
    generation = Generation(learned, settings)
    states = generation.start()
    initial = generation.noise.logDensities(states)
    sums = {name: np.zeros(settings.samples) for name in ("heat", "work", "environment_entropy")}
    alive = np.ones(settings.samples, bool)
    rows = []
    for k in range(generation.last + 1):
        alive &= ~generation.escaped(states)
        row = {"times": generation.times[k], "noising_times": generation.noising_times[k], "escaped": 1 - alive.mean()}
        theta = learned.protocol.getSlice(generation.last - k)
        rates = estimateLearnedRates(learned.network, theta, learned.kT, learned.sigma, states[alive])
        for name in ("production", "flux", "reverseFlux", "fisherFromForces", "fisherFromDivergence"):
            rate = getattr(rates, name)
            row[_snake(name)], row[f"{_snake(name)}_error"] = rate.value, rate.error
        for name, values in sums.items():
            row[name], row[f"{name}_error"] = mean_and_error(values[alive])
        row |= _fluctuation(sums["environment_entropy"][alive], initial[alive], states[alive])
        rows.append(row)
        if k < generation.last:
            paths = generation.run(states, k, k + 1)
            states = paths.getFinalStates()
            sums["heat"] += paths.getHeat()
            sums["work"] += paths.work
            sums["environment_entropy"] += paths.environmentEntropy
    results: Results = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    last = rows[-1]
    return {
        "samples": settings.samples,
        "heat_per_sample": last["heat"],
        "heat_per_sample_error": last["heat_error"],
        "heat_per_sample_median": float(np.median(sums["heat"][alive])),
        "work_per_sample": last["work"],
        "work_per_sample_error": last["work_error"],
        "environment_entropy_per_sample": last["environment_entropy"],
        "escaped_share": last["escaped"],
        **results,
    }


def free_energy_ladder(
    generation: Generation, last: int, relaxation: float, downwards: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Free energies of the energies of slices 0 to ``last``, by Bennett's ratio between equilibria of neighbours.

    A population relaxes for ``relaxation`` ps in each slice, carried from the first to the last; or downwards from the
    last, where it starts as generated. What does not relax in that time shows as the difference of the two ways.

    Returns:
        F_k - F_0 and its standard error.
    """
    order = list(range(last + 1))
    states = generation.start()
    if downwards:
        order.reverse()
        states = generation.kept(generation.run(states, 0, last, work=False).getFinalStates())
    populations = {}
    for step, k in enumerate(order):
        states = generation.relax(
            states, k, (5 if step == 0 else 1) * relaxation, generation.settings.seed + 1000 + step
        )
        populations[k] = states
    changes, errors = [], []
    for k in range(last):
        energy = {
            (i, j): generation.process.computePotentials(generation.times[i], populations[j])
            for i in (k, k + 1)
            for j in (k, k + 1)
        }
        up, down = energy[k + 1, k] - energy[k, k], energy[k, k + 1] - energy[k + 1, k + 1]
        estimate = estimateBennett(up, down, generation.learned.kT)
        changes.append(estimate.value)
        errors.append(estimate.standardError)
    return np.append(0.0, np.cumsum(changes)), np.append(0.0, np.sqrt(np.cumsum(np.square(errors))))


def speed_curve(
    learned: LearnedProtocol,
    settings: NetworkSettings,
    factors: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
    until: float = 2.0,
    relaxation: float = 0.3,
) -> Results:
    """Work and heat of generation run ``factors`` times slower, from equilibrium, against the quasi-static bound.

    The second law says <W> >= Delta F between the equilibria of the first and the last energy. Delta F is computed
    going up the slices and going down; the two differ by what does not relax, and the lower one is the bound.
    Generation is followed to the noising time ``until``: closer to the data an energy of sixth degree holds its states
    only for a while, and slow driving loses them to remote wells.

    Raises:
        OscillatorsError: factors that are not > 0, or ``until`` beyond the protocol's times.
    """
    if len(factors) == 0 or any(not 0 < factor < np.inf for factor in factors):
        raise OscillatorsError(f"factors {list(factors)}, expected numbers > 0")
    reference = Generation(learned, settings)
    last = int(np.searchsorted(-reference.noising_times, -until, side="right")) - 1
    if last < 1:
        raise OscillatorsError(f"noising time {until}, expected one below {reference.noising_times[1]:g}")
    free_energies: Results = {}
    for name in ("up", "down"):
        values, errors = free_energy_ladder(reference, last, relaxation, name == "down")
        free_energies |= {f"free_energy_{name}": values[-1], f"free_energy_{name}_error": errors[-1]}
    start = reference.relax(reference.start(), 0, 5.0 * learned.sigma**2, settings.seed + 7)
    rows = []
    for factor in factors:
        generation = Generation(learned, settings, factor)
        paths = generation.run(start, 0, last, settings.seed + 11)
        alive = ~generation.escaped(paths.getFinalStates())
        row = {"slowness": factor, "durations": generation.times[last], "escaped": 1 - alive.mean()}
        measured = {"work": paths.work, "chain_work": paths.getChainWork(), "heat": paths.getHeat()}
        for name, values in measured.items():
            row[name], row[f"{name}_error"] = mean_and_error(values[alive])
        rows.append(row)
    table = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    bound = min(free_energies["free_energy_up"], free_energies["free_energy_down"])
    return {
        "kT": learned.kT,
        "samples": settings.samples,
        "last_noising_time": reference.noising_times[last],
        **free_energies,
        "keeps_to_bound": bool((table["work"] + 3 * table["work_error"] >= bound).all()),
        **table,
    }
