"""Generative networks of driven oscillators in OpenMM."""

from importlib.metadata import version as _distribution_version

from ._plugin import check_kernels as _check_kernels
from ._plugin import cmake_directory as cmake_directory
from .oscillators import *  # noqa: F403

__version__ = _distribution_version("openmm-oscillators")

_check_kernels()
