"""Why a platform that needs a device cannot be used here, in one line."""

from __future__ import annotations

import re
from pathlib import Path

import openmm

from ._plugin import plugin_directory, supporting_platforms

#: What pip installs a platform with; OpenCL comes with the package.
_REQUIREMENTS = {
    "OpenCL": "openmm-oscillators",
    "CUDA": "openmm-oscillators[cuda13], or [cuda12] for older drivers and GPUs",
    "HIP": "openmm-oscillators[hip7], or [hip6]",
}
#: Libraries that OpenMM's own need of the machine, by how their names begin.
_LIBRARIES = {
    "libOpenCL.": "there is no OpenCL library (Debian: ocl-icd-libopencl1, and the OpenCL driver of your device)",
    "libcuda.": "there is no NVIDIA driver",
    "libnvrtc.": "CUDA's compiler is missing: pip install nvidia-cuda-nvrtc of this version",
    "libcufft.": "CUDA's Fourier transforms are missing: pip install nvidia-cufft of this version",
    "libamdhip64.": "there is no ROCm of this version",
    "libhiprtc.": "there is no ROCm of this version",
}
_OLD_DRIVER = "the NVIDIA driver is older than CUDA: update it, or pip install OpenMM-CUDA-12"
#: What OpenMM's errors say, and what they mean.
_ERRORS = {
    "CUDA_ERROR_NO_DEVICE": "there is no GPU that CUDA can use",
    "CUDA_ERROR_UNSUPPORTED_PTX_VERSION": _OLD_DRIVER,
    "undefined symbol: cu": _OLD_DRIVER,
    "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH": "the parts of the NVIDIA driver have different versions: restart the machine",
    "invalid value for --gpu-architecture": "the GPU is older than CUDA supports: pip install OpenMM-CUDA-12 may help",
    "hipErrorNoDevice": "there is no GPU that HIP can use",
}

DEVICE_PLATFORMS = tuple(_REQUIREMENTS)


def why_absent(platform: str) -> str:
    """Why OpenMM has no such platform, or the platform no kernels of this plugin; "" if nothing is amiss.

    Args:
        platform: "OpenCL", "CUDA" or "HIP".
    """
    if platform in supporting_platforms():
        return ""
    requirement = f"pip install {_REQUIREMENTS[platform]}"
    if not is_installed(platform):
        return f"OpenMM has no {platform} platform here: {requirement}"
    failures = _load_failures()
    if f"OpenMM{platform}" in failures:
        reason = failures[f"OpenMM{platform}"]
        hints = [hint for library, hint in _LIBRARIES.items() if reason.startswith(library)]
        return f"{hints[0]} ({reason})" if hints else reason
    known = {openmm.Platform.getPlatform(i).getName() for i in range(openmm.Platform.getNumPlatforms())}
    if platform not in known:
        return f"OpenMM finds no {platform} driver"
    return failures.get(f"OpenMMOscillators{platform}", f"this plugin has no {platform} kernels here: {requirement}")


def other_load_failures() -> list[str]:
    """What OpenMM says of plugins that did not load; of those of device platforms ``why_absent`` tells."""
    of_devices = re.compile(rf"({'|'.join(DEVICE_PLATFORMS)})\.so:")
    return [failure for failure in openmm.Platform.getPluginLoadFailures() if not of_devices.search(failure)]


def is_installed(platform: str) -> bool:
    """Whether OpenMM's own library of a platform is where OpenMM looks for it."""
    return (Path(plugin_directory()) / f"libOpenMM{platform}.so").exists()


def explain(error: str) -> str:
    """An error of OpenMM in one line, after what it means for the user if that is known."""
    lines = error.strip().splitlines() or ["OpenMM gives no reason"]
    said = re.sub(r" at \S+:\d+$", "", lines[0])  # a line of OpenMM's source
    meanings = [meaning for sign, meaning in _ERRORS.items() if sign in error]
    return f"{meanings[0]} ({said})" if meanings else said


def _load_failures() -> dict[str, str]:
    """Why libraries did not load, by name, as "OpenMMCUDA"."""
    said = (
        re.match(r"Error loading library \S*/lib(\w+)\.so: (.*)", failure)
        for failure in openmm.Platform.getPluginLoadFailures()
    )
    return {match[1]: match[2] for match in said if match}
