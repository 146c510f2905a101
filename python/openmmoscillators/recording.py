"""Recording the noising process with the forces of a network: what the local rules learn from."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py
import numpy as np
import openmm

from .datasets import DataSet
from .errors import OscillatorsError
from .files import new_file
from .oscillators import (
    DrivingProtocol,
    LearnedProtocol,
    NetworkParameters,
    NoisingProcess,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    StepSchedule,
    TrajectoryRecorder,
)
from .simulation import FRICTION, NETWORK_GROUP, check_positive, choose_platform, replica_system, temperature

ROUTES = ("exact", "simulated")
_GROUP = "oscillators/noising"


@dataclass(frozen=True)
class Noising:
    """What a recording says about the noising process and the data, besides the H5MD part.

    Attributes:
        thermal_energy: kT in kJ/mol.
        sigma: width of the trap.
        mean, standard_deviation: normalisation of the data.
        width, height, range: of the lattice.
        route: "exact" or "simulated".
    """

    thermal_energy: float
    sigma: float
    mean: float
    standard_deviation: float
    width: int
    height: int
    range: int
    route: str


def read_noising(path: str | os.PathLike) -> Noising | None:
    """What record() wrote into a recording; None for a recording from elsewhere."""
    with h5py.File(path, "r") as file:
        if _GROUP not in file:
            return None
        attributes = dict(file[_GROUP].attrs)
    kinds = {"float": float, "int": int, "str": str}
    fields = Noising.__dataclass_fields__
    return Noising(**{name: kinds[field.type](attributes[name]) for name, field in fields.items()})


def trap_protocol(network: OscillatorNetwork, sigma: float) -> DrivingProtocol:
    """A constant protocol: the trap x^2 / (2 sigma^2) on every oscillator, and no couplings."""
    parameters = NetworkParameters(network)
    parameters.fillFamily("k_lin", 1.0 / sigma**2)
    return DrivingProtocol(parameters)


def record(
    data: DataSet,
    path: str | os.PathLike,
    times: Sequence[float],
    network_range: int = 6,
    measured: LearnedProtocol | None = None,
    samples: int | None = None,
    thermal_energy: float = 0.1,
    sigma: float = 1.0,
    route: str = "exact",
    maximum_step: float = 0.005,
    full: bool = False,
    seed: int = 0,
    platform: str | None = None,
    precision: str | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Record noised training states and the network's forces on them, in a Context.

    The first frame, at t = 0, holds the data; each time is one more frame.

    Args:
        data: the training states start the paths.
        path: H5MD file to write.
        times: strictly increasing, in ps, > 0.
        network_range: Chebyshev range of the lattice's edges; ``measured`` brings its own.
        measured: whose forces are measured; None for the trap of the noising process.
        samples: number of paths; training states are repeated or left out to get it. None: one each.
        thermal_energy: kT in kJ/mol.
        sigma: width of the trap.
        route: "exact" imposes the exact transition from time to time (Ornstein-Uhlenbeck);
            "simulated" integrates the trap, while the network's force is measured in a force
            group that is not integrated.
        maximum_step: in ps, of the simulated route.
        full: also record positions, velocities and total forces of all particles.
        progress: called with frames done and to do.

    Raises:
        OscillatorsError: a value out of range, no such platform, or the file cannot be written.
    """
    check_positive(thermal_energy=thermal_energy, sigma=sigma, maximum_step=maximum_step)
    if route not in ROUTES:
        raise OscillatorsError(f"route {route!r}, expected one of {', '.join(ROUTES)}")
    count = len(data.train) if samples is None else samples
    if count < 1:
        raise OscillatorsError(f"{count} samples, expected at least 1")
    if measured is None:
        network = OscillatorNetwork.squareLattice(data.width, data.height, network_range)
        protocol = trap_protocol(network, sigma)
    else:
        network, protocol, network_range = measured.network, measured.protocol, measured.latticeRange
        if network.getNumOscillators() != data.num_oscillators:
            raise OscillatorsError(
                f"the protocol is of {network.getNumOscillators()} oscillators, "
                f"expected {data.num_oscillators} as in the data set"
            )
    chosen, properties = choose_platform(platform, precision)
    system, force = replica_system(network, protocol, count)
    generator = np.random.default_rng(seed)
    integrator = _make_integrator(system, times, thermal_energy, sigma, maximum_step, generator)
    with new_file(path, overwrite) as temporary:
        context = openmm.Context(system, integrator, chosen, properties)
        order = np.resize(generator.permutation(len(data.train)), count)
        states = data.train[order].astype(np.float64)
        force.setDisplacements(context, states)
        recorder = TrajectoryRecorder(str(temporary), context, force, _recording_options(full))
        recorder.record()
        progress(1, len(times) + 1)
        previous = 0.0
        process = NoisingProcess(sigma, thermal_energy)
        for k, time in enumerate(times):
            if route == "exact":
                interval = time - previous
                noise = generator.standard_normal(states.shape)
                states = process.getMeanFactor(interval) * states + np.sqrt(process.getVariance(interval)) * noise
                context.setTime(time)
                force.setDisplacements(context, states)
                recorder.record()
            else:
                recorder.recordAtTimes([time])
            previous = time
            progress(k + 2, len(times) + 1)
        recorder.close()
        _write_noising(
            temporary,
            Noising(
                thermal_energy,
                sigma,
                data.mean,
                data.standard_deviation,
                data.width,
                data.height,
                network_range,
                route,
            ),
        )


def _make_integrator(
    system: openmm.System,
    times: Sequence[float],
    thermal_energy: float,
    sigma: float,
    maximum_step: float,
    generator: np.random.Generator,
) -> OverdampedLangevinIntegrator:
    """An integrator of the trap alone, which is added to the system in force group 0."""
    trap = openmm.CustomExternalForce("stiffness * z^2 / 2")
    trap.addGlobalParameter("stiffness", 1.0 / sigma**2)
    for particle in range(system.getNumParticles()):
        trap.addParticle(particle)
    system.addForce(trap)
    integrator = OverdampedLangevinIntegrator(temperature(thermal_energy), FRICTION, maximum_step)
    integrator.setScheme("stochastic-heun")
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setIntegrationForceGroups({0})
    integrator.setRandomNumberSeed(int(generator.integers(1, 2**31)))
    integrator.setStepSchedule(StepSchedule.withMaximumStep([0.0, *times], maximum_step))
    return integrator


def _recording_options(full: bool) -> RecordingOptions:
    groups = [NETWORK_GROUP] if full else []
    return RecordingOptions(positions=full, velocities=full, forces=full, forceGroups=groups)


def _write_noising(path: Path, noising: Noising) -> None:
    with h5py.File(path, "r+") as file:
        file.create_group(_GROUP).attrs.update(asdict(noising))
