"""Learning in place, on a simulated device: the network of an OpenMM Context, with errors of sensors and commands.

A device is given parameters and positions; it gives forces, or is let go and gives positions again. Nothing else is
known of it. What it generates with is not what was commanded but what acts, and in generation twice the commanded
energy acts, less the trap.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import openmm

from . import __version__
from .checkpoints import check_run_output, digest, open_checkpoint
from .datasets import DataSet, load_dataset
from .errors import OscillatorsError
from .files import check_input
from .learning import learned_protocol, learning_options, matching_rule, problem_from_data, report_values
from .learningsettings import LearningSettings, check_choices, chosen_matching
from .oscillators import (
    ContextDevice,
    DeviceErrors,
    DrivingProtocol,
    GeneratingDevice,
    ImperfectDevice,
    NetworkParameters,
    NoisedDataSource,
    NoisingProcess,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    ProtocolFile,
    ProtocolLearner,
    SensorErrors,
)
from .recording import trap_protocol
from .simulation import FRICTION, choose_platform, replica_system, temperature

#: As learning by local steps, for a data set.
IN_PLACE = LearningSettings(rule="denoising", optimizer="sgd", steps=500)
_REPLICAS = 128  # samples that are imposed at once
_POPULATION = 2048  # samples that are generated for the closed loop


def error_values(errors: DeviceErrors | SensorErrors) -> dict:
    """All settings of errors by name; those of sensors in dictionaries of their own."""
    names = [name for name, value in vars(type(errors)).items() if isinstance(value, property) and name != "thisown"]
    values = {name: getattr(errors, name) for name in names}
    return {name: error_values(value) if isinstance(value, SensorErrors) else value for name, value in values.items()}


def make_device(
    network: OscillatorNetwork,
    errors: DeviceErrors,
    platform: str | None = None,
    precision: str | None = None,
    thermal_energy: float = IN_PLACE.thermal_energy,
) -> ImperfectDevice:
    """A device with errors around the network of a Context.

    Args:
        thermal_energy: kT at which it moves where it is let go, in kJ/mol.

    Raises:
        OscillatorsError: no such platform.
        OpenMMException: errors that make no sense.
    """
    chosen, properties = choose_platform(platform, precision)
    system, force = replica_system(network, DrivingProtocol(NetworkParameters(network)), _REPLICAS)
    integrator = OverdampedLangevinIntegrator(temperature(thermal_energy), FRICTION, 0.001)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(1 + errors.seed)
    context = openmm.Context(system, integrator, chosen, properties)
    return ImperfectDevice(ContextDevice(context, force), errors)


def acting_protocol(
    device: ImperfectDevice, network: OscillatorNetwork, commanded: DrivingProtocol, sigma: float
) -> DrivingProtocol:
    """The protocol theta(t) that an ideal network would have to follow to generate what the device does.

    Generation commands 2 theta - trap, on which the errors of what is commanded act.
    """
    trap = np.asarray(trap_protocol(network, sigma).getValues())[0]
    values = []
    for theta in np.asarray(commanded.getValues()):
        driven = NetworkParameters(network, 2.0 * theta - trap)
        values.append((np.asarray(device.getActing(driven).getValues()) + trap) / 2.0)
    return DrivingProtocol(network, commanded.getTimes(), np.array(values))


def held_out_losses(
    network: OscillatorNetwork, data: DataSet, protocol: DrivingProtocol, settings: LearningSettings
) -> list[float]:
    """The denoising loss of a protocol on held-out states, at each of its times."""
    process = NoisingProcess(settings.sigma, settings.thermal_energy)
    times = np.asarray(protocol.getTimes())
    source = NoisedDataSource(network, process, times, data.held_out, 0, settings.seed + 1)
    source.setProtocol(protocol)
    count, losses = source.getNumSamples(), []
    for k, time in enumerate(times):
        pull = process.getMeanFactor(time) * source.readInitialPositions(k, 0, count) - source.readPositions(
            k, 0, count
        )
        error = source.readForces(k, 0, count) / settings.thermal_energy - pull / process.getVariance(time)
        losses.append(float(0.5 * (error**2).sum(axis=1).mean()))
    return losses


def check_settings(settings: LearningSettings, as_driven: bool) -> None:
    """Refuse what cannot be done in place."""
    check_choices(settings)
    if settings.optimizer == "exact":
        raise OscillatorsError("optimizer 'exact' is not local, expected adam or sgd")
    if as_driven and chosen_matching(settings) == "contrastive-divergence":
        raise OscillatorsError(
            "contrastive-divergence cannot be measured as driven: the rule reads motion in U at kT, and 2 U less the "
            "trap moves the network with twice the forces but the same noise"
        )
    if settings.latents is not None:
        raise OscillatorsError("latent oscillators cannot be learned in place")


def learn_in_place(
    path: str | os.PathLike,
    output: str | os.PathLike,
    errors: DeviceErrors,
    settings: LearningSettings = IN_PLACE,
    as_driven: bool = False,
    commanded: str | os.PathLike | None = None,
    platform: str | None = None,
    precision: str | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    resume: bool = False,
) -> dict:
    """Learn on a device with errors, and write the protocol that acts in it when it generates.

    A checkpoint beside the output is kept up while learning goes on, and removed when the files are written.

    Args:
        path: a data set; its noised states are imposed on the device.
        output: protocol file of what acts: an ideal network that follows it generates what the device does.
        errors: of the device.
        settings: of learning, with an optimizer whose updates are local. With the rule closed-loop the device
            generates the population, too.
        as_driven: measure the device as generation will drive it (2 theta less the trap).
        commanded: also write a protocol file of what was commanded.
        progress: called with slices done and to do.
        resume: continue an interrupted run of the same settings, errors and input from its checkpoint; from the
            beginning if it had not come to one.

    Returns:
        The report as numbers, and under "acting_losses" the denoising losses of what acts on held-out states.

    Raises:
        OscillatorsError: unusable input or settings, or a file cannot be written; a checkpoint of an interrupted
            run is there, and neither ``resume`` nor ``overwrite``; or it is of other settings or input.
    """
    check_settings(settings, as_driven)
    path, output = check_input(path), Path(output)
    outputs = [Path(file) for file in (output, commanded) if file is not None]
    check_run_output(output, overwrite, resume, *outputs[1:])
    problem = problem_from_data(path, settings)
    device = make_device(problem.network, errors, platform, precision, settings.thermal_energy)
    measured = GeneratingDevice(device, settings.sigma) if as_driven else device
    options = learning_options(settings, problem)
    options.feedback.populationSize = _POPULATION
    learner = ProtocolLearner(problem.network, options)
    said = asdict(settings) | {"as_driven": as_driven, "errors": error_values(errors)}
    del said["threads"]
    device_identity = {"version": __version__, "input": digest(path), "platform": platform, "precision": precision}
    checkpoint = open_checkpoint(output, said | device_identity, resume, overwrite)
    total = len(problem.source.getTimes())
    progress(0, total)
    protocol = learner.learnInPlace(
        matching_rule(settings, problem.source),
        problem.source,
        measured,
        lambda _slice, remaining: progress(total - remaining, total),
        checkpoint,
    )
    acting = acting_protocol(device, problem.network, protocol, settings.sigma)
    report = report_values(learner.getReport())
    report["acting_losses"] = held_out_losses(problem.network, load_dataset(path), acting, settings)
    for file, values in zip(outputs, (acting, protocol), strict=False):
        learned = learned_protocol(problem, values, said | {"source": path.name}, report)
        ProtocolFile.write(str(file), learned)
    checkpoint.remove()
    return report
