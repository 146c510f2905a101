"""Other ways to do what this plugin does, side by side in one run on one core.

    python benchmarks/peers --lattice 12 --range 6 --replicas 1 64 1024 --json peers.json --plot peers.png

Times are CPU time, the best of several repetitions; compare ratios, not times of different runs. A
step is theta(t), force, noise and update. Each peer's force is first checked against ours. Peers
whose packages are missing are left out and named.
"""

import os

# One thread, and OpenBLAS's best kernels where it would pick older ones: before NumPy is loaded.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
with open("/proc/cpuinfo") as processor:
    if "avx512f" in processor.read():
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import argparse
import importlib
import json
import time

import numpy as np
from problem import Problem

STEP_PEERS = (
    ("ours", "Ours"),
    ("jax_peers", "JaxMatrices"),
    ("jax_peers", "JaxEdges"),
    ("numpy_peer", "NumpyMatrices"),
    ("numba_peer", "NumbaEdges"),
    ("openmm_peers", "OpenMMCustomForces"),
    ("openmm_peers", "OpenMMPythonForce"),
)
PRODUCT_PEERS = (("ours", "OursProduct"), ("jax_peers", "JaxProduct"))
MOST_BONDS = 10**6  # of custom forces: more take minutes to set up


def load(peers):
    classes = []
    for module, name in peers:
        try:
            classes.append(getattr(importlib.import_module(module), name))
        except ImportError as error:
            print(f"left out: {name} ({error})")
    return classes


def best_time(work, seconds):
    """CPU seconds a call of work(calls), which is repeated for about this long."""
    calls = 1
    work(calls)
    while (elapsed := cpu_time(work, calls)) < seconds / 10:
        calls *= 4
    repetitions = max(3, int(seconds / elapsed))
    return min([elapsed] + [cpu_time(work, calls) for _ in range(repetitions - 1)]) / calls


def cpu_time(work, calls):
    start = time.process_time()
    work(calls)
    return time.process_time() - start


def check_forces(peer, reference, problem):
    """The peer's forces are ours, within rounding."""
    tolerance = 2e-5 if problem.dtype == np.float32 else 1e-11
    for at in getattr(peer, "checked_times", (0.0, 0.3, 2.75)):
        expected, found = reference.force(problem.start, at), peer.force(problem.start, at)
        error = np.abs(found - expected).max() / np.abs(expected).max()
        if not error < tolerance:
            raise SystemExit(f"{peer.name}: forces at t = {at} ps differ from ours by {error:.1e} of the largest")


def measure_steps(classes, settings, replicas, dtype):
    problem = Problem(settings.lattice, settings.range, replicas, dtype)
    reference = classes[0](problem)
    rows = []
    for peer_class in classes:
        if peer_class.__name__ == "OpenMMCustomForces" and replicas * len(problem.edges) > MOST_BONDS:
            continue
        peer = peer_class(problem)
        check_forces(peer, reference, problem)
        rows.append((peer.name, 1e6 * best_time(peer.run, settings.seconds) / replicas))
    return rows


def measure_products(classes, settings):
    """A v a sample, in single precision: learning here takes no other."""
    problem = Problem(settings.lattice, settings.range, 1, np.float32)
    vector = np.random.default_rng(3).normal(size=problem.network.getNumParameters())
    rows = []
    for peer_class in classes:
        peer = peer_class(problem, settings.samples)

        def work(calls, peer=peer):
            for _ in range(calls):
                peer.product(vector)

        rows.append((peer.name, 1e6 * best_time(work, settings.seconds) / settings.samples))
    return rows


def report(title, rows):
    print(f"\n{title}")
    ours = rows[0][1]
    for name, microseconds in rows:
        print(f"  {name:38} {microseconds:10.3f} us {microseconds / ours:9.1f} x")


def plot(results, path):
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(len(results), 1, figsize=(8, 2.2 * len(results)), constrained_layout=True)
    for axis, (title, rows) in zip(np.atleast_1d(axes), results.items(), strict=True):
        names, times = zip(*reversed(rows), strict=True)
        bars = axis.barh(names, times, color=["C1" if name == rows[0][0] else "C0" for name in names])
        axis.bar_label(bars, [f"{value:.3g}" for value in times], padding=3)
        axis.set(xscale="log", title=title, xlabel="µs")
        axis.margins(x=0.15)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lattice", type=int, default=12)
    parser.add_argument("--range", type=int, default=6)
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 64, 1024])
    parser.add_argument("--precision", nargs="+", choices=("single", "double"), default=["single", "double"])
    parser.add_argument("--samples", type=int, default=4096, help="of a product A v")
    parser.add_argument("--seconds", type=float, default=2.0, help="to measure each peer for")
    parser.add_argument("--json", help="write the times to this file")
    parser.add_argument("--plot", help="draw them to this file")
    settings = parser.parse_args()

    step_classes, product_classes = load(STEP_PEERS), load(PRODUCT_PEERS)
    lattice = f"{settings.lattice} x {settings.lattice}, range {settings.range}"
    results = {}
    for precision in settings.precision:
        dtype = np.float32 if precision == "single" else np.float64
        for replicas in settings.replicas:
            title = f"{lattice}, {replicas} replicas, {precision}: µs a replica and step"
            results[title] = measure_steps(step_classes, settings, replicas, dtype)
            report(title, results[title])
    title = f"{lattice}, A v, single: µs a sample"
    results[title] = measure_products(product_classes, settings)
    report(title, results[title])
    if settings.json:
        with open(settings.json, "w") as file:
            json.dump({title: dict(rows) for title, rows in results.items()}, file, indent=1)
    if settings.plot:
        plot(results, settings.plot)


main()
