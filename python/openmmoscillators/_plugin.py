"""Whether OpenMM has loaded the plugin, and where it is installed."""

import os
from pathlib import Path

import openmm
import openmm.version

KERNELS = ("CalcOscillatorNetworkForce", "IntegrateOverdampedLangevinStep")

cmake_directory = str(Path(openmm.version.openmm_library_path) / "cmake" / "OpenMMOscillators")
"""Where C++ programs find the package: cmake -DOpenMMOscillators_DIR=<this>."""


def supporting_platforms():
    """Names of the OpenMM platforms that have the kernels of this plugin."""
    platforms = (openmm.Platform.getPlatform(i) for i in range(openmm.Platform.getNumPlatforms()))
    return [platform.getName() for platform in platforms if platform.supportsKernels(KERNELS)]


def plugin_directory():
    """The folder from which ``import openmm`` has loaded plugins."""
    installed = os.path.join(openmm.version.openmm_library_path, "plugins")
    return os.environ.get("OPENMM_PLUGIN_DIR", installed)


def check_kernels():
    """Raise ImportError, with what OpenMM says about it, if no platform has the kernels of this plugin."""
    if supporting_platforms():
        return
    failures = list(openmm.Platform.getPluginLoadFailures())
    reasons = "\n  ".join(failures) if failures else "OpenMM reports no failure: the libraries are not in that folder."
    hint = " (set by OPENMM_PLUGIN_DIR)" if "OPENMM_PLUGIN_DIR" in os.environ else ""
    raise ImportError(
        f"OpenMM has not loaded the oscillators plugin from {plugin_directory()}{hint}:\n  {reasons}\n"
        "Reinstall with: pip install --force-reinstall --no-deps openmm-oscillators"
    )
