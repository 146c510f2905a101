"""Thermodynamics of networks with latent oscillators: heat where categories are given, and when they are decided."""

from __future__ import annotations

import numpy as np
from openmm import unit

from .conditions import Condition, codes_of, make_given
from .datasets import DataSet
from .errors import OscillatorsError
from .escapes import EscapeGuard
from .evaluation import escaped
from .generation import GenerationSettings, batch_size, check_protocol, make_context
from .oscillators import LearnedProtocol, NetworkProcess, PathObserver
from .samples import visible_displacements
from .thermodynamics import Results
from .thermodynamics_networks import Generation, NetworkSettings, mean_and_error
from .thermodynamics_transitions import class_reader, clone


def measure_heat(learned: LearnedProtocol, settings: NetworkSettings, category: int | None = None) -> Results:
    """Heat, work and entropy of a generated sample, of oscillators that are generated rather than given.

    A given oscillator is a part of the drive: it gives no heat, and what moves it does work. Without a category,
    networks that have learned with given categories are given those of the data, with their shares.

    Raises:
        OscillatorsError: settings or a category that make no sense; more samples than a Context takes at once.
    """
    settings.check()
    check_protocol(learned)
    largest = batch_size(learned.network.getNumOscillators())
    if settings.samples > largest:
        raise OscillatorsError(f"{settings.samples} samples, expected at most {largest}")
    generator = np.random.default_rng(settings.seed)
    given = make_given(learned, Condition(category), settings.samples, generator)
    chosen = GenerationSettings(settings.samples, settings.steps_per_slice)
    context, force, integrator = make_context(learned, chosen, 0, given, generator)
    integrator.setRandomNumberSeed(settings.seed)
    guard = EscapeGuard(context, force, integrator)
    observer = PathObserver(NetworkProcess(learned.network, force.getProtocol(), learned.kT), True)
    observer.hold(np.flatnonzero(np.isfinite(given)).astype(np.int32))

    def observe() -> np.ndarray:
        states = force.getDisplacements(context).value_in_unit(unit.nanometer)
        observer.observe(context.getTime().value_in_unit(unit.picosecond), states)
        return states

    observe()
    for _ in range(settings.steps_per_slice * (learned.protocol.getNumSlices() - 1)):
        guard.step(1)
        states = observe()
    paths = observer.getEnsemble()
    lost = guard.escaped | escaped(visible_displacements(learned.network, states))
    if lost.sum() > settings.samples - 2:
        raise OscillatorsError(f"{lost.sum()} of {settings.samples} paths escaped: nothing is left to measure")
    measured = {"heat": paths.getHeat(), "work": paths.work, "environment_entropy": paths.environmentEntropy}
    results: Results = {"samples": settings.samples, "escaped_share": float(lost.mean())}
    for name, values in measured.items():
        results[name], results[f"{name}_error"] = mean_and_error(np.asarray(values)[~lost])
        results[f"{name}_median"] = float(np.median(np.asarray(values)[~lost]))
    return results


def measure_category(learned: LearnedProtocol, data: DataSet, settings: NetworkSettings) -> Results:
    """When generation decides for a category and when for the class of its picture, by cloning.

    Raises:
        OscillatorsError: the network has no categories, or they are given.
    """
    codes = codes_of(learned)
    if codes.categories is None or codes.clamped:
        raise OscillatorsError("the network decides for no category: learn with --latents category --joint")
    latent = np.asarray(learned.network.getLatentOscillators())
    readers = {
        "category": lambda states: codes.nearest_category(states[:, latent]),
        "class": class_reader(data, learned),
    }
    times = np.asarray(learned.protocol.getTimes())
    return {"noising_times": times, **clone(Generation(learned, settings), readers)}
