"""PyTorch: products of matrices, and torchsde's solvers on the same force."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .problem import KT, SLICES, STEP, Problem, Unavailable, real_type

MATRICES = "PyTorch, matrix products"
TORCHSDE = "torchsde, Euler, matrix products"


def _torch():
    try:
        import torch
    except (ImportError, OSError) as error:
        raise Unavailable(str(error).splitlines()[0]) from error
    torch.set_num_threads(1)
    return torch


def _force(problem: Problem, precision: str, torch) -> Callable:
    """theta of a time, and grad U of states [N][count] there."""
    slices = {name: torch.from_numpy(v.astype(real_type(precision))) for name, v in problem.matrices.items()}
    size = problem.size

    def gradient(time: float, x):
        lower, weight = int(time) % (SLICES - 1), time % 1.0
        coupling, local = (torch.lerp(v[lower], v[lower + 1], weight) for v in slices.values())
        square = x * x
        first = coupling @ x
        kx, cx, dx = first[:size], first[size : 2 * size], first[2 * size :]
        squares = coupling[size : 2 * size].T @ square
        dx2, dx3 = (coupling[2 * size :] @ torch.cat([square, square * x], 1)).split(x.shape[1], 1)
        linear, cubic, quintic, bias = local[:, :, None]
        onsite = x * (linear + square * (cubic + square * quintic)) + bias
        return onsite - kx + squares - dx3 + x * (2 * cx + 3 * (dx2 - x * dx))

    return gradient


def _start(name: str, problem: Problem, replicas: int, precision: str, torch):
    states = problem.states(replicas)
    x = torch.from_numpy(np.ascontiguousarray(states.T.astype(real_type(precision))))
    gradient = _force(problem, precision, torch)
    with torch.no_grad():
        problem.check(name, gradient(0.0, x).T.numpy(), states, precision)
    return gradient, x


def prepare_matrices(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    """A function that takes steps, and for how many replicas."""
    torch = _torch()
    gradient, x = _start(MATRICES, problem, replicas, precision, torch)
    taken = 0

    def run(steps: int) -> None:
        nonlocal taken, x
        with torch.no_grad():
            for _ in range(steps):
                slope = gradient(STEP * taken, x)
                x = x.add_(slope, alpha=-STEP).add_(torch.randn_like(x), alpha=(2 * KT * STEP) ** 0.5)
                taken += 1

    return run, replicas


def prepare_torchsde(problem: Problem, replicas: int, precision: str) -> tuple[Callable[[int], None], int]:
    torch = _torch()
    try:
        import torchsde
    except ImportError as error:
        raise Unavailable(str(error)) from error
    gradient, x = _start(TORCHSDE, problem, replicas, precision, torch)

    class Equation:
        noise_type, sde_type = "diagonal", "ito"

        def f(self, t, y):
            return -gradient(float(t), y.reshape(problem.size, replicas)).reshape(1, -1)

        def g(self, t, y):
            return torch.full_like(y, (2 * KT) ** 0.5)

    equation, state, time = Equation(), x.reshape(1, -1), 0.0

    def run(steps: int) -> None:
        nonlocal state, time
        times = torch.tensor([time, time + steps * STEP], dtype=torch.float64)
        path = torchsde.BrownianInterval(times[0], times[1], size=state.shape, dtype=state.dtype, dt=STEP)
        with torch.no_grad():
            state = torchsde.sdeint(equation, state, times, bm=path, dt=STEP, method="euler")[-1]
        time = float(times[1])

    return run, replicas
