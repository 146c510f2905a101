"""NumPy: products of matrices, everything written in place. Numba: a loop over edges, vectorised over replicas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .problem import KT, SLICES, STEP, Problem, Unavailable, real_type

MATRICES = "NumPy, matrix products"
EDGES = "Numba, loop over edges"


class MatrixGradient:
    """grad U of states [N][count] with arrays that are used again at every step."""

    def __init__(self, problem: Problem, count: int, precision: str):
        real, self.size, self.count = real_type(precision), problem.size, count
        self.coupling = problem.matrices["coupling"].astype(real)
        self.local = problem.matrices["local"].astype(real)
        self.now = np.empty_like(self.coupling[0]), np.empty_like(self.local[0])
        self.difference = np.empty_like(self.coupling[0])
        self.first = np.empty((3 * self.size, count), real)
        self.powers = np.empty((self.size, 2 * count), real)
        self.d_powers = np.empty((self.size, 2 * count), real)
        self.squares, self.work = np.empty((2, self.size, count), real)

    def set_time(self, time: float) -> None:
        """Interpolate theta."""
        lower = int(time) % (SLICES - 1)
        weight = self.local.dtype.type(time % 1.0)
        for slices, now in ((self.coupling, self.now[0]), (self.local, self.now[1])):
            difference = self.difference[: len(now)]
            np.subtract(slices[lower + 1], slices[lower], out=difference[: len(now), : now.shape[1]])
            np.multiply(difference, weight, out=difference)
            np.add(slices[lower], difference, out=now)

    def __call__(self, x: np.ndarray, out: np.ndarray) -> None:
        (coupling, local), n, r, work = self.now, self.size, self.count, self.work
        square, cube = self.powers[:, :r], self.powers[:, r:]
        np.multiply(x, x, out=square)
        np.multiply(square, x, out=cube)
        np.matmul(coupling, x, out=self.first)
        np.matmul(coupling[n : 2 * n].T, square, out=self.squares)
        np.matmul(coupling[2 * n :], self.powers, out=self.d_powers)
        linear, cubic, quintic, bias = (local[k][:, None] for k in range(4))
        np.multiply(square, quintic, out=out)
        out += cubic
        out *= square
        out += linear
        np.multiply(x, self.first[2 * n :], out=work)
        np.subtract(self.d_powers[:, :r], work, out=work)
        work *= 3
        work += self.first[n : 2 * n]
        work += self.first[n : 2 * n]
        out += work
        out *= x
        out += bias
        out -= self.first[:n]
        out += self.squares
        out -= self.d_powers[:, r:]


def prepare_matrices(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """A function that takes steps, and for how many replicas."""
    real = real_type(precision)
    gradient = MatrixGradient(problem, replicas, precision)
    x = np.ascontiguousarray(problem.states(replicas).T.astype(real))

    def find_gradient(time: float, slope: np.ndarray) -> None:
        gradient.set_time(time)
        gradient(x, slope)

    return _stepper(MATRICES, problem, x, find_gradient, precision), replicas


def prepare_edges(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """Normals are NumPy's, which are faster than Numba's."""
    try:
        from .numba_kernels import add_gradient, interpolate
    except ImportError as error:
        raise Unavailable(str(error)) from error
    real = real_type(precision)
    i, j = np.ascontiguousarray(problem.edges.T.astype(np.int32))
    slices = {name: np.ascontiguousarray(values.astype(real)) for name, values in problem.slices.items()}
    now = {name: np.empty_like(values[0]) for name, values in slices.items()}
    x = np.ascontiguousarray(problem.states(replicas).T.astype(real))

    def find_gradient(time: float, slope: np.ndarray) -> None:
        lower, weight = int(time) % (SLICES - 1), real(time % 1.0)
        for name, values in slices.items():
            interpolate(values[lower], values[lower + 1], weight, now[name])
        add_gradient(x, i, j, *now.values(), slope)

    return _stepper(EDGES, problem, x, find_gradient, precision), replicas


def _stepper(
    name: str, problem: Problem, x: np.ndarray, find_gradient: Callable[[float, np.ndarray], None], precision: str
) -> Callable[[int], None]:
    """Euler-Maruyama steps of the states x [N][count], in place; the gradient at time 0 is checked first."""
    real = x.dtype.type
    slope, noise = np.empty_like(x), np.empty_like(x)
    find_gradient(0.0, slope)
    problem.check(name, slope.T, problem.states(x.shape[1]), precision)
    generator, taken = np.random.Generator(np.random.SFC64(1)), 0

    def run(steps: int) -> None:
        nonlocal taken
        for _ in range(steps):
            find_gradient(STEP * taken, slope)
            slope.__imul__(real(STEP))
            generator.standard_normal(out=noise, dtype=real)
            noise.__imul__(real(np.sqrt(2 * KT * STEP)))
            np.subtract(x, slope, out=x)
            np.add(x, noise, out=x)
            taken += 1
        if not np.isfinite(x).all():
            raise RuntimeError(f"{name}: its states are not finite")

    return run
