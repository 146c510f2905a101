"""How to learn: settings, what may be chosen, and the times of the slices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .errors import OscillatorsError
from .latents import LatentSettings
from .oscillators import (
    ContrastiveDivergence,
    DenoisingForceMatching,
    ForceMatching,
    LocalRule,
    NoisingProcess,
    ReversedPath,
    uniformInLogNoise,
)
from .simulation import check_positive

CLOSED_LOOP = "closed-loop"
MATCHING_RULES: dict[str, type[LocalRule]] = {
    "denoising": DenoisingForceMatching,
    "implicit": ForceMatching,
    "contrastive-divergence": ContrastiveDivergence,
    "reversed-path": ReversedPath,
}
RULES = (CLOSED_LOOP, *MATCHING_RULES)
#: The motion that rules learn from, see RecordSettings; other rules look at positions one at a time.
MOTIONS = {"contrastive-divergence": "free-evolution", "reversed-path": "noising-step"}
OPTIMIZERS = ("exact", "adam", "sgd")
LEARNING_RATES = {"adam": 0.1, "sgd": 0.01}
SCHEDULES = ("constant", "cosine", "exponential")
GRIDS = ("log-noise", "linear")


# Earliest slice by kind of data set, in ps: the variance of a mixture's wells is that of the noise at t = 0.005.
FIRST_TIMES = {"lattice": 0.02, "mixture": 0.002}
# kT of these times, in kJ/mol. Where the closed loop is solved exactly, it is their noise that counts: with less, wells
# would have to be narrower than the energy of pairs can make them, and the loop diverges.
_FIRST_TIMES_KT = 0.1
# At most, in units of sigma^2: later, little is left of the data.
_LATEST_FIRST_TIME = 0.8


@dataclass(frozen=True)
class LearningSettings:
    """How to learn.

    Attributes:
        rule: one of RULES. "closed-loop" corrects what matching has learned until generated samples have the local
            averages of the data.
        matching: the rule that the closed loop corrects, one of MATCHING_RULES; None for denoising if the data are
            known, else implicit.
        slices: number of times of the protocol; a recording brings its own times.
        first_time, last_time: in ps. Generation ends at first_time; None for that of default_first_time().
        grid: one of GRIDS: the slices are uniform in log(exp(2 t / sigma^2) - 1), or in t.
        range: Chebyshev range of the lattice's edges; a recording brings its network.
        samples: noised samples at each time, None for one a training state; from a recording, the
            number of replicas read, None for all.
        held_out_share: of a recording's replicas, for the held-out loss; a data set brings its own.
        thermal_energy: kT in kJ/mol. A recording of this package brings its own, and sigma.
        sigma: width of the trap of the noising process.
        optimizer: one of OPTIMIZERS: "exact" solves for the optimum of each slice, which is not local; the others
            take local steps from minibatches, as a device could.
        steps, batch, learning_rate, schedule, average: of local steps, see StochasticOptions. The learning rate is
            that of LEARNING_RATES if None.
        ridge: see LearningOptions; None for 1e-2, or 3e-3 with latent oscillators.
        minimum_k6, tolerance, max_iterations: see LearningOptions. A latent oscillator whose codes have the size a may
            have a k_6 less by the factor a^4, in nm.
        interval: of the motion that a rule of MOTIONS is shown, in units of v(t) / kT, the time in which the noise of
            a sample relaxes; > 0 and < 0.5. None: as in INTERVALS of recordings. A recording brings its own.
        repetitions: how often a free evolution is repeated from every sample.
        latents: codes of the data that latent oscillators carry, None for none; from a data set only.
        seed: of the noise.
        threads: 0 for all.
    """

    rule: str = CLOSED_LOOP
    matching: str | None = None
    slices: int = 32
    first_time: float | None = None
    last_time: float = 5.0
    grid: str = "log-noise"
    range: int = 6
    samples: int | None = None
    held_out_share: float = 0.1
    thermal_energy: float = 0.1
    sigma: float = 1.0
    optimizer: str = "exact"
    steps: int = 2000
    batch: int = 512
    learning_rate: float | None = None
    schedule: str = "cosine"
    average: float = 0.25
    ridge: float | None = None
    minimum_k6: float = 0.01
    tolerance: float = 1e-3
    max_iterations: int = 200
    interval: float | None = None
    repetitions: int = 16
    latents: LatentSettings | None = None
    seed: int = 0
    threads: int = 0


def default_first_time(settings: LearningSettings, kind: str) -> float:
    """The earliest time, in ps: one at which the noise is less than the data's details, see FIRST_TIMES.

    For a closed loop that is solved exactly, the noise of that time at kT = 0.1 decides, whatever the temperature.
    """
    time = FIRST_TIMES[kind]
    if settings.rule != CLOSED_LOOP or settings.optimizer != "exact" or settings.thermal_energy == _FIRST_TIMES_KT:
        return time
    square = settings.sigma**2
    share = _FIRST_TIMES_KT / settings.thermal_energy * -np.expm1(-2.0 * time / square)
    latest = -np.expm1(-2.0 * _LATEST_FIRST_TIME)
    return float(-0.5 * square * np.log1p(-min(share, latest)))


def time_grid(settings: LearningSettings, kind: str = "lattice") -> np.ndarray:
    """The times of the slices, in ps.

    Args:
        kind: of the data set.

    Raises:
        OscillatorsError: fewer than two slices, times out of order, or no such grid.
    """
    check_positive(sigma=settings.sigma, thermal_energy=settings.thermal_energy)
    first_time = default_first_time(settings, kind) if settings.first_time is None else settings.first_time
    check_positive(first_time=first_time)
    if settings.slices < 2:
        raise OscillatorsError(f"{settings.slices} slices, expected at least 2")
    if not first_time < settings.last_time < float("inf"):
        raise OscillatorsError(f"last time {settings.last_time}, expected more than the first, {first_time}")
    _check_choice("grid", settings.grid, GRIDS)
    if settings.grid == "linear":
        return np.linspace(first_time, settings.last_time, settings.slices)
    process = NoisingProcess(settings.sigma, settings.thermal_energy)
    return np.asarray(uniformInLogNoise(process, first_time, settings.last_time, settings.slices))


def _check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    if value not in choices:
        raise OscillatorsError(f"{name} {value!r}, expected one of {', '.join(choices)}")


def check_choices(settings: LearningSettings) -> None:
    """Raise OscillatorsError naming a rule, optimizer or schedule that there is not."""
    for name, choices in (("rule", RULES), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
        _check_choice(name, getattr(settings, name), choices)
    if settings.matching is not None:
        _check_choice("matching", settings.matching, MATCHING_RULES)


def chosen_matching(settings: LearningSettings) -> str | None:
    """The rule that matches, as chosen; None for the default of the closed loop."""
    return settings.matching if settings.rule == CLOSED_LOOP else settings.rule


def learning_rate(settings: LearningSettings) -> float:
    """Of the first local step: as chosen, or that of LEARNING_RATES."""
    if settings.learning_rate is None:
        return LEARNING_RATES.get(settings.optimizer, 1.0)  # that of an exact solve is not read
    return settings.learning_rate
