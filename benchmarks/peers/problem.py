"""What every peer computes: a driven network, as arrays."""

from dataclasses import dataclass

import numpy as np

from openmmoscillators import OscillatorNetwork
from openmmoscillators.benchmarking import random_protocol, thermal_states

FAMILIES = ("k_lin", "k_duff", "k_6", "bias", "c_lin", "c_optomech", "c_duff")
THERMAL_ENERGY = 0.1  # kJ/mol; mass 1 Da and friction 1/ps, so that displacements are in nm and times in ps
STEP = 1e-3  # ps


@dataclass
class Problem:
    """A square lattice under a protocol whose slices are 1 ps apart.

    slices holds theta [slice][parameter] in the flat order of ParameterLayout; times beyond the last
    slice are not asked for.
    """

    width: int
    range: int
    replicas: int
    dtype: np.dtype

    def __post_init__(self):
        self.network = OscillatorNetwork.squareLattice(self.width, self.width, self.range)
        self.protocol = random_protocol(self.network, slices=16)
        self.oscillators = self.network.getNumOscillators()
        self.edges = np.asarray(self.network.getEdges())
        count = self.protocol.getNumSlices()
        self.slices = np.array([self.protocol.getSlice(k).getValues() for k in range(count)], dtype=self.dtype)
        self.start = thermal_states(self.replicas, self.oscillators).astype(self.dtype)

    def split(self, theta):
        """The families of theta [..., parameter], by name."""
        oscillators, edges = self.oscillators, len(self.edges)
        sizes = [oscillators] * 4 + [edges] * 3
        ends = np.cumsum(sizes)
        return {name: theta[..., end - size : end] for name, size, end in zip(FAMILIES, sizes, ends, strict=True)}

    def matrices(self, theta):
        """Couplings as matrices: symmetric 2 c_lin and c_duff, and c_optomech [first][second]."""
        families, first, second = self.split(theta), self.edges[:, 0], self.edges[:, 1]
        result = []
        for name, factor, symmetric in (("c_lin", 2.0, True), ("c_duff", 1.0, True), ("c_optomech", 1.0, False)):
            matrix = np.zeros((*theta.shape[:-1], self.oscillators, self.oscillators), self.dtype)
            matrix[..., first, second] = factor * families[name]
            if symmetric:
                matrix[..., second, first] = matrix[..., first, second]
            result.append(matrix)
        return result
