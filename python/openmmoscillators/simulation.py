"""What recording and generating share: platforms, and Systems of many replicas of one network."""

from __future__ import annotations

import openmm
from openmm import unit

from ._plugin import supporting_platforms
from .errors import OscillatorsError
from .oscillators import DrivingProtocol, OscillatorNetwork, OscillatorNetworkForce, addParticles
from .stumbles import DEVICE_PLATFORMS, why_absent

#: The force group of the network's force, so that it can be measured apart from a trap.
NETWORK_GROUP = 1
#: Mass of an oscillator (Da) and friction (1/ps): with these, reduced units are OpenMM's own.
MASS, FRICTION = 1.0, 1.0
_GAS_CONSTANT = unit.MOLAR_GAS_CONSTANT_R.value_in_unit(unit.kilojoule_per_mole / unit.kelvin)
_FASTEST_FIRST = ("CUDA", "HIP", "OpenCL", "CPU", "Reference")


def temperature(thermal_energy: float) -> float:
    """The temperature in K at which kT is ``thermal_energy``, in kJ/mol."""
    return thermal_energy / _GAS_CONSTANT


def check_positive(**values: float) -> None:
    """Raise OscillatorsError naming the first value that is not a finite number > 0."""
    for name, value in values.items():
        if not 0 < value < float("inf"):
            raise OscillatorsError(f"{name.replace('_', ' ')} {value}, expected a number > 0")


def choose_platform(name: str | None = None, precision: str | None = None) -> tuple[openmm.Platform, dict[str, str]]:
    """A platform that has this plugin's kernels, and its properties for a Context.

    Args:
        name: as "Reference"; None for CPU if it has the kernels, else Reference.
        precision: "single", "mixed" or "double", where the platform lets one choose.

    Raises:
        OscillatorsError: there is no such platform, or it has no kernels or no such precision.
    """
    available = supporting_platforms()
    if name is None:
        name = "CPU" if "CPU" in available else "Reference"
    matches = [known for known in available if known.lower() == name.lower()]
    if not matches:
        shown = ", ".join(p for p in _FASTEST_FIRST if p in available)
        absent = [known for known in DEVICE_PLATFORMS if known.lower() == name.lower()]
        reason = f": {why_absent(absent[0])}" if absent else ""
        raise OscillatorsError(f"no platform {name!r} has the oscillator kernels, expected {shown}{reason}")
    platform = openmm.Platform.getPlatform(matches[0])
    if precision is None:
        return platform, {}
    if "Precision" not in platform.getPropertyNames():
        raise OscillatorsError(f"platform {matches[0]} offers no choice of precision")
    if precision not in ("single", "mixed", "double"):
        raise OscillatorsError(f"precision {precision!r}, expected single, mixed or double")
    return platform, {"Precision": precision}


def replica_system(
    network: OscillatorNetwork, protocol: DrivingProtocol, replicas: int
) -> tuple[openmm.System, OscillatorNetworkForce]:
    """A System of ``replicas`` copies of a network that share a protocol, and nothing else.

    Returns:
        The System, of replicas x N particles, and its force, in force group NETWORK_GROUP.
    """
    system = openmm.System()
    addParticles(system, replicas * network.getNumOscillators(), MASS)
    force = OscillatorNetworkForce(network, protocol)
    force.addReplicas(replicas, 0)
    force.setForceGroup(NETWORK_GROUP)
    system.addForce(force)
    return system, force
