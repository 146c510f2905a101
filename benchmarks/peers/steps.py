"""A whole step of all replicas: interpolation of theta(t), force, noise, update."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import jax_peers, numpy_peers, openmm_peers, ours, torch_peers
from .contenders import Prepare, race_in_processes, select
from .problem import Problem
from .timing import summary

CONTENDERS: dict[str, Prepare] = {
    ours.NAME: ours.prepare,
    jax_peers.MATRICES: jax_peers.prepare_matrices,
    jax_peers.EDGES: jax_peers.prepare_edges,
    jax_peers.AUTODIFF: jax_peers.prepare_autodiff,
    numpy_peers.MATRICES: numpy_peers.prepare_matrices,
    numpy_peers.EDGES: numpy_peers.prepare_edges,
    torch_peers.MATRICES: torch_peers.prepare_matrices,
    torch_peers.TORCHSDE: torch_peers.prepare_torchsde,
    openmm_peers.CUSTOM: openmm_peers.prepare_custom,
    openmm_peers.PYTHON: openmm_peers.prepare_python,
}


def measure(
    lattices: Sequence[tuple[int, int]],
    replica_counts: Sequence[int],
    precisions: Sequence[str],
    seconds: float,
    rounds: int,
    only: Sequence[str],
) -> Iterator[dict]:
    """Results of each case, as soon as it is measured.

    Args:
        lattices: (size, range) each.
        only: parts of names of contenders; empty for all.
    """
    for size, range_ in lattices:
        problem = Problem(size, range_)
        for replicas in replica_counts:
            for precision in precisions:
                yield _measure_case(problem, replicas, precision, seconds, rounds, only)


def _measure_case(
    problem: Problem, replicas: int, precision: str, seconds: float, rounds: int, only: Sequence[str]
) -> dict:
    chosen = select(CONTENDERS, ours.NAME, only)
    times, contenders, left_out = race_in_processes(chosen, (problem, replicas, precision), seconds, rounds)
    counts = {name: contender.count for name, contender in contenders.items()}
    rows = summary(times, counts, ours.NAME)
    for row in rows:
        row["replicas"] = counts[row["name"]]
    return {
        "kind": "step",
        "title": f"{problem.lattice} x {problem.lattice}, range {problem.range}, {replicas} replicas, {precision}",
        "unit": "us per replica and step",
        "lattice": problem.lattice,
        "range": problem.range,
        "edges": problem.network.getNumEdges(),
        "replicas": replicas,
        "precision": precision,
        "rows": rows,
        "left_out": left_out,
    }
