"""The samples that learning is raced on: noised digits, the same for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from openmmoscillators import NoisedDataSource, NoisingProcess, SampleAverages
from openmmoscillators.datasets import make_lattice
from openmmoscillators.mnist import load_mnist

from .problem import KT, Problem

_TIME = 0.3  # ps


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

    @cached_property
    def vector(self) -> np.ndarray:
        """The v of products A v."""
        return np.random.default_rng(3).standard_normal(self.problem.network.getNumParameters())

    def check(self, what: str, found, expected: np.ndarray) -> None:
        """Raise RuntimeError unless an alternative's P values are those of this package."""
        error = np.abs(np.asarray(found, float) - expected).max() / np.abs(expected).max()
        if not error < 1e-4:
            raise RuntimeError(f"{what} is off by {error:.1e} of the largest value")


@dataclass(frozen=True)
class Adam:
    """The optimizer's constants."""

    rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True)
class Solve:
    """What is asked of the solution of a slice."""

    tolerance: float = 1e-3
    ridge: float = 1e-2
    most_iterations: int = 1000


ADAM, SOLVE = Adam(), Solve()
