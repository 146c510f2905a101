"""``oscillators info``: versions, platforms, where the plugin was found."""

from __future__ import annotations

import platform as machine
from typing import Any

import h5py
import numpy
import openmm

from .. import __version__
from .._plugin import plugin_directory, supporting_platforms
from ..installation import PlatformCheck, check_platforms
from ..stumbles import other_load_failures
from .common import Json, check_json, results, write_json


def collect() -> dict[str, Any]:
    """Versions, platforms, how they compare with Reference, and plugin load failures."""
    known = [openmm.Platform.getPlatform(i).getName() for i in range(openmm.Platform.getNumPlatforms())]
    return {
        "openmm_oscillators": __version__,
        "openmm": openmm.version.full_version,
        "python": machine.python_version(),
        "numpy": numpy.__version__,
        "h5py": h5py.__version__,
        "plugin_directory": plugin_directory(),
        "platforms": known,
        "platforms_with_oscillators": supporting_platforms(),
        "platform_checks": [check.as_dict() for check in check_platforms()],
        "plugin_load_failures": list(openmm.Platform.getPluginLoadFailures()),
    }


def _describe(check: PlatformCheck) -> str:
    if check.force_error is None or check.path_error is None:
        outcome = f"not usable: {check.problem}"
    else:
        errors = f"forces differ by {check.force_error:.1e}, a short path by {check.path_error:.1e} nm"
        outcome = f"FAILED: {errors}" if check.problem else f"ok: {errors}"
    precision = "" if check.precision == "any" else f" {check.precision}"
    return f"{check.platform}{precision}: {outcome}"


def info(json: Json = None) -> None:
    """Versions, platforms, whether each computes what Reference does, and what plugins failed to load.

    Example: oscillators info
    """
    check_json(json, overwrite=False)
    facts = collect()
    if json != "-":
        for name, value in facts.items():
            if name == "platform_checks":
                shown = "".join(f"\n  {_describe(PlatformCheck(**check))}" for check in value)
            elif name == "plugin_load_failures":
                shown = "; ".join(other_load_failures()) or "none, but for platforms above"
            else:
                shown = ("; ".join(value) or "none") if isinstance(value, list) else value
            results.print(f"[bold]{name.replace('_', ' ')}:[/bold] {shown}")
    write_json(facts, json, overwrite=False)
