"""Learning: a product A v, a step of Adam, a whole slice of time. Everybody has the same noised digits.

A = E[Phi^T Phi] over the samples, Phi(x) theta = grad U. In all of these the work is one gradient and one transposed
product a sample; an alternative has them as products of matrices, or from automatic differentiation. Ours is in single
precision with sums over blocks of samples in double; the others are in single precision throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from openmmoscillators import (
    DenoisingForceMatching,
    LearningOptions,
    NoisedDataSource,
    NoisingProcess,
    ProtocolLearner,
    SampleAverages,
)
from openmmoscillators.datasets import make_lattice
from openmmoscillators.mnist import load_mnist

from .jax_peers import energy, matrix_gradient
from .ours import NAME
from .problem import KT, Problem
from .timing import Run, race, summary

MATRICES = "JAX, matrix products"
AUTODIFF = "JAX, grad and vmap of the energy"
TOLERANCE, RIDGE = 1e-3, 1e-2
_TIME = 0.3  # ps
_RATE, _BETA1, _BETA2, _EPSILON = 1e-3, 0.9, 0.999, 1e-8
_MOST_ITERATIONS = 1000


@dataclass(frozen=True)
class Digits:
    """Noised digits on the lattice of a problem, and the force of the trap that is measured on them."""

    problem: Problem
    samples: int

    @cached_property
    def process(self) -> NoisingProcess:
        return NoisingProcess(1.0, KT)

    @cached_property
    def source(self) -> NoisedDataSource:
        mnist = load_mnist([0, 1])
        data = make_lattice(mnist.images, mnist.labels, classes=[0, 1], size=self.problem.lattice, seed=1).train
        return NoisedDataSource(self.problem.network, self.process, [_TIME], data, self.samples, 1)

    def averages(self) -> SampleAverages:
        return SampleAverages(self.problem.network, self.source, 0, 1)

    @cached_property
    def positions(self) -> np.ndarray:
        """[samples][N]"""
        return np.asarray(self.source.readPositions(0, 0, self.samples))

    @cached_property
    def target(self) -> np.ndarray:
        """The gradient -F* = kT (x - m x_0) / v that denoising asks for, [samples][N]."""
        mean, variance = self.process.getMeanFactor(_TIME), self.process.getVariance(_TIME)
        data = np.asarray(self.source.readInitialPositions(0, 0, self.samples))
        return KT * (self.positions - mean * data) / variance

    @property
    def reference(self) -> np.ndarray:
        """theta under which the forces are measured."""
        return np.asarray(self.source.getProtocol().getSlice(0).getValues())


class MatrixAverages:
    """Averages over samples [N][samples] by products of matrices; theta is a vector of P values."""

    def __init__(self, digits: Digits):
        problem = digits.problem
        self.problem, self.samples = problem, digits.samples
        self.i, self.j = jnp.asarray(problem.edges.T)
        self.x = jnp.asarray(digits.positions.T, jnp.float32)
        self.target = jnp.asarray(digits.target.T, jnp.float32)

    def gradient(self, theta, x):
        """grad U of every sample; as problem.matrix_form(), but compiled."""
        size, part = self.problem.size, self.problem.families(theta)
        i, j = self.i, self.j
        zero = jnp.zeros((size, size), theta.dtype)
        linear = zero.at[i, j].set(2 * part["c_lin"])
        duff = zero.at[i, j].set(part["c_duff"])
        linear, duff = linear + linear.T, duff + duff.T
        coupling = jnp.concatenate([linear, zero.at[i, j].set(part["c_optomech"]), duff])
        local = [part["k_lin"] + linear.sum(1), part["k_duff"] + duff.sum(1), part["k_6"], part["bias"]]
        return matrix_gradient(coupling, jnp.stack(local), x)

    def transposed(self, x, r):
        """The average of Phi^T r, P values."""
        i, j = self.i, self.j
        square, xr = x * x, x * r
        cube = square * x
        with_r = jnp.concatenate([x, square, cube]) @ r.T
        size = self.problem.size
        first, second, third = with_r[:size], with_r[size : 2 * size], with_r[2 * size :]
        mixed = jnp.concatenate([xr, square * r]) @ x.T
        product, squared = mixed[:size], mixed[size:]
        quartic = xr @ square.T
        own, own3 = jnp.diag(first), jnp.diag(third)
        linear = 2 * (own[i] + own[j] - first[i, j] - first[j, i])
        optomech = 2 * product[i, j] + second[i, j]
        # (x_i - x_j)^3 (r_i - r_j), multiplied out
        duff = own3[i] + own3[j] - third[i, j] - third[j, i]
        duff += 3 * (quartic[i, j] + quartic[j, i] - squared[i, j] - squared[j, i])
        local = (own, own3, (cube * square * r).sum(1), r.sum(1))
        return jnp.concatenate([*local, linear, optomech, duff]) / self.samples

    def product(self, v, x):
        """A v."""
        return self.transposed(x, self.gradient(v, x))

    def loss_gradient(self, theta, x, target):
        return self.transposed(x, self.gradient(theta, x) - target) / KT**2


def products(digits: Digits) -> dict[str, Run]:
    """A v, again and again."""
    averages = digits.averages()
    vector = np.random.default_rng(3).standard_normal(digits.problem.network.getNumParameters())
    expected = averages.normalProduct(vector)
    matrices = MatrixAverages(digits)
    v = jnp.asarray(vector, jnp.float32)
    compiled = jax.jit(matrices.product)
    _check(f"{MATRICES}: A v", compiled(v, matrices.x), expected)
    return {
        NAME: lambda calls: [averages.normalProduct(vector) for _ in range(calls)],
        MATRICES: lambda calls: [compiled(v, matrices.x).block_until_ready() for _ in range(calls)],
    }


def adam_steps(digits: Digits) -> dict[str, Run]:
    """Steps of Adam on the loss of denoising, over all samples."""
    averages, rule = digits.averages(), DenoisingForceMatching()
    expected = averages.gradient(rule, digits.process)
    matrices = MatrixAverages(digits)
    i, j = matrices.i, matrices.j
    states, targets = jnp.asarray(digits.positions, jnp.float32), jnp.asarray(digits.target, jnp.float32)

    def loss(theta, x, target):
        part = digits.problem.families(theta)
        error = jax.vmap(jax.grad(lambda state: energy(part, i, j, state)))(x) - target
        return jnp.mean(jnp.sum(error * error, axis=1)) / (2 * KT**2)

    start = jnp.asarray(digits.reference, jnp.float32)
    ways = {
        MATRICES: (matrices.loss_gradient, (matrices.x, matrices.target)),
        AUTODIFF: (jax.grad(loss), (states, targets)),
    }
    runs: dict[str, Run] = {NAME: _our_adam(averages, rule, digits)}
    for name, (gradient, data) in ways.items():
        _check(f"{name}: gradient of the loss", jax.jit(gradient)(start, *data), expected)
        runs[name] = _jax_adam(gradient, start, data)
    return runs


def _our_adam(averages: SampleAverages, rule: DenoisingForceMatching, digits: Digits) -> Run:
    change, mean, square = np.zeros((3, len(digits.reference)))
    step = 0

    def run(calls: int) -> None:
        nonlocal change, mean, square, step
        for _ in range(calls):
            step += 1
            gradient = averages.gradient(rule, digits.process, change)
            mean = _BETA1 * mean + (1 - _BETA1) * gradient
            square = _BETA2 * square + (1 - _BETA2) * gradient**2
            root = np.sqrt(square / (1 - _BETA2**step)) + _EPSILON
            change -= _RATE / (1 - _BETA1**step) * mean / root

    return run


def _jax_adam(gradient: Callable, start: jax.Array, data: tuple[jax.Array, ...]) -> Run:
    @jax.jit
    def advance(theta, mean, square, step, data):
        slope = gradient(theta, *data)
        mean = _BETA1 * mean + (1 - _BETA1) * slope
        square = _BETA2 * square + (1 - _BETA2) * slope**2
        root = jnp.sqrt(square / (1 - _BETA2**step)) + _EPSILON
        return theta - _RATE / (1 - _BETA1**step) * mean / root, mean, square

    state = (start, jnp.zeros_like(start), jnp.zeros_like(start))
    step = 0

    def run(calls: int) -> None:
        nonlocal state, step
        for _ in range(calls):
            step += 1
            state = advance(*state, jnp.asarray(step, start.dtype), data)
        state[0].block_until_ready()

    return run


def slice_solves(digits: Digits) -> tuple[dict[str, Run], dict[str, dict]]:
    """A slice solved to TOLERANCE, and how the solves went.

    Ours also finds which k_6 are at their bound and reports the loss; the alternative, conjugate
    gradients preconditioned with the diagonal, solves without bounds.
    """
    matrices = MatrixAverages(digits)
    outcomes: dict[str, dict] = {}
    options = LearningOptions(
        thermalEnergy=KT, ridge=RIDGE, tolerance=TOLERANCE, maxIterations=_MOST_ITERATIONS, numThreads=1
    )
    learner, rule = ProtocolLearner(digits.problem.network, options), DenoisingForceMatching()

    def ours(calls: int) -> None:
        for _ in range(calls):
            learner.learn(rule, digits.source)
            report = learner.getReport()
            outcomes[NAME] = {"iterations": report.getIterations()[0], "residual": report.getResiduals()[0]}

    diagonal = jnp.asarray(digits.averages().normalDiagonal(), jnp.float32)
    reference = jnp.asarray(digits.reference, jnp.float32)

    @jax.jit
    def solve(x, target):
        def apply(v):
            return matrices.product(v, x) + RIDGE * diagonal * v

        # (A + ridge D) theta = A theta_0 - g KT^2 = E[Phi^T target]
        right = matrices.transposed(x, target)
        size = jnp.sum(right**2 / diagonal)

        def proceed(carry):
            return (carry[3] > TOLERANCE**2 * size) & (carry[4] < _MOST_ITERATIONS)

        def iterate(carry):
            theta, residual, direction, norm, count = carry
            product = apply(direction)
            length = norm / (direction @ product)
            theta, residual = theta + length * direction, residual - length * product
            preconditioned = residual / diagonal
            new_norm = residual @ preconditioned
            return theta, residual, preconditioned + new_norm / norm * direction, new_norm, count + 1

        residual = right - apply(reference)
        preconditioned = residual / diagonal
        start = (reference, residual, preconditioned, residual @ preconditioned, 0)
        theta, _, _, norm, count = lax.while_loop(proceed, iterate, start)
        return theta, jnp.sqrt(norm / size), count

    def theirs(calls: int) -> None:
        for _ in range(calls):
            _, residual, count = solve(matrices.x, matrices.target)
            outcomes[MATRICES] = {"iterations": int(count), "residual": float(residual)}

    return {NAME: ours, MATRICES: theirs}, outcomes


def _check(what: str, found, expected: np.ndarray) -> None:
    error = np.abs(np.asarray(found, float) - expected).max() / np.abs(expected).max()
    if not error < 1e-4:
        raise RuntimeError(f"{what} is off by {error:.1e} of the largest value")


def measure(size: int, range_: int, samples: int, seconds: float, rounds: int) -> Iterator[dict]:
    """Results of the three cases on a lattice, as soon as each is measured."""
    digits = Digits(Problem(size, range_), samples)
    case = {"lattice": size, "range": range_, "samples": samples, "precision": "single"}
    where = f"{size} x {size}, range {range_}, {samples} samples"
    for kind, prepare in (("product A v", products), ("step of Adam", adam_steps)):
        runs = prepare(digits)
        rows = summary(race(runs, seconds, rounds), dict.fromkeys(runs, samples), NAME)
        yield {"kind": kind, "title": f"{kind}, {where}", "unit": "us per sample", "rows": rows} | case
    runs, outcomes = slice_solves(digits)
    rows = summary(race(runs, seconds, rounds), dict.fromkeys(runs, samples), NAME)
    rows = [row | outcomes[row["name"]] for row in rows]
    title = f"slice solved to a residual of {TOLERANCE}, {where}"
    yield {"kind": "slice", "title": title, "unit": "us per sample", "rows": rows} | case
