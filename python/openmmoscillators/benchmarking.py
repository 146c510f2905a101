"""How long a step and a product of learning take on this machine."""

from __future__ import annotations

import os
import platform as machine
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import openmm

from .errors import OscillatorsError
from .generation import SCHEMES
from .oscillators import (
    DrivingProtocol,
    NoisedDataSource,
    NoisingProcess,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
    ParameterLayout,
    SampleAverages,
)
from .simulation import FRICTION, choose_platform, replica_system, temperature

_THERMAL_ENERGY = 0.1  # kJ/mol
_STEP = 1e-3  # ps
_REPETITIONS = 5


@dataclass(frozen=True)
class BenchmarkSettings:
    """What to measure.

    Attributes:
        lattice: oscillators along each side of the square lattice.
        range: Chebyshev range of its edges.
        replicas: in one Context.
        samples: over which a product A v is averaged.
        slices: of the driving protocol, 1 ps apart.
        scheme: of the integrator.
        platform: of OpenMM; None for CPU if it has the kernels, else Reference.
        precision: of the steps; None for what the platform does by itself.
        threads: of a platform that has threads, and of learning; None for all.
        seconds: at least as long is measured, of steps and of products.
    """

    lattice: int = 12
    range: int = 6
    replicas: int = 1024
    samples: int = 4096
    slices: int = 16
    scheme: str = "euler-maruyama"
    platform: str | None = None
    precision: str | None = None
    threads: int | None = None
    seconds: float = 2.0

    def check(self) -> None:
        """Raise OscillatorsError naming the first setting that makes no sense."""
        for name in ("lattice", "replicas", "samples", "slices"):
            if getattr(self, name) < 1:
                raise OscillatorsError(f"{name} {getattr(self, name)}, expected at least 1")
        if self.range < 0:
            raise OscillatorsError(f"range {self.range}, expected at least 0")
        if self.threads is not None and self.threads < 1:
            raise OscillatorsError(f"{self.threads} threads, expected at least 1")
        if self.scheme not in SCHEMES:
            raise OscillatorsError(f"scheme {self.scheme!r}, expected one of {', '.join(SCHEMES)}")
        if not 0 < self.seconds < float("inf"):
            raise OscillatorsError(f"seconds {self.seconds}, expected a number > 0")


def random_protocol(network: OscillatorNetwork, slices: int, seed: int = 1) -> DrivingProtocol:
    """A protocol of random parameters that differ from slice to slice and keep every oscillator near its site.

    The slices are 1 ps apart, the grid is one period. Couplings scale with the inverse number of
    neighbours, so that any size of network is as stiff.
    """
    layout = ParameterLayout(network)
    oscillators, edges = layout.getNumOscillators(), layout.getNumEdges()
    degree = max(1.0, 2.0 * edges / oscillators)
    generator = np.random.default_rng(seed)
    sizes = {"k_lin": 1.0, "k_duff": 0.1, "k_6": 0.1, "bias": 0.1}
    couplings = {"c_lin": 0.2 / degree, "c_optomech": 0.1 / degree, "c_duff": 0.1 / degree}
    values = np.empty((slices, layout.getNumParameters()))
    for name, size in (sizes | couplings).items():
        begin, count = layout.getOffset(name), layout.getSize(name)
        values[:, begin : begin + count] = size * generator.uniform(0.5, 1.5, (slices, count))
    times = np.arange(slices, dtype=float)
    return DrivingProtocol(network, times, values, "periodic" if slices > 1 else "hold")


def thermal_states(count: int, oscillators: int, seed: int = 2) -> np.ndarray:
    """States [count][oscillators] of the noise that generation starts from."""
    return np.sqrt(_THERMAL_ENERGY) * np.random.default_rng(seed).standard_normal((count, oscillators))


def benchmark_context(
    network: OscillatorNetwork, protocol: DrivingProtocol, settings: BenchmarkSettings
) -> tuple[openmm.Context, OscillatorNetworkForce, OverdampedLangevinIntegrator]:
    """A Context of ``settings.replicas`` replicas in thermal states, with nothing but the network's force.

    Raises:
        OscillatorsError: no such platform, or it does not offer the precision or threads.
    """
    on_cpu = choose_platform(settings.platform)[0].getName() == "CPU"
    platform, properties = choose_platform(settings.platform, None if on_cpu else settings.precision)
    if settings.threads is not None and "Threads" in platform.getPropertyNames():
        properties["Threads"] = str(settings.threads)
    system, force = replica_system(network, protocol, settings.replicas)
    integrator = OverdampedLangevinIntegrator(temperature(_THERMAL_ENERGY), FRICTION, _STEP)
    integrator.setScheme(settings.scheme)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(1)
    if on_cpu and settings.precision is not None:
        integrator.setPrecision(settings.precision)
    context = openmm.Context(system, integrator, platform, properties)
    force.setDisplacements(context, thermal_states(settings.replicas, network.getNumOscillators()))
    return context, force, integrator


