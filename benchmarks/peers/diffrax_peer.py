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
_FINEST_TIME = 1e-5  # ps, of the Brownian path
_MOST_STEPS = 2_000


class Sampler:
    """Generation under a protocol, in batches, compiled once for all tolerances."""

    def __init__(self, problem: Problem, protocol: DrivingProtocol, batch: int):
        real = jnp.float32
        times = jnp.asarray(protocol.getTimes(), real)
        values = matrix_form(problem.families(np.asarray(protocol.getValues())), problem.edges, problem.size)
        self._slices = {name: jnp.asarray(value, real) for name, value in values.items()}
        end = float(protocol.getTimes()[-1])
        width = jnp.sqrt(jnp.asarray(2 * KT, real))
        shape = jax.ShapeDtypeStruct((problem.size, batch), real)

        def drift(t, x, slices):
            lower = jnp.clip(jnp.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
            weight = (t - times[lower]) / (times[lower + 1] - times[lower])
            theta = {name: v[lower] + weight * (v[lower + 1] - v[lower]) for name, v in slices.items()}
            return -matrix_gradient(theta["coupling"], theta["local"], x)

        def diffusion(t, x, slices):
            return lineax.DiagonalLinearOperator(jnp.full(shape.shape, width))

        @jax.jit
        def generate(key, slices, tolerance):
            first, path_key = jax.random.split(key)
            path = diffrax.VirtualBrownianTree(
                0.0, end, tol=_FINEST_TIME, shape=shape, key=path_key, levy_area=diffrax.SpaceTimeLevyArea
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

        self._generate = generate
        self._run(0, 1e-1)

    def _run(self, seed: int, tolerance: float) -> tuple[np.ndarray, int]:
        states, steps = self._generate(jax.random.key(seed), self._slices, jnp.float32(tolerance))
        return np.asarray(states).T, int(steps)

    def run(self, tolerance: float, batches: int) -> tuple[np.ndarray, float, float]:
        """Samples (batch * batches, N), seconds, mean number of steps of a batch.

        A batch that blew up, for which no step is short enough any more, counts in the seconds and in the steps, and
        not in the samples.
        """
        start = time.process_time()
        found = [self._run(1 + k, tolerance) for k in range(batches)]
        seconds = time.process_time() - start
        finished = [states for states, steps in found if steps < _MOST_STEPS]
        return np.concatenate(finished), seconds, float(np.mean([steps for _, steps in found]))
