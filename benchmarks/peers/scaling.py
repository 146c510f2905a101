"""How the cost of this package grows with oscillators, edges, replicas and threads, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from openmmoscillators.benchmarking import BenchmarkSettings
from openmmoscillators.benchmarking import measure as measure_here
from openmmoscillators.files import new_file

SWEEPS: dict[str, tuple[str, list[dict]]] = {
    "oscillators": ("oscillators (range 6)", [{"lattice": n} for n in (6, 8, 10, 12, 16, 20, 24, 28)]),
    "edges": ("edges (12 x 12)", [{"range": n} for n in (0, 1, 2, 3, 4, 6, 8, 11)]),
    "replicas": ("replicas (12 x 12, range 6)", [{"replicas": 4**n} for n in range(7)]),
    "threads": ("threads (12 x 12, range 6)", [{"threads": 1}, {"threads": 2}]),
}


def measure(seconds: float) -> Iterator[dict]:
    """Figures of ``oscillators benchmark``, case by case; on the CPU platform, in single precision.

    Processor time is counted, except where threads are varied.
    """
    for quantity, (label, variations) in SWEEPS.items():
        for variation in variations:
            given = {"platform": "CPU", "precision": "single", "threads": 1, "seconds": seconds} | variation
            clock = time.perf_counter if quantity == "threads" else time.process_time
            figures = measure_here(BenchmarkSettings(**given), clock)
            yield {"kind": "scaling", "quantity": quantity, "label": label} | figures


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


def learning_memory(size: int, range_: int, samples: int, slices: int) -> dict:
    """The most memory that learning took, in a process of its own; iterations are cut short, for they need no more."""
    line = [sys.executable, "-c", _LEARN, *map(str, (size, range_, samples, slices))]
    kilobytes = int(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    case = {"lattice": size, "range": range_, "samples": samples, "slices": slices}
    return {"kind": "memory", "gigabytes": kilobytes * 1024 / 1e9} | case


def show(case: dict) -> None:
    """One line."""
    if case["kind"] == "memory":
        print(json.dumps(case))
        return
    named = f"{case['quantity']} {case[case['quantity']]}"
    step, product = case["microseconds_per_replica_step"], case["microseconds_per_sample_product"]
    print(f"{named:18}{step:10.4g} us a step and replica{product:10.4g} us a product A v and sample")


def plot(cases: list[dict], path: Path) -> None:
    """One panel a quantity."""
    measured = {case.get("quantity") for case in cases}
    sweeps = {quantity: label for quantity, (label, _) in SWEEPS.items() if quantity in measured}
    figure = Figure(figsize=(3.4 * len(sweeps), 3.4), layout="constrained")
    panels = figure.subplots(1, len(sweeps), squeeze=False)[0]
    for axes, (quantity, label) in zip(panels, sweeps.items(), strict=True):
        rows = [case for case in cases if case.get("quantity") == quantity]
        values = [row[quantity] for row in rows]
        for name, title in (("replica_step", "step, a replica"), ("sample_product", "product A v, a sample")):
            if quantity == "replicas" and name == "sample_product":
                continue
            axes.plot(values, [row[f"microseconds_per_{name}"] for row in rows], "o-", label=title)
        axes.set_xlabel(label)
        axes.set_ylim(bottom=0)
        if quantity == "replicas":
            axes.set_xscale("log")
    panels[0].set_ylabel("microseconds")
    panels[0].legend()
    with new_file(path, overwrite=True) as temporary:
        figure.savefig(temporary, dpi=120)
