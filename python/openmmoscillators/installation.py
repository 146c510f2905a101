"""A test of the installation: every platform against Reference, with forces and a short path."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import openmm
from openmm import unit

from ._plugin import supporting_platforms
from .oscillators import DrivingProtocol, OscillatorNetwork, OverdampedLangevinIntegrator
from .simulation import FRICTION, NETWORK_GROUP, replica_system
from .stumbles import DEVICE_PLATFORMS, explain, is_installed, why_absent

_REPLICAS, _STEPS, _STEP_SIZE, _TEMPERATURE = 3, 20, 0.005, 30.0
#: Largest difference from Reference: relative to the largest force, and of displacements in nm.
_TOLERANCE = {"single": 1e-4, "mixed": 1e-4, "double": 1e-8}


@dataclass(frozen=True)
class PlatformCheck:
    """How a platform compares with Reference; ``problem`` is empty if all is well.

    The precision is "any", and there are no errors, if the platform cannot be used at all.
    """

    platform: str
    precision: str
    force_error: float | None
    path_error: float | None
    problem: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def check_platforms() -> list[PlatformCheck]:
    """Compare every platform that has the kernels, in each of its precisions, with Reference.

    Platforms whose library of OpenMM is installed, but which cannot be used, are listed with the reason.
    """
    checks = []
    for name in supporting_platforms():
        if name in DEVICE_PLATFORMS:
            checks += _check_apart(name)
        elif name != "Reference":
            checks += check_platform(name)
    for name in DEVICE_PLATFORMS:
        problem = why_absent(name)
        if problem and is_installed(name):
            checks.append(_unusable(name, problem))
    return checks


def check_platform(name: str) -> list[PlatformCheck]:
    """Compare a platform, in each of its precisions, with Reference."""
    expected = _run("Reference", {}, "double")
    has_property = "Precision" in openmm.Platform.getPlatform(name).getPropertyNames()
    checks = [
        _check(name, {"Precision": precision} if has_property else {}, precision, expected) for precision in _TOLERANCE
    ]
    problems = {check.problem for check in checks}
    nothing_works = all(check.force_error is None for check in checks)
    return [_unusable(name, problems.pop())] if nothing_works and len(problems) == 1 else checks


def _check_apart(name: str) -> list[PlatformCheck]:
    """``check_platform`` in a process of its own, which a driver that does not fit may bring down."""
    program = "import sys; from openmmoscillators import installation; installation.print_checks(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", program, name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"the process ended with status {done.returncode}"]
        return [_unusable(name, explain(lines[-1]))]
    return [PlatformCheck(**check) for check in json.loads(done.stdout.splitlines()[-1])]


def print_checks(name: str) -> None:
    """Print the outcome of ``check_platform`` as a line of JSON."""
    print(json.dumps([check.as_dict() for check in check_platform(name)]))


def _unusable(name: str, problem: str) -> PlatformCheck:
    return PlatformCheck(name, "any", None, None, problem)


def _check(
    name: str, properties: dict[str, str], precision: str, expected: tuple[np.ndarray, np.ndarray]
) -> PlatformCheck:
    try:
        forces, path = _run(name, properties, precision)
    except openmm.OpenMMException as error:  # no device, or one that cannot do this
        return PlatformCheck(name, precision, None, None, explain(str(error)))
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
