"""How much memory learning takes, and how it grows with the number of slices."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

import numpy as np

_MANY = 100  # slices
_LEARN = """
import resource, sys
import numpy as np
import openmmoscillators as o
size, range_, samples, slices = map(int, sys.argv[1:])
network = o.OscillatorNetwork.squareLattice(size, size, range_)
data = np.random.default_rng(1).standard_normal((samples, size * size)).astype(np.float32)
source = o.NoisedDataSource(network, o.NoisingProcess(), np.geomspace(0.1, 1.0, slices), data)
learner = o.ProtocolLearner(network, o.LearningOptions(maxIterations=1))
learner.learn(o.DenoisingForceMatching(), source)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(size: int, range_: int, samples: int, slice_counts: Sequence[int]) -> Iterator[dict]:
    """The most memory that learning takes, for each number of slices; last what a line through them says of many."""
    case = {"lattice": size, "range": range_, "samples": samples}
    found = []
    for slices in slice_counts:
        found.append(_gigabytes(size, range_, samples, slices))
        yield {"kind": "memory", "slices": slices, "gigabytes": found[-1]} | case
    growth, start = np.polyfit(slice_counts, found, 1)
    yield {"kind": "extrapolated", "slices": _MANY, "gigabytes": start + _MANY * growth, "a_slice": growth} | case


def _gigabytes(size: int, range_: int, samples: int, slices: int) -> float:
    """Of a process of its own; iterations are cut short, for they need no more."""
    line = [sys.executable, "-c", _LEARN, *map(str, (size, range_, samples, slices))]
    kilobytes = int(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    return kilobytes * 1024 / 1e9


def show(case: dict) -> None:
    """One line."""
    print(f"{case['kind']:14}{case['slices']:6} slices{case['gigabytes']:8.3f} GB")
