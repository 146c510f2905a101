"""One core for everybody, and what machine it was. To be imported before anything that computes."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_PACKAGES = ("openmm-oscillators", "openmm", "numpy", "jax", "numba", "torch", "torchsde", "diffrax")


def use_one_core(core: int) -> None:
    """Pin this process, and the threads it will start, to a core.

    OpenBLAS has no kernels of its own for the newest processors and takes those of an older one;
    where there is AVX-512 it is told to use it, which makes NumPy faster. This package uses no BLAS.
    """
    os.sched_setaffinity(0, {core})
    for name in _ONE_THREAD:
        os.environ[name] = "1"
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["JAX_ENABLE_X64"] = "1"
    if "avx512f" in _cpuinfo("flags"):
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")


def describe() -> dict[str, str]:
    """Processor and versions."""
    found = {"processor": _cpuinfo("model name")}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def load_average() -> float:
    """Processes that wanted a core in the last minute; times are uncertain where it is above the number of cores."""
    return os.getloadavg()[0]


def _cpuinfo(field: str) -> str:
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith(field)), "unknown")
