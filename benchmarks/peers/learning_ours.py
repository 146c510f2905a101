"""Learning by this package; in single precision, with sums over blocks of samples in double."""

from __future__ import annotations

import numpy as np

from openmmoscillators import DenoisingForceMatching, LearningOptions, ProtocolLearner

from .contenders import Run
from .digits import ADAM, SOLVE, Digits
from .problem import KT


def prepare_product(digits: Digits) -> tuple[Run, int]:
    """A v, again and again."""
    averages = digits.averages()

    def run(calls: int) -> None:
        for _ in range(calls):
            averages.normalProduct(digits.vector)

    return run, digits.samples


def prepare_adam(digits: Digits) -> tuple[Run, int]:
    """Steps of Adam on the loss of denoising, over all samples."""
    averages, rule = digits.averages(), DenoisingForceMatching()
    change, mean, square = np.zeros((3, len(digits.reference)))
    step = 0

    def run(calls: int) -> None:
        nonlocal change, mean, square, step
        for _ in range(calls):
            step += 1
            gradient = averages.gradient(rule, digits.process, change)
            mean = ADAM.beta1 * mean + (1 - ADAM.beta1) * gradient
            square = ADAM.beta2 * square + (1 - ADAM.beta2) * gradient**2
            root = np.sqrt(square / (1 - ADAM.beta2**step)) + ADAM.epsilon
            change -= ADAM.rate / (1 - ADAM.beta1**step) * mean / root

    return run, digits.samples


def prepare_slice(digits: Digits) -> tuple[Run, int]:
    """A slice solved as SOLVE says, and how it went. Finds which k_6 are at their bound, and reports the loss."""
    options = LearningOptions(
        thermalEnergy=KT,
        ridge=SOLVE.ridge,
        tolerance=SOLVE.tolerance,
        maxIterations=SOLVE.most_iterations,
        numThreads=1,
    )
    learner, rule = ProtocolLearner(digits.problem.network, options), DenoisingForceMatching()

    def run(calls: int) -> dict:
        for _ in range(calls):
            learner.learn(rule, digits.source)
        report = learner.getReport()
        return {"iterations": report.getIterations()[0], "residual": report.getResiduals()[0]}

    return run, digits.samples
