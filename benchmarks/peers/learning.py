"""Learning: a product A v, a step of Adam, a whole slice of time. Everybody has the same noised digits.

A = E[Phi^T Phi] over the samples, Phi(x) theta = grad U. In all of these the work is one gradient and one transposed
product a sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import jax_peers, learning_jax, learning_ours
from .contenders import Prepare, race_in_processes, select
from .digits import SOLVE, Digits
from .ours import NAME
from .problem import Problem
from .timing import summary

CASES: dict[str, dict[str, Prepare]] = {
    "product A v": {
        NAME: learning_ours.prepare_product,
        jax_peers.MATRICES: learning_jax.prepare_product,
    },
    "step of Adam": {
        NAME: learning_ours.prepare_adam,
        jax_peers.MATRICES: learning_jax.prepare_matrix_adam,
        jax_peers.AUTODIFF: learning_jax.prepare_autodiff_adam,
    },
    f"slice solved to a residual of {SOLVE.tolerance:g}": {
        NAME: learning_ours.prepare_slice,
        jax_peers.MATRICES: learning_jax.prepare_slice,
    },
}


def measure(size: int, range_: int, samples: int, seconds: float, rounds: int, only: Sequence[str]) -> Iterator[dict]:
    """Results of the cases on a lattice, as soon as each is measured; only: parts of names of contenders."""
    digits = Digits(Problem(size, range_), samples)
    for kind, prepares in CASES.items():
        times, contenders, _ = race_in_processes(select(prepares, NAME, only), (digits,), seconds, rounds)
        rows = summary(times, dict.fromkeys(times, samples), NAME)
        yield {
            "kind": kind,
            "title": f"{kind}, {size} x {size}, range {range_}, {samples} samples",
            "unit": "us per sample",
            "lattice": size,
            "range": range_,
            "samples": samples,
            "precision": "single",
            "rows": [row | (contenders[row["name"]].outcome or {}) for row in rows],
        }
