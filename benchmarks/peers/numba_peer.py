"""Numba: a loop over edges, vectorised by LLVM over replicas."""

import numba
import numpy as np
from problem import STEP, THERMAL_ENERGY


@numba.njit(fastmath=True)
def edge_gradient(x, theta, first, second, result):
    """grad U of states [oscillator][replica]."""
    oscillators, replicas = x.shape
    edges = len(first)
    for i in range(oscillators):
        k_lin, k_duff = theta[i], theta[oscillators + i]
        k_6, bias = theta[2 * oscillators + i], theta[3 * oscillators + i]
        for r in range(replicas):
            square = x[i, r] * x[i, r]
            result[i, r] = bias + x[i, r] * (k_lin + square * (k_duff + square * k_6))
    couplings = theta[4 * oscillators :]
    for e in range(edges):
        i, j = first[e], second[e]
        c_lin, c_optomech, c_duff = 2 * couplings[e], couplings[edges + e], couplings[2 * edges + e]
        for r in range(replicas):
            distance = x[i, r] - x[j, r]
            mutual = distance * (c_lin + c_duff * distance * distance)
            result[i, r] += mutual + 2 * c_optomech * x[i, r] * x[j, r]
            result[j, r] += c_optomech * x[i, r] * x[i, r] - mutual


@numba.njit(fastmath=True)
def take_steps(x, time, slices, first, second, step, scale, steps):
    result = np.empty_like(x)
    for _ in range(steps):
        lower = int(time)
        weight = x.dtype.type(time - lower)
        theta = (1 - weight) * slices[lower] + weight * slices[lower + 1]
        edge_gradient(x, theta, first, second, result)
        for i in range(x.shape[0]):
            for r in range(x.shape[1]):
                x[i, r] += scale * x.dtype.type(np.random.standard_normal()) - step * result[i, r]  # noqa: NPY002
        time = (time + step) % 15.0
    return time


class NumbaEdges:
    name = "Numba, loop over edges"

    def __init__(self, problem):
        self.problem = problem
        self.x, self.time = np.ascontiguousarray(problem.start.T), 0.0
        self.first, self.second = (np.ascontiguousarray(problem.edges[:, k]) for k in (0, 1))

    def force(self, states, time):
        lower = int(time)
        weight = self.problem.dtype(time - lower)
        theta = (1 - weight) * self.problem.slices[lower] + weight * self.problem.slices[lower + 1]
        result = np.empty_like(states.T, order="C")
        edge_gradient(np.ascontiguousarray(states.T), theta, self.first, self.second, result)
        return -result.T

    def run(self, steps):
        scale = self.problem.dtype(np.sqrt(2 * THERMAL_ENERGY * STEP))
        step = self.problem.dtype(STEP)
        self.time = take_steps(self.x, self.time, self.problem.slices, self.first, self.second, step, scale, steps)
