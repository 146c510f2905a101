"""JAX, in the three ways that one would write it.

All steps of a call are one compiled loop. Normals come from whichever of JAX's generators is faster at that size.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from .problem import KT, SLICES, STEP, Problem, real_type

MATRICES = "JAX, matrix products"
EDGES = "JAX, analytic gradient on edges"
AUTODIFF = "JAX, grad and vmap of the energy"

_MOST_EDGE_VALUES = 2**24  # edges times replicas in memory; beyond, the cost of a replica stays what it is
_GENERATORS = ("threefry2x32", "unsafe_rbg")


def matrix_gradient(coupling, local, x):
    """grad U of states x [N][count], see problem.matrix_form()."""
    size = x.shape[0]
    square = x * x
    first = coupling @ x
    kx, cx, dx = first[:size], first[size : 2 * size], first[2 * size :]
    squares = coupling[size : 2 * size].T @ square
    d_powers = coupling[2 * size :] @ jnp.concatenate([square, square * x], axis=1)
    dx2, dx3 = d_powers[:, : x.shape[1]], d_powers[:, x.shape[1] :]
    linear, cubic, quintic, bias = (local[k][:, None] for k in range(4))
    onsite = x * (linear + square * (cubic + square * quintic)) + bias
    return onsite - kx + squares - dx3 + x * (2 * cx + 3 * (dx2 - x * dx))


def edge_gradient(theta, i, j, x):
    """grad U of one state x [N]."""
    d, xi, xj = x[i] - x[j], x[i], x[j]
    common = d * (2 * theta["c_lin"] + theta["c_duff"] * d * d)
    square = x * x
    onsite = x * (theta["k_lin"] + square * (theta["k_duff"] + square * theta["k_6"])) + theta["bias"]
    at_i = common + 2 * theta["c_optomech"] * xi * xj
    at_j = theta["c_optomech"] * xi * xi - common
    return onsite.at[i].add(at_i).at[j].add(at_j)


def energy(theta, i, j, x):
    """U of one state x [N]."""
    d, square = x[i] - x[j], x * x
    onsite = square * (theta["k_lin"] / 2 + square * (theta["k_duff"] / 4 + square * theta["k_6"] / 6))
    pairs = theta["c_lin"] * d**2 + theta["c_optomech"] * x[i] ** 2 * x[j] + theta["c_duff"] * d**4 / 4
    return jnp.sum(onsite + theta["bias"] * x) + jnp.sum(pairs)


def prepare_matrices(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """A function that takes steps, and for how many replicas."""
    real = real_type(precision)
    slices = {name: jnp.asarray(values, real) for name, values in problem.matrices.items()}

    def gradient(theta, x):
        return matrix_gradient(theta["coupling"], theta["local"], x)

    return _stepper(MATRICES, problem, replicas, precision, slices, gradient, columns=True)


def prepare_edges(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    i, j = jnp.asarray(problem.edges.T)
    replicas = min(replicas, _MOST_EDGE_VALUES // len(i))

    def gradient(theta, x):
        return jax.vmap(lambda state: edge_gradient(theta, i, j, state))(x)

    return _stepper(EDGES, problem, replicas, precision, _family_slices(problem, precision), gradient)


def prepare_autodiff(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    i, j = jnp.asarray(problem.edges.T)
    replicas = min(replicas, _MOST_EDGE_VALUES // len(i))

    def gradient(theta, x):
        return jax.vmap(jax.grad(lambda state: energy(theta, i, j, state)))(x)

    return _stepper(AUTODIFF, problem, replicas, precision, _family_slices(problem, precision), gradient)


def _family_slices(problem: Problem, precision: str) -> dict[str, jax.Array]:
    return {name: jnp.asarray(values, real_type(precision)) for name, values in problem.slices.items()}


def _stepper(name, problem, replicas, precision, slices, gradient, columns=False):
    """Args: columns: states are [N][replicas] rather than [replicas][N]."""
    real = real_type(precision)
    states = problem.states(min(replicas, 64))
    first = {key: values[0] for key, values in slices.items()}
    found = np.asarray(gradient(first, jnp.asarray(states.T if columns else states, real)))
    problem.check(name, found.T if columns else found, states, precision)

    def step(k, carry):
        x, key, first_step, slices = carry
        weight, lower = jnp.modf(STEP * (first_step + k).astype(real))
        lower = lower.astype(jnp.int32) % (SLICES - 1)  # the last slice is the first of the next period
        theta = {key: v[lower] + weight * (v[lower + 1] - v[lower]) for key, v in slices.items()}
        key, now = jax.random.split(key)
        noise = jax.random.normal(now, x.shape, real)
        x = x - real(STEP) * gradient(theta, x) + real(np.sqrt(2 * KT * STEP)) * noise
        return x, key, first_step, slices

    @jax.jit
    def advance(x, key, first_step, steps, slices):
        x, key, _, _ = lax.fori_loop(0, steps, step, (x, key, first_step, slices))
        return x, key

    start = problem.states(replicas)
    x = jnp.asarray(start.T if columns else start, real)
    state = {"x": x, "key": jax.random.key(1, impl=_faster_generator(x)), "k": 0}

    def run(steps: int) -> None:
        state["x"], state["key"] = advance(state["x"], state["key"], jnp.int32(state["k"]), jnp.int32(steps), slices)
        state["k"] = (state["k"] + steps) % round((SLICES - 1) / STEP)
        if not jnp.isfinite(state["x"]).all():
            raise RuntimeError(f"{name}: its states are not finite")

    return run, replicas


def _faster_generator(x: jax.Array) -> str:
    """Of normals in the shape and type of x."""

    @jax.jit
    def draw(key):
        def add(_, carry):
            key, total = carry
            key, now = jax.random.split(key)
            return key, total + jax.random.normal(now, x.shape, x.dtype)

        return lax.fori_loop(0, max(5, 1_000_000 // x.size), add, (key, x))[1]

    def seconds(generator: str) -> float:
        key = jax.random.key(1, impl=generator)
        draw(key).block_until_ready()
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            draw(key).block_until_ready()
            best = min(best, time.perf_counter() - start)
        return best

    return min(_GENERATORS, key=seconds)
