"""What everybody computes: overdamped steps of a driven network, dx = -grad U(x; theta(t)) dt + sqrt(2 kT dt) xi.

theta(t) is linear between slices 1 ps apart, is interpolated at every step, and repeats itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmmoscillators import DrivingProtocol, NetworkParameters, OscillatorNetwork, ParameterLayout
from openmmoscillators.benchmarking import random_protocol, thermal_states
from openmmoscillators.oscillators import PARAMETER_FAMILIES

KT = 0.1  # kJ/mol
STEP = 1e-3  # ps
SLICES = 16


class Unavailable(Exception):
    """Why an alternative takes no part."""


@dataclass(frozen=True)
class Problem:
    """A square lattice under a protocol of random parameters."""

    lattice: int
    range: int

    @cached_property
    def network(self) -> OscillatorNetwork:
        return OscillatorNetwork.squareLattice(self.lattice, self.lattice, self.range)

    @cached_property
    def protocol(self) -> DrivingProtocol:
        return random_protocol(self.network, SLICES)

    @cached_property
    def edges(self) -> np.ndarray:
        """(E, 2)"""
        return np.asarray(self.network.getEdges())

    @property
    def size(self) -> int:
        return self.network.getNumOscillators()

    def families(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Parts of parameters [..., P], by name."""
        layout = ParameterLayout(self.network)
        begin = {name: layout.getOffset(name) for name in PARAMETER_FAMILIES}
        return {name: values[..., begin[name] : begin[name] + layout.getSize(name)] for name in PARAMETER_FAMILIES}

    @cached_property
    def slices(self) -> dict[str, np.ndarray]:
        """theta by family, [SLICES][size of the family]."""
        return self.families(np.asarray(self.protocol.getValues()))

    @cached_property
    def matrices(self) -> dict[str, np.ndarray]:
        """The couplings as dense matrices, and with them grad U as products of matrices.

        Returns:
            coupling: [SLICES][3 N][N], the matrices K, C, D one above the other; local: [SLICES][4][N],
            the coefficients of x, x^3, x^5, 1.
        """
        return matrix_form(self.slices, self.edges, self.size)

    def states(self, count: int) -> np.ndarray:
        """(count, N)"""
        return thermal_states(count, self.size)

    def gradient(self, states: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        """grad U of this package, in double precision and one state at a time; theta of the first slice by default."""
        if values is None:
            values = np.asarray(self.protocol.getSlice(0).getValues())
        return -self.network.computeForces(NetworkParameters(self.network, values), states)

    def check(self, name: str, gradient: np.ndarray, states: np.ndarray, precision: str) -> None:
        """Raise RuntimeError unless an alternative's gradient (count, N) is that of this package."""
        expected = self.gradient(states)
        tolerance = {"single": 2e-5, "double": 1e-11}[precision]
        error = np.abs(np.asarray(gradient, float) - expected).max() / np.abs(expected).max()
        if not error < tolerance:
            raise RuntimeError(f"{name}: its gradient is off by {error:.1e} of the largest, expected < {tolerance}")


def matrix_form(families: dict[str, np.ndarray], edges: np.ndarray, size: int) -> dict[str, np.ndarray]:
    """grad U = local_1 x + local_3 x^3 + local_5 x^5 + bias - K x + 2 x (C x) + C^T x^2
    - 3 x^2 (D x) + 3 x (D x^2) - D x^3, with products of matrices, and K, D symmetric.
    """
    i, j = edges.T
    shape = families["c_lin"].shape[:-1]
    coupling = np.zeros((*shape, 3, size, size))
    coupling[..., 0, i, j] = coupling[..., 0, j, i] = 2 * families["c_lin"]
    coupling[..., 1, i, j] = families["c_optomech"]
    coupling[..., 2, i, j] = coupling[..., 2, j, i] = families["c_duff"]
    sums = coupling.sum(axis=-1)
    local = (families["k_lin"] + sums[..., 0, :], families["k_duff"] + sums[..., 2, :], families["k_6"])
    return {
        "coupling": coupling.reshape(*shape, 3 * size, size),
        "local": np.stack([*local, families["bias"]], axis=-2),
    }


def real_type(precision: str) -> type:
    return {"single": np.float32, "double": np.float64}[precision]
