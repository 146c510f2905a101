"""Protocol files as Python sees them: the network, theta(t), and what was said about its learning."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
from openmm import OpenMMException

from .errors import OscillatorsError
from .files import check_input
from .latents import codes_from_json
from .oscillators import PARAMETER_FAMILIES, LearnedProtocol, ParameterLayout, ProtocolFile
from .probing import probe


def load_protocol(path: str | os.PathLike) -> LearnedProtocol:
    """Read a protocol file.

    Raises:
        OscillatorsError: missing or damaged file, another format, a newer version.
    """
    path = check_input(path)
    probe(path, lambda: ProtocolFile.read(str(path)))
    try:
        return ProtocolFile.read(str(path))
    except OpenMMException as error:
        raise OscillatorsError(str(error)) from error


def load_unconditioned(path: str | os.PathLike) -> LearnedProtocol:
    """Read a protocol file whose network generates all by itself.

    Raises:
        OscillatorsError: as load_protocol(), or the network has learned with given categories.
    """
    learned = load_protocol(path)
    codes = codes_from_json(learned.codes)
    if codes is not None and codes.clamped:
        raise OscillatorsError(
            f"{path} was learned with given categories, which drive generation from outside: use "
            "--joint, or measure `oscillators thermodynamics heat`"
        )
    return learned


def family_curves(learned: LearnedProtocol) -> dict[str, np.ndarray]:
    """Each family of parameters over the times of the protocol: name -> [T][size]."""
    layout = ParameterLayout(learned.network)
    values = np.asarray(learned.protocol.getValues())
    curves = {}
    for name in PARAMETER_FAMILIES:
        begin = layout.getOffset(name)
        curves[name] = values[:, begin : begin + layout.getSize(name)]
    return curves


def lattice_size(learned: LearnedProtocol) -> tuple[int, int]:
    """Width and height; a network that is no lattice counts as one row."""
    if learned.latticeWidth > 0:
        return learned.latticeWidth, learned.latticeHeight
    return learned.network.getNumOscillators(), 1


def learning_report(learned: LearnedProtocol) -> dict[str, Any]:
    """What the learner reported: ``times`` and lists of one value a time, among others."""
    return json.loads(learned.report)
