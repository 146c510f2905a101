"""How the cost of this package grows with oscillators, edges, replicas and threads."""

from __future__ import annotations

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


def show(case: dict) -> None:
    """One line."""
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
