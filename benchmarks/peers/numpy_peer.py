"""NumPy, with the gradient as matrix products (its BLAS does the work)."""

import numpy as np
from problem import STEP, THERMAL_ENERGY


def gradient(x, families, matrices, products):
    """grad U of states [replica][oscillator]; products(powers, matrices) multiplies x, x^2, x^3 by what they need.

    With K = 2 c_lin and D = c_duff symmetric and C = c_optomech [first][second],
    sum_j D_ij (x_i - x_j)^3 = x_i^3 sum_j D_ij - 3 x_i^2 (D x)_i + 3 x_i (D x^2)_i - (D x^3)_i.
    """
    square, cube = x * x, x * x * x
    stiffness, duffing, _ = matrices
    kx, dx, cx, dx2, cx2, dx3 = products(x, square, cube, matrices)
    onsite = families["bias"] + families["k_lin"] * x + families["k_duff"] * cube + families["k_6"] * cube * square
    linear = stiffness.sum(axis=-1) * x - kx
    quartic = duffing.sum(axis=-1) * cube - 3 * square * dx + 3 * x * dx2 - dx3
    return onsite + linear + quartic + 2 * x * cx + cx2


def products(x, square, cube, matrices):
    stiffness, duffing, optomech = matrices
    return x @ stiffness, x @ duffing, x @ optomech.T, square @ duffing, square @ optomech, cube @ duffing


class NumpyMatrices:
    name = "NumPy, matrix products"

    def __init__(self, problem):
        self.problem = problem
        self.slices = [problem.matrices(theta) for theta in problem.slices]
        self.generator = np.random.Generator(np.random.SFC64(1))
        self.x, self.time = problem.start.copy(), 0.0

    def _gradient(self, x, time):
        lower = int(time)
        weight = self.problem.dtype(time - lower)
        theta = (1 - weight) * self.problem.slices[lower] + weight * self.problem.slices[lower + 1]
        pairs = zip(self.slices[lower], self.slices[lower + 1], strict=True)
        matrices = [(1 - weight) * start + weight * end for start, end in pairs]
        return gradient(x, self.problem.split(theta), matrices, products)

    def force(self, states, time):
        return -self._gradient(states, time)

    def run(self, steps):
        scale = self.problem.dtype(np.sqrt(2 * THERMAL_ENERGY * STEP))
        for _ in range(steps):
            noise = self.generator.standard_normal(self.x.shape, dtype=self.problem.dtype)
            self.x += scale * noise - self.problem.dtype(STEP) * self._gradient(self.x, self.time)
            self.time = (self.time + STEP) % 15.0
