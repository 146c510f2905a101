"""The solvable case of generative diffusion (arXiv 2405.11932): two Gaussians at +mu and -mu of width sigma.

All in reduced units: dX = -X dt + sqrt(2) dW, kT = 1. Every function returns a dictionary of numbers, lists and arrays
that json (through jsonfiles) or HDF5 can hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import OscillatorsError
from .oscillators import (
    BootstrapOptions,
    EntropyProduction,
    FranzParisi,
    GaussianMixture,
    MixtureReverseProcess,
    OrnsteinUhlenbeckProcess,
    PathEnsemble,
    PathSimulator,
    TimeReversedProcess,
    classifySymmetry,
    cloneAgreement,
    estimateDetailedFluctuation,
    estimateExponentialAverage,
    reversePotential,
    speciationBoundary,
    speciationTime,
    unstableSymmetryBreakingTime,
)
from .simulation import check_positive

DIRECTIONS = ("forward", "reverse")
#: (mu, sigma) in the three phases, as in the paper.
SAMPLE_POINTS = ((1.0, 0.8), (0.4, 1.0), (4.0, 1.5))

Results = dict[str, Any]


@dataclass(frozen=True)
class PathSettings:
    """Two Gaussians and the chain that noises or generates them.

    Attributes:
        mu, sigma: distance of the means from the centre, standard deviation.
        direction: "forward" (noising) or "reverse" (generation).
        paths: number of independent paths.
        duration: noising time at which the process ends, or generation begins.
        steps: Euler-Maruyama steps.
        dimension: of the states; mu is the length of the mean.
        seed: of starts and noise.
    """

    mu: float = 1.0
    sigma: float = 0.8
    direction: str = "forward"
    paths: int = 10_000
    duration: float = 5.0
    steps: int = 500
    dimension: int = 1
    seed: int = 1

    def check(self) -> None:
        """Raise OscillatorsError naming the first setting that makes no sense."""
        if self.direction not in DIRECTIONS:
            raise OscillatorsError(f"direction {self.direction!r}, expected one of {', '.join(DIRECTIONS)}")
        check_positive(duration=self.duration)
        for name, least in (("paths", 2), ("steps", 1), ("dimension", 1)):
            if getattr(self, name) < least:
                raise OscillatorsError(f"{name} {getattr(self, name)}, expected at least {least}")

    @property
    def times(self) -> np.ndarray:
        return np.linspace(0.0, self.duration, self.steps + 1)

    @property
    def data(self) -> GaussianMixture:
        return two_gaussians(self.mu, self.sigma, self.dimension)


@dataclass(frozen=True)
class PathEntropies:
    """Entropies of every path in units of k, from the chain's exact ratio; midpoint_total from the Stratonovich sum."""

    environment: np.ndarray
    system: np.ndarray
    total: np.ndarray
    midpoint_total: np.ndarray


def two_gaussians(mu: float, sigma: float, dimension: int = 1) -> GaussianMixture:
    """1/2 N(m, sigma^2) + 1/2 N(-m, sigma^2) with |m| = mu along the diagonal."""
    check_positive(sigma=sigma)
    if not 0 <= mu < float("inf"):
        raise OscillatorsError(f"mu {mu}, expected a number >= 0")
    return GaussianMixture.symmetric([mu / dimension**0.5] * dimension, sigma)


def simulate(settings: PathSettings, backward: bool = False) -> PathEntropies:
    """Run the paths; with ``backward`` those of the theorem's other side (the same force, its protocol run back)."""
    settings.check()
    noised = settings.data.noised(settings.duration)
    if settings.direction == "forward":
        process, ends = OrnsteinUhlenbeckProcess(settings.dimension), (settings.data, noised)
    else:
        process, ends = MixtureReverseProcess(settings.data, settings.duration), (noised, settings.data)
    if backward:
        process, ends = TimeReversedProcess(process, 0.0, settings.duration), ends[::-1]
    simulator = PathSimulator(process, settings.times)
    simulator.setMeasuresWork(False)
    seed = 2 * settings.seed + backward
    simulator.setRandomNumberSeed(seed)
    return entropies(simulator.run(ends[0].sample(seed, settings.paths)), *ends)


def entropies(paths: PathEnsemble, start: GaussianMixture, end: GaussianMixture) -> PathEntropies:
    """The entropies of paths whose ends have known densities."""
    system = start.logDensities(paths.getInitialStates()) - end.logDensities(paths.getFinalStates())
    environment = paths.environmentEntropy
    return PathEntropies(environment, system, environment + system, paths.stratonovichEntropy + system)


def convergence(total: np.ndarray, points: int = 30) -> Results:
    """<e^-S> of the first n paths for n spread evenly in log n."""
    counts = np.unique(np.geomspace(min(10, len(total)), len(total), points).astype(int))
    averages = [estimateExponentialAverage(total[:count]) for count in counts]
    return {
        "paths": counts,
        "integral_fluctuation": np.array([average.value for average in averages]),
        "standard_error": np.array([average.standardError for average in averages]),
        "effective_sample_size": np.array([average.effectiveSampleSize for average in averages]),
    }


