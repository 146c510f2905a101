"""JAX: the gradient as matrix products, and as the derivative of an energy over edges, mapped over replicas."""

import jax
import jax.numpy as jnp
import numpy as np
from numpy_peer import gradient, products
from problem import STEP, THERMAL_ENERGY

jax.config.update("jax_enable_x64", True)


class _JaxPeer:
    """Steps in a compiled loop. The default generator of random numbers is the fastest on CPUs."""

    def __init__(self, problem):
        self.problem = problem
        self.first, self.second = problem.edges[:, 0], problem.edges[:, 1]
        self.slices = self.prepare(problem)
        self.x, self.time = jnp.asarray(problem.start), jnp.asarray(0.0, problem.dtype)
        self.key = jax.random.key(1)
        self._steps = jax.jit(self._take_steps)

    def interpolate(self, time):
        lower = jnp.floor(time).astype(jnp.int32)
        weight = time - lower
        return jax.tree.map(lambda values: (1 - weight) * values[lower] + weight * values[lower + 1], self.slices)

    def _take_steps(self, x, time, key, steps):
        scale = self.problem.dtype(np.sqrt(2 * THERMAL_ENERGY * STEP))
        step = self.problem.dtype(STEP)

        def body(_, state):
            x, time, key = state
            key, now = jax.random.split(key)
            noise = jax.random.normal(now, x.shape, x.dtype)
            return x - step * self.gradient(x, time) + scale * noise, (time + step) % 15, key

        return jax.lax.fori_loop(0, steps, body, (x, time, key))

    def force(self, states, time):
        return -np.asarray(jax.jit(self.gradient)(jnp.asarray(states), jnp.asarray(time, self.problem.dtype)))

    def run(self, steps):
        self.x, self.time, self.key = jax.block_until_ready(self._steps(self.x, self.time, self.key, steps))


class JaxMatrices(_JaxPeer):
    name = "JAX, matrix products"

    def prepare(self, problem):
        families = problem.split(problem.slices)
        onsite = {name: jnp.asarray(families[name]) for name in ("k_lin", "k_duff", "k_6", "bias")}
        return onsite, tuple(jnp.asarray(matrix) for matrix in problem.matrices(problem.slices))

    def gradient(self, x, time):
        families, matrices = self.interpolate(time)
        return gradient(x, families, matrices, products)


class JaxEdges(_JaxPeer):
    name = "JAX, vmap(grad(energy over edges))"

    def prepare(self, problem):
        return {name: jnp.asarray(values) for name, values in problem.split(problem.slices).items()}

    def energy(self, x, theta):
        first, second = x[self.first], x[self.second]
        distance = first - second
        onsite = x * theta["bias"] + x**2 * theta["k_lin"] / 2 + x**4 * theta["k_duff"] / 4 + x**6 * theta["k_6"] / 6
        pairs = theta["c_lin"] * distance**2 + theta["c_duff"] * distance**4 / 4
        return onsite.sum() + (pairs + theta["c_optomech"] * first**2 * second).sum()

    def gradient(self, x, time):
        theta = self.interpolate(time)
        return jax.vmap(lambda state: jax.grad(self.energy)(state, theta))(x)


class JaxProduct:
    """A v as the transpose of Phi v, both through matrix products."""

    name = "JAX, matrix products"

    def __init__(self, problem, samples):
        generator = np.random.default_rng(2)
        self.x = jnp.asarray(generator.normal(size=(samples, problem.oscillators)), problem.dtype)
        self.problem = problem
        first, second, size = problem.edges[:, 0], problem.edges[:, 1], problem.oscillators

        def force_of(theta, x):
            families = problem.split(theta)
            empty = jnp.zeros((size, size), problem.dtype)
            c_lin = empty.at[first, second].set(2 * families["c_lin"])
            c_duff = empty.at[first, second].set(families["c_duff"])
            c_optomech = empty.at[first, second].set(families["c_optomech"])
            return gradient(x, families, (c_lin + c_lin.T, c_duff + c_duff.T, c_optomech), products)

        def product(vector, x):
            response, transpose = jax.vjp(lambda theta: force_of(theta, x), vector)
            return transpose(response)[0] / len(x)

        self._product = jax.jit(product)

    def product(self, vector):
        return np.asarray(self._product(jnp.asarray(vector, self.problem.dtype), self.x))
