"""Generative networks of driven oscillators in OpenMM."""

from importlib.metadata import version as _distribution_version

from ._plugin import cmake_directory as cmake_directory
from .oscillators import *  # noqa: F403

__version__ = _distribution_version("openmm-oscillators")
