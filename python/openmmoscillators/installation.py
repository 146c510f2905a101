"""A test of the installation: every platform against Reference, with forces and a short path."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import openmm
from openmm import unit

from ._plugin import supporting_platforms
from .oscillators import DrivingProtocol, OscillatorNetwork, OverdampedLangevinIntegrator
from .simulation import FRICTION, NETWORK_GROUP, replica_system

_REPLICAS, _STEPS, _STEP_SIZE, _TEMPERATURE = 3, 20, 0.005, 30.0
#: Largest difference from Reference: relative to the largest force, and of displacements in nm.
_TOLERANCE = {"single": 1e-4, "mixed": 1e-4, "double": 1e-8}


@dataclass(frozen=True)
class PlatformCheck:
    """How a platform compares with Reference; ``problem`` is empty if all is well."""

    platform: str
    precision: str
    force_error: float | None
    path_error: float | None
    problem: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check_platforms() -> list[PlatformCheck]:
    """Compare every platform that has the kernels, in each of its precisions, with Reference."""
    expected = _run("Reference", {}, "double")
    checks = []
    for name in supporting_platforms():
        if name == "Reference":
            continue
        has_property = "Precision" in openmm.Platform.getPlatform(name).getPropertyNames()
        for precision in _TOLERANCE:
            checks.append(_check(name, {"Precision": precision} if has_property else {}, precision, expected))
    return checks


def _check(
    name: str, properties: dict[str, str], precision: str, expected: tuple[np.ndarray, np.ndarray]
) -> PlatformCheck:
    try:
        forces, path = _run(name, properties, precision)
    except openmm.OpenMMException as error:  # no device, or one that cannot do this
        reason = str(error).strip() or "OpenMM gives no reason"
        return PlatformCheck(name, precision, None, None, reason.splitlines()[0])
    force_error = float(np.abs(forces - expected[0]).max() / np.abs(expected[0]).max())
    path_error = float(np.abs(path - expected[1]).max())
    tolerance = _TOLERANCE[precision]
    differs = not (force_error <= tolerance and path_error <= tolerance)
    return PlatformCheck(
        name,
        precision,
        force_error,
        path_error,
        f"differs from Reference by more than {tolerance:g}" if differs else "",
    )


def _run(name: str, properties: dict[str, str], precision: str) -> tuple[np.ndarray, np.ndarray]:
    """Forces on, and displacements after a short path of, a small driven lattice."""
    network = OscillatorNetwork.squareLattice(4, 3, 1)
    generator = np.random.default_rng(1)
    slices = []
    for _ in range(2):
        values = generator.uniform(-0.5, 0.5, network.getNumParameters())
        values[: 3 * network.getNumOscillators()] += 1.0  # k_lin, k_duff, k_6
        slices.append(values)
    protocol = DrivingProtocol(network, [0.0, _STEPS * _STEP_SIZE], np.array(slices))
    system, force = replica_system(network, protocol, _REPLICAS)
    integrator = OverdampedLangevinIntegrator(_TEMPERATURE, FRICTION, _STEP_SIZE)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(1)
    integrator.setPrecision(precision)
    context = openmm.Context(system, integrator, openmm.Platform.getPlatform(name), properties)
    force.setDisplacements(context, generator.uniform(-1, 1, (_REPLICAS, network.getNumOscillators())))
    state = context.getState(getForces=True, groups={NETWORK_GROUP})
    forces = state.getForces(asNumpy=True).value_in_unit(unit.kilojoule_per_mole / unit.nanometer)
    integrator.step(_STEPS)
    return forces[:, 2], force.getDisplacements(context).value_in_unit(unit.nanometer)