def fluctuation(settings: PathSettings, detailed: bool = False) -> Results:
    """The integral fluctuation theorem <e^-S> = 1 and, if asked for, the detailed one from backward paths."""
    measured = simulate(settings)
    options = BootstrapOptions(seed=settings.seed)
    exact = estimateExponentialAverage(measured.total, options)
    midpoint = estimateExponentialAverage(measured.midpoint_total, options)
    results: Results = {
        "mu": settings.mu,
        "sigma": settings.sigma,
        "direction": settings.direction,
        "paths": settings.paths,
        "steps": settings.steps,
        "duration": settings.duration,
        "dimension": settings.dimension,
        "integral_fluctuation": exact.value,
        "standard_error": exact.standardError,
        "confidence_interval": [exact.lower, exact.upper],
        "effective_sample_size": exact.effectiveSampleSize,
        "largest_share": exact.largestShare,
        "stratonovich_integral_fluctuation": midpoint.value,
        "stratonovich_standard_error": midpoint.standardError,
        "mean_total_entropy": measured.total.mean(),
        "mean_environment_entropy": measured.environment.mean(),
        "mean_system_entropy": measured.system.mean(),
    }
    if detailed:
        comparison = estimateDetailedFluctuation(measured.total, simulate(settings, backward=True).total)
        results["detailed"] = {
            "slope": comparison.slope,
            "slope_error": comparison.slopeError,
            "crossing": comparison.crossing,
            "crossing_error": comparison.crossingError,
            "total_entropy": comparison.centres,
            "log_ratio": comparison.logRatios,
            "log_ratio_error": comparison.errors,
        }
    return results


def entropy_production(mu: float, sigma: float, times: Sequence[float], dimension: int = 1) -> Results:
    """Entropy and its rates of change at noising times, of the forward and of the reverse process."""
    ensemble = EntropyProduction(two_gaussians(mu, sigma, dimension))
    rates = [ensemble.evaluate(float(time)) for time in times]
    columns = {
        "times": "time",
        "entropy": "entropy",
        "entropy_rate": "entropyRate",
        "production": "production",
        "flux": "flux",
        "reverse_production": "reverseProduction",
        "reverse_flux": "reverseFlux",
    }
    table = {key: np.array([getattr(rate, name) for rate in rates]) for key, name in columns.items()}
    return {"mu": mu, "sigma": sigma, "dimension": dimension, **table}


def speciation(mu: float, sigma: float) -> Results:
    """Where the reverse process breaks its symmetry: noising times, None where there is none by definition.

    ``speciation_time`` is the closed form; it is negative where the reverse process never speciates.
    """
    check_positive(sigma=sigma)
    unstable = sigma * sigma >= 2.0
    time = speciationTime(mu, sigma)
    agreement = cloneAgreement(two_gaussians(mu, sigma), time) if time > 0 else None
    return {
        "mu": mu,
        "sigma": sigma,
        "phase": classifySymmetry(mu, sigma),
        "speciates": time > 0,
        "speciation_time": time,
        "symmetry_breaking_time": unstableSymmetryBreakingTime(sigma) if unstable else None,
        "clone_agreement_at_speciation": agreement,
    }


def phase_diagram(points: int = 201) -> Results:
    """The boundaries of the three phases in the plane of sigma and mu, and the sample points."""
    sigma = np.linspace(0.0, 2.0**0.5, points)[1:]
    return {
        "sigma": sigma,
        "boundary_mu": np.array([speciationBoundary(value) for value in sigma]),
        "unstable_sigma": 2.0**0.5,
        "sample_points": [speciation(*point) for point in SAMPLE_POINTS],
    }


def reverse_potentials(mu: float, sigma: float, times: Sequence[float], x: np.ndarray) -> np.ndarray:
    """U_rev(x, t) - U_rev(0, t), an array (times, x)."""
    data = two_gaussians(mu, sigma)
    rows = [[reversePotential(data, float(time), [float(value)]) for value in (0.0, *x)] for time in times]
    return np.array([[value - row[0] for value in row[1:]] for row in rows])


def franz_parisi(
    mu: float,
    sigma: float,
    times: Sequence[float],
    distances: Sequence[float],
    dimension: int = 1,
    samples: int = 20_000,
) -> Results:
    """V(q, t) for mean squared distances q and noising times, arrays (times, distances)."""
    potential = FranzParisi(two_gaussians(mu, sigma, dimension))
    potential.setNumSamples(samples)
    rows = [[potential.potential(float(q), float(time)) for q in distances] for time in times]
    return {
        "mu": mu,
        "sigma": sigma,
        "dimension": dimension,
        "times": np.asarray(times, float),
        "distances": np.asarray(distances, float),
        "potential": np.array([[entry.value for entry in row] for row in rows]),
        "error": np.array([[entry.error for entry in row] for row in rows]),
    }