def noised_samples(network: OscillatorNetwork, count: int, threads: int = 0) -> SampleAverages:
    """Noised thermal states at t = 1 ps, laid out for learning."""
    data = thermal_states(count, network.getNumOscillators())
    source = NoisedDataSource(network, NoisingProcess(1.0, _THERMAL_ENERGY), [1.0], data)
    return SampleAverages(network, source, 0, threads)


def _calls_per_repetition(run: Callable[[int], None], seconds: float, clock: Callable[[], float]) -> int:
    """How many calls, passed to ``run`` at once, take about ``seconds``."""
    calls = 1
    while True:
        elapsed = _timed(run, calls, clock)
        if elapsed > 0.2 * seconds:
            return max(1, round(calls * seconds / elapsed))
        calls *= 4


def _timed(run: Callable[[int], None], calls: int, clock: Callable[[], float]) -> float:
    """Seconds that ``run(calls)`` takes."""
    start = clock()
    run(calls)
    return clock() - start


def measure(
    settings: BenchmarkSettings = BenchmarkSettings(), clock: Callable[[], float] = time.perf_counter
) -> dict[str, Any]:
    """Measure, and say what was measured and on what.

    A whole step is interpolation of theta(t), force, noise and update, for all replicas in one
    Context. A product is A v of one sample, A = E[Phi^T Phi]; learning takes it in single precision
    whatever the precision of the steps. Times are the best and the median of repetitions.

    Args:
        settings: what to measure.
        clock: in seconds. With one thread on a machine that others use, time.process_time does
            not count their share.

    Raises:
        OscillatorsError: settings that make no sense, or that the platform does not offer.
    """
    settings.check()
    network = OscillatorNetwork.squareLattice(settings.lattice, settings.lattice, settings.range)
    protocol = random_protocol(network, settings.slices)
    context, force, integrator = benchmark_context(network, protocol, settings)
    step_times = _repeat(lambda calls: _take_steps(integrator, context, calls), settings.seconds, clock)
    if not np.isfinite(np.asarray(force.getDisplacements(context)._value)).all():
        raise OscillatorsError("the dynamics diverged: nothing was measured")
    averages = noised_samples(network, settings.samples, settings.threads or 0)
    vector = np.random.default_rng(3).standard_normal(network.getNumParameters())
    product_times = _repeat(lambda calls: _take_products(averages, vector, calls), settings.seconds, clock)

    platform = context.getPlatform()
    properties = {name: platform.getPropertyValue(context, name) for name in platform.getPropertyNames()}
    on_cpu = platform.getName() == "CPU"
    return {
        "lattice": settings.lattice,
        "range": settings.range,
        "oscillators": network.getNumOscillators(),
        "edges": network.getNumEdges(),
        "parameters": network.getNumParameters(),
        "replicas": settings.replicas,
        "slices": settings.slices,
        "scheme": settings.scheme,
        "platform": platform.getName(),
        "precision": integrator.getPrecision() if on_cpu else properties.get("Precision", "double"),
        "threads": int(properties.get("Threads", 1)),
        "samples": settings.samples,
        "sample_product_precision": "single",
        "sample_product_threads": settings.threads or os.cpu_count(),
        "repetitions": _REPETITIONS,
        "processor": processor_name(),
        "openmm": openmm.version.full_version,
        "microseconds_per_replica_step": 1e6 * min(step_times) / settings.replicas,
        "microseconds_per_replica_step_median": 1e6 * float(np.median(step_times)) / settings.replicas,
        "microseconds_per_sample_product": 1e6 * min(product_times) / settings.samples,
        "microseconds_per_sample_product_median": 1e6 * float(np.median(product_times)) / settings.samples,
    }


def processor_name() -> str:
    """As the operating system calls it."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return machine.processor() or machine.machine()


def _take_steps(integrator: OverdampedLangevinIntegrator, context: openmm.Context, calls: int) -> None:
    integrator.step(calls)
    context.getState()  # devices are asked to finish


def _take_products(averages: SampleAverages, vector: np.ndarray, calls: int) -> None:
    for _ in range(calls):
        averages.normalProduct(vector)


def _repeat(run: Callable[[int], None], seconds: float, clock: Callable[[], float]) -> list[float]:
    """Seconds a call, of each repetition."""
    run(1)  # whatever is set up once
    calls = _calls_per_repetition(run, seconds / _REPETITIONS, clock)
    return [_timed(run, calls, clock) / calls for _ in range(_REPETITIONS)]
