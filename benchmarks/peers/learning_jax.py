"""Learning by JAX, with products of matrices or from automatic differentiation; in single precision throughout."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import lax

from openmmoscillators import DenoisingForceMatching

from .contenders import Run
from .digits import ADAM, SOLVE, Digits
from .jax_peers import energy, matrix_gradient
from .problem import KT


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


def prepare_product(digits: Digits) -> tuple[Run, int]:
    """A v, again and again."""
    matrices, v = MatrixAverages(digits), jnp.asarray(digits.vector, jnp.float32)
    compiled = jax.jit(matrices.product)
    digits.check("A v", compiled(v, matrices.x), digits.averages().normalProduct(digits.vector))

    def run(calls: int) -> None:
        for _ in range(calls):
            compiled(v, matrices.x).block_until_ready()

    return run, digits.samples


def prepare_matrix_adam(digits: Digits) -> tuple[Run, int]:
    """Steps of Adam on the loss of denoising, over all samples."""
    matrices = MatrixAverages(digits)
    return _adam(digits, matrices.loss_gradient, matrices.x, matrices.target)


def prepare_autodiff_adam(digits: Digits) -> tuple[Run, int]:
    """As prepare_matrix_adam(), from energy and loss alone."""
    i, j = jnp.asarray(digits.problem.edges.T)

    def loss(theta, x, target):
        part = digits.problem.families(theta)
        error = jax.vmap(jax.grad(lambda state: energy(part, i, j, state)))(x) - target
        return jnp.mean(jnp.sum(error * error, axis=1)) / (2 * KT**2)

    states, targets = jnp.asarray(digits.positions, jnp.float32), jnp.asarray(digits.target, jnp.float32)
    return _adam(digits, jax.grad(loss), states, targets)


def _adam(digits: Digits, gradient: Callable, *data: jax.Array) -> tuple[Run, int]:
    start = jnp.asarray(digits.reference, jnp.float32)
    expected = digits.averages().gradient(DenoisingForceMatching(), digits.process)
    digits.check("gradient of the loss", jax.jit(gradient)(start, *data), expected)

    @jax.jit
    def advance(theta, mean, square, step, data):
        slope = gradient(theta, *data)
        mean = ADAM.beta1 * mean + (1 - ADAM.beta1) * slope
        square = ADAM.beta2 * square + (1 - ADAM.beta2) * slope**2
        root = jnp.sqrt(square / (1 - ADAM.beta2**step)) + ADAM.epsilon
        return theta - ADAM.rate / (1 - ADAM.beta1**step) * mean / root, mean, square

    state = (start, jnp.zeros_like(start), jnp.zeros_like(start))
    step = 0

    def run(calls: int) -> None:
        nonlocal state, step
        for _ in range(calls):
            step += 1
            state = advance(*state, jnp.asarray(step, start.dtype), data)
        state[0].block_until_ready()

    return run, digits.samples


def prepare_slice(digits: Digits) -> tuple[Run, int]:
    """A slice solved as SOLVE says, by conjugate gradients preconditioned with the diagonal, without bounds."""
    matrices = MatrixAverages(digits)
    diagonal = jnp.asarray(digits.averages().normalDiagonal(), jnp.float32)
    reference = jnp.asarray(digits.reference, jnp.float32)

    @jax.jit
    def solve(x, target):
        def apply(v):
            return matrices.product(v, x) + SOLVE.ridge * diagonal * v

        # (A + ridge D) theta = A theta_0 - g KT^2 = E[Phi^T target]
        right = matrices.transposed(x, target)
        size = jnp.sum(right**2 / diagonal)

        def proceed(carry):
            return (carry[3] > SOLVE.tolerance**2 * size) & (carry[4] < SOLVE.most_iterations)

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

    def run(calls: int) -> dict:
        for _ in range(calls):
            _, residual, count = solve(matrices.x, matrices.target)
            residual.block_until_ready()
        return {"iterations": int(count), "residual": float(residual)}

    return run, digits.samples
