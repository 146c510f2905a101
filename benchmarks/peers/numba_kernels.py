"""The gradient as loops that Numba compiles; the innermost one, over replicas, is vectorised."""

from __future__ import annotations

import numba
import numpy as np

_BLOCK = 64  # replicas whose states and gradients stay in the first cache


@numba.njit(fastmath=True)
def interpolate(first, second, weight, out):
    for k in range(len(out)):
        out[k] = first[k] + weight * (second[k] - first[k])


@numba.njit(fastmath=True, error_model="numpy")
def add_gradient(x, first, second, k_lin, k_duff, k_6, bias, c_lin, c_optomech, c_duff, out):
    """grad U of states x [N][count] into out."""
    size, count = x.shape
    for begin in range(0, count, _BLOCK):
        width = min(_BLOCK, count - begin)
        xs = np.empty((size, width), x.dtype)
        slope = np.empty((size, width), x.dtype)
        for n in range(size):
            for r in range(width):
                value = x[n, begin + r]
                square = value * value
                xs[n, r] = value
                slope[n, r] = value * (k_lin[n] + square * (k_duff[n] + square * k_6[n])) + bias[n]
        for e in range(len(first)):
            xi, xj, at_i, at_j = xs[first[e]], xs[second[e]], slope[first[e]], slope[second[e]]
            linear, optomech, duff = c_lin[e] + c_lin[e], c_optomech[e], c_duff[e]
            for r in range(width):
                d = xi[r] - xj[r]
                common = d * (linear + duff * d * d)
                product = optomech * xi[r]
                at_i[r] += common + (product + product) * xj[r]
                at_j[r] += product * xi[r] - common
        for n in range(size):
            for r in range(width):
                out[n, begin + r] = slope[n, r]
