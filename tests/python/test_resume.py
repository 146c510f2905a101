"""Learning killed at random moments and resumed: the protocol of an uninterrupted run, to the bit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.checkpoints import checkpoint_path
from openmmoscillators.cli import run
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.protocols import load_protocol

ARGUMENTS = ["--slices", "8", "--samples", "8000", "--range", "2", "--steps", "150"]


def values(path: Path) -> bytes:
    return np.asarray(load_protocol(path).protocol.getValues()).tobytes()


class Interruption(Exception):
    pass


def interrupt_after(slices: int):
    def progress(done: int, total: int) -> None:
        if done == slices:
            raise Interruption

    return progress


@pytest.mark.parametrize("optimizer", ["exact", "sgd"])
def test_killed_runs_continue_to_the_bit(files: Path, tmp_path: Path, optimizer: str) -> None:
    """The command is killed again and again, at random moments, until it comes to its end."""
    arguments = ["learn", str(files / "lattice.h5"), "--optimizer", optimizer, *ARGUMENTS]
    assert run([*arguments, "-o", str(tmp_path / "whole.h5")]) == 0
    output = tmp_path / "resumed.h5"
    command = [sys.executable, "-m", "openmmoscillators.cli", *arguments, "-o", str(output), "--resume"]
    delays = np.random.default_rng(0 if optimizer == "exact" else 1).uniform(0.0, 0.3, 100)
    delays[0] = 0.0  # at least one run is killed, however fast the machine
    killed = 0
    for delay in delays:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Importing takes a second or two: the first moments are counted from the first checkpoint on.
        while killed < 4 and process.poll() is None and not checkpoint_path(output).exists():
            time.sleep(0.005)
        if killed < 4:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        if process.wait() == 0:
            break
        killed += 1
        if output.exists() and not checkpoint_path(output).exists():
            break
    assert killed >= 1
    assert values(output) == values(tmp_path / "whole.h5")
    assert sorted(os.listdir(tmp_path)) == ["resumed.h5", "whole.h5"]


def test_resumes_after_the_last_slice(files: Path, tmp_path: Path) -> None:
    """Killed between writing the protocol and removing the checkpoint: both are there."""
    settings = LearningSettings(range=1, slices=3, samples=200)
    output = tmp_path / "p.h5"
    with pytest.raises(Interruption):
        learn(files / "lattice.h5", output, settings, progress=interrupt_after(3))
    checkpoint = checkpoint_path(output).read_bytes()
    learn(files / "lattice.h5", output, settings, resume=True)
    before = values(output)
    checkpoint_path(output).write_bytes(checkpoint)
    learn(files / "lattice.h5", output, settings, resume=True)
    assert values(output) == before
    assert not checkpoint_path(output).exists()


def test_refuses_other_settings_and_input(files: Path, tmp_path: Path, fails) -> None:
    output = tmp_path / "p.h5"
    with pytest.raises(Interruption):
        learn(
            files / "lattice.h5",
            output,
            LearningSettings(range=1, slices=3, samples=200),
            progress=interrupt_after(1),
        )
    command = ["learn", files / "lattice.h5", "-o", output, "--range", 1, "--slices", 3]
    assert "--resume" in fails(*command, "--samples", 200)
    assert "samples was 200, now it is 300" in fails(*command, "--samples", 300, "--resume")
    assert "rule was closed-loop" in fails(*command, "--samples", 200, "--rule", "implicit", "--resume")
    other = ["learn", files / "mixture.h5", "-o", output, "--range", 1, "--slices", 3, "--samples", 200, "--resume"]
    assert "input was" in fails(*other)
    whole = checkpoint_path(output).read_bytes()
    checkpoint_path(output).write_bytes(whole[:1000])
    assert str(checkpoint_path(output)) in fails(*command, "--samples", 200, "--resume")
    assert not output.exists()
    learn(files / "lattice.h5", output, LearningSettings(range=1, slices=3, samples=200), overwrite=True)
    assert sorted(os.listdir(tmp_path)) == ["p.h5"]
