"""Learning by local steps: against the formulas in NumPy, step by step, and the command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import (
    DenoisingForceMatching,
    LearningOptions,
    NoisedDataSource,
    NoisingProcess,
    OscillatorNetwork,
    ParameterLayout,
    ProtocolLearner,
    SampleAverages,
    StochasticOptions,
)
from openmmoscillators.protocols import learning_report, load_protocol

STEPS, RATE, RIDGE, LEAST_K6 = 40, 0.05, 0.01, 0.01


def rates() -> np.ndarray:
    """From RATE to a hundredth of it, as half a cosine."""
    return RATE * (0.01 + 0.99 * (1 + np.cos(np.pi * np.arange(STEPS) / (STEPS - 1))) / 2)


def adam_steps():
    mean = square = 0.0
    for k, rate in enumerate(rates(), start=1):
        gradient = yield
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        yield -rate * mean / (1 - 0.9**k) / (np.sqrt(square / (1 - 0.999**k)) + 1e-8)


def sgd_steps():
    velocity = 0.0
    for rate in rates():
        velocity = 0.9 * velocity + (yield)
        yield -rate * velocity


@pytest.mark.parametrize(("optimizer", "steps"), [("adam", adam_steps), ("sgd", sgd_steps)])
def test_trajectory_is_that_of_the_formulas(optimizer: str, steps) -> None:
    network = OscillatorNetwork.squareLattice(2, 2, 1)
    process = NoisingProcess(1.0, 0.1)
    data = np.random.default_rng(0).normal(0.3, 0.6, (300, 4))
    source = NoisedDataSource(network, process, [0.5], data)
    stochastic = StochasticOptions(steps=STEPS, batchSize=300, learningRate=RATE, averagedShare=0.1)
    learner = ProtocolLearner(network, LearningOptions(ridge=RIDGE, optimizer=optimizer, stochastic=stochastic))
    learned = np.asarray(learner.learn(DenoisingForceMatching(), source).getValues())[0]

    averages = SampleAverages(network, source, 0)
    scale = np.sqrt(np.asarray(averages.normalDiagonal())) / 0.1
    k6 = slice(ParameterLayout(network).getOffset("k_6"), ParameterLayout(network).getOffset("k_6") + 4)
    theta = np.zeros(network.getNumParameters())
    theta[:4], theta[k6] = 1.0, LEAST_K6  # where learning starts: the trap, which the forces are measured in
    measured = np.where(np.arange(len(theta)) < 4, 1.0, 0.0)
    iterates, walk = [], steps()
    for _ in range(STEPS):
        next(walk)
        gradient = np.asarray(averages.gradient(DenoisingForceMatching(), process))
        gradient += np.asarray(averages.normalProduct(theta - measured)) / 0.1**2
        theta = theta + walk.send(gradient / scale + RIDGE * scale * theta) / scale
        theta[k6] = np.maximum(theta[k6], LEAST_K6)
        iterates.append(theta)
    np.testing.assert_allclose(learned, np.mean(iterates[-4:], axis=0), atol=1e-4 * np.abs(learned).max())


def test_local_steps_come_close_to_the_exact_solve(files: Path, tmp_path: Path) -> None:
    losses = {}
    for optimizer in ("exact", "adam", "sgd"):
        settings = LearningSettings(rule="denoising", range=1, slices=3, samples=2000, optimizer=optimizer, steps=400)
        report = learn(files / "lattice.h5", tmp_path / f"{optimizer}.h5", settings)
        losses[optimizer] = np.asarray(report.getHeldOutLosses())
        assert learning_report(load_protocol(tmp_path / f"{optimizer}.h5"))["optimizer"] == optimizer
    for optimizer in ("adam", "sgd"):
        # They may be better where the ridge pulls the exact solution away from the trap that they start from.
        assert (losses[optimizer] <= 1.04 * losses["exact"]).all()


def test_diverging_steps_are_one_line(files: Path, tmp_path: Path, fails) -> None:
    command = ["learn", files / "lattice.h5", "-o", tmp_path / "p.h5", "--slices", "2", "--optimizer", "sgd"]
    assert "a learning rate of 100" in fails(*command, "--learning-rate", "100")
    assert "learningRate is 0" in fails(*command, "--learning-rate", "0", "--overwrite")
    assert "schedule 'linear'" in fails(*command, "--schedule", "linear")
    assert run([str(part) for part in [*command, "--steps", "5", "--overwrite"]]) == 0
