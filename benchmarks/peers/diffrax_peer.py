"""Adaptive SRA1 of diffrax, as the authors of arXiv 2506.19136 generate with.

A batch of samples is one equation, so that forces are products of matrices; steps are then common to the batch.
"""

from __future__ import annotations

import time

import diffrax
import jax
import jax.numpy as jnp
import lineax
import numpy as np

from openmmoscillators import DrivingProtocol

from .jax_peers import matrix_gradient
from .problem import KT, Problem, matrix_form

_FIRST_STEP = 1e-3  # ps
_MOST_STEPS = 100_000


def solve(
    problem: Problem, protocol: DrivingProtocol, tolerance: float, batch: int, batches: int
) -> tuple[np.ndarray, float, float]:
    """Samples (batch * batches, N), seconds without compilation, mean number of steps of a batch."""
    real = jnp.float32
    times = jnp.asarray(protocol.getTimes(), real)
    values = matrix_form(problem.families(np.asarray(protocol.getValues())), problem.edges, problem.size)
    slices = {name: jnp.asarray(value, real) for name, value in values.items()}
    end = float(protocol.getTimes()[-1])

    def drift(t, x, slices):
        lower = jnp.clip(jnp.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
        weight = (t - times[lower]) / (times[lower + 1] - times[lower])
        theta = {name: v[lower] + weight * (v[lower + 1] - v[lower]) for name, v in slices.items()}
        return -matrix_gradient(theta["coupling"], theta["local"], x)

    width = jnp.sqrt(jnp.asarray(2 * KT, real))
    shape = jax.ShapeDtypeStruct((problem.size, batch), real)

    def diffusion(t, x, slices):
        return lineax.DiagonalLinearOperator(jnp.full(shape.shape, width))

    @jax.jit
    def generate(key, slices):
        first, path_key = jax.random.split(key)
        path = diffrax.VirtualBrownianTree(
            0.0, end, tol=1e-4, shape=shape, key=path_key, levy_area=diffrax.SpaceTimeLevyArea
        )
        solution = diffrax.diffeqsolve(
            diffrax.MultiTerm(diffrax.ODETerm(drift), diffrax.ControlTerm(diffusion, path)),
            diffrax.SRA1(),
            0.0,
            end,
            _FIRST_STEP,
            jnp.sqrt(jnp.asarray(KT, real)) * jax.random.normal(first, shape.shape, real),
            args=slices,
            stepsize_controller=diffrax.PIDController(rtol=tolerance, atol=tolerance),
            max_steps=_MOST_STEPS,
            throw=False,
        )
        return solution.ys[-1], solution.stats["num_steps"]

    generate(jax.random.key(0), slices)[0].block_until_ready()
    start = time.process_time()
    found = [generate(jax.random.key(1 + k), slices) for k in range(batches)]
    states = np.concatenate([np.asarray(x).T for x, _ in found])
    seconds, steps = time.process_time() - start, [int(count) for _, count in found]
    if max(steps) >= _MOST_STEPS:
        raise RuntimeError(f"diffrax gave up after {_MOST_STEPS} steps at tolerance {tolerance}")
    return states, seconds, float(np.mean(steps))
