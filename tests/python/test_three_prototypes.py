"""The example of a generative thermodynamic computer: its learning against definitions, and a whole small run."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import openmm
import pytest

from openmmoscillators.oscillators import OverdampedLangevinIntegrator
from openmmoscillators.simulation import replica_system

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
import three_prototypes

VISIBLE, HIDDEN = 6, 3


def make_computer(weights: tuple[float, float] = (1.0, 1.0)) -> three_prototypes.Computer:
    generator = np.random.default_rng(3)
    computer = three_prototypes.Computer(VISIBLE, HIDDEN, weights)
    computer.across[:] = generator.normal(0, 0.3, computer.across.shape)
    upper = np.triu(generator.normal(0, 0.3, computer.among.shape), 1)
    computer.among[:] = upper + upper.T
    computer.bias[:] = generator.normal(0, 0.3, HIDDEN)
    return computer


def make_path(steps: int) -> np.ndarray:
    increments = np.random.default_rng(4).normal(0, 0.014, (steps + 1, VISIBLE + HIDDEN))
    return (0.5 + np.cumsum(increments, axis=0)).astype(np.float32)


def minus_log_probability(computer: three_prototypes.Computer, path: np.ndarray) -> float:
    """Of the path's reversal, from forces that the plugin computes."""
    system, force = replica_system(*computer.protocol(), len(path) - 1)
    context = openmm.Context(
        system, OverdampedLangevinIntegrator(1.0, 1.0, 1e-3), openmm.Platform.getPlatform("Reference")
    )
    force.setDisplacements(context, path[1:].astype(float))
    forces = context.getState(getForces=True).getForces(asNumpy=True)._value[:, 2].reshape(len(path) - 1, -1)
    misses = path[:-1].astype(float) - path[1:] - three_prototypes.STEP * forces
    return float((misses**2).sum() / (4 * three_prototypes.KT * three_prototypes.STEP))


def test_batch_descends_the_probability_of_the_reversed_path() -> None:
    """-ln P is quadratic in J and b, so that central differences are exact up to c_lin's single precision."""
    path = make_path(20)
    learned = make_computer()
    learned.learn_batch(path, 1.0)
    for name, index in (("across", (2, 1)), ("across", (5, 0)), ("among", (0, 2)), ("bias", (1,))):
        values = []
        for side in (-0.5, 0.5):
            moved = make_computer()
            getattr(moved, name)[index] += side
            if name == "among":
                moved.among[index[::-1]] += side
            values.append(minus_log_probability(moved, path))
        step = getattr(make_computer(), name)[index] - getattr(learned, name)[index]
        assert step == pytest.approx(values[1] - values[0], rel=1e-3, abs=1e-3)
    assert np.array_equal(learned.among, learned.among.T)
    assert not learned.among.diagonal().any()


@pytest.mark.parametrize("weights", [(1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
def test_online_learning_in_blocks_is_learning_step_by_step(weights: tuple[float, float]) -> None:
    path = make_path(100)
    by_steps, in_blocks = make_computer(weights), make_computer(weights)
    for k in range(100):
        by_steps.learn_batch(path[k : k + 2], 0.05)
    in_blocks.learn_online(path, 0.05, 32)
    at_start = make_computer(weights)
    for name in ("across", "among", "bias"):
        change = np.abs(getattr(by_steps, name) - getattr(at_start, name)).max()
        np.testing.assert_allclose(getattr(in_blocks, name), getattr(by_steps, name), atol=1e-4 * change)


def test_both_forms_agree_to_first_order_in_the_rate() -> None:
    """They differ by second order: a tenth of the rate brings a hundredth of the difference."""
    path, differences = make_path(100), []
    for rate in (1e-2, 1e-3):
        batch, online = make_computer(), make_computer()
        batch.learn_batch(path, rate)
        online.learn_online(path, rate)
        differences.append(np.abs(batch.across - online.across).max())
    assert differences[1] == pytest.approx(differences[0] / 100, rel=0.2)


def test_small_machine_learns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--size", "6", "--hidden", "8", "--cycles", "4", "--seeds", "1", "--samples", "16"]
    monkeypatch.setattr(sys, "argv", ["three_prototypes.py", *options])
    three_prototypes.main()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[2] for line in lines[:2]] == ["batch", "online"]
    assert "less heat than batch" in lines[2]
