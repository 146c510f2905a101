"""Runs that are killed and resumed: the same to the bit; batches; escapes that stop."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators import generation, runcheckpoints
from openmmoscillators.checking import check_file
from openmmoscillators.checkpoints import checkpoint_path
from openmmoscillators.datasets import make_mixture
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.installation import supporting_platforms
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, OscillatorNetwork, ProtocolFile
from openmmoscillators.recording import ROUTES, RecordSettings, record
from openmmoscillators.samples import read_samples


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = OscillatorNetwork.squareLattice(3, 3, 1)
    values = np.random.default_rng(1).uniform(0.0, 0.2, (5, network.getNumParameters()))
    times = [0.1, 0.2, 0.3, 0.4, 0.5]
    learned = LearnedProtocol(network=network, protocol=DrivingProtocol(network, times, values), kT=0.1)
    path = tmp_path_factory.mktemp("protocol") / "protocol.h5"
    ProtocolFile.write(str(path), learned)
    return path


class Interrupted(Exception):
    """Stands for whatever ends a run."""


def interrupt_at(steps: int):
    def progress(done: int, total: int) -> None:
        if done >= steps:
            raise Interrupted

    return progress


def numbers(path: Path) -> dict[str, np.ndarray]:
    """All that a recording holds, but for when and in how many runs it was made."""
    found = {}

    def visit(name: str, item: h5py.HLObject) -> None:
        if isinstance(item, h5py.Dataset) and "/run_" not in name:
            found[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def assert_same(first: Path, second: Path) -> None:
    expected, found = numbers(first), numbers(second)
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)


@pytest.mark.parametrize("platform", sorted(supporting_platforms()))
@pytest.mark.parametrize("every", [None, 7])
def test_an_interrupted_run_is_resumed_to_the_bit(
    tmp_path: Path, protocol: Path, monkeypatch: pytest.MonkeyPatch, platform: str, every: int | None
) -> None:
    monkeypatch.setattr(runcheckpoints, "INTERVAL", 0.0)
    settings = GenerationSettings(33, steps_per_slice=15, every=every, seed=5, platform=platform)
    generate(protocol, tmp_path / "whole", settings)
    with pytest.raises(Interrupted):
        generate(protocol, tmp_path / "resumed", settings, progress=interrupt_at(31))
    assert checkpoint_path(tmp_path / "resumed").exists()
    assert not (tmp_path / "resumed").exists()
    generate(protocol, tmp_path / "resumed", settings, resume=True)
    assert_same(tmp_path / "whole", tmp_path / "resumed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resumed", "whole"]


@pytest.mark.parametrize("platform", sorted(supporting_platforms()))
@pytest.mark.parametrize(
    ("route", "motion"),
    [*((route, "none") for route in ROUTES), ("exact", "free-evolution"), ("exact", "noising-step")],
)
def test_an_interrupted_recording_is_resumed_to_the_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, route: str, motion: str
) -> None:
    monkeypatch.setattr(runcheckpoints, "INTERVAL", 0.0)
    data = make_mixture(30, seed=2)
    settings = RecordSettings(range=1, route=route, motion=motion, samples=20, maximum_step=0.02, platform=platform)
    record(data, tmp_path / "whole", [0.1, 0.2, 0.5, 1.0], settings)
    with pytest.raises(Interrupted):
        record(data, tmp_path / "resumed", [0.1, 0.2, 0.5, 1.0], settings, progress=interrupt_at(3))
    with pytest.raises(OscillatorsError, match="times was"):
        record(data, tmp_path / "resumed", [0.1, 0.2, 0.5, 1.1], settings, resume=True)
    record(data, tmp_path / "resumed", [0.1, 0.2, 0.5, 1.0], settings, resume=True)
    assert_same(tmp_path / "whole", tmp_path / "resumed")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resumed", "whole"]


@pytest.mark.parametrize("every", [None, 20])
def test_batches_make_the_samples_that_one_context_makes(
    tmp_path: Path, protocol: Path, monkeypatch: pytest.MonkeyPatch, every: int | None
) -> None:
    settings = GenerationSettings(150, steps_per_slice=15, every=every, seed=5)
    generate(protocol, tmp_path / "one", settings)
    monkeypatch.setattr(generation, "_BATCH_DISPLACEMENTS", 64 * 9)
    generate(protocol, tmp_path / "three", settings)
    assert_same(tmp_path / "one", tmp_path / "three")
    assert check_file(tmp_path / "three").problems == []
    with pytest.raises(Interrupted):
        generate(protocol, tmp_path / "resumed", settings, progress=interrupt_at(60 + 31))  # in the second
    generate(protocol, tmp_path / "resumed", settings, resume=True)
    assert_same(tmp_path / "one", tmp_path / "resumed")


#: The command with a checkpoint at every frame; given "before" or "after", it is killed at its third checkpoint.
COMMAND = """
import os, signal, sys
from openmmoscillators import cli, runcheckpoints

def save_and_die(self, **state):
    global checkpoints
    checkpoints += 1
    if checkpoints == 3 and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    save(self, **state)
    if checkpoints == 3 and moment == "after":
        os.kill(os.getpid(), signal.SIGKILL)

moment, checkpoints, save = sys.argv.pop(1), 0, runcheckpoints.RunCheckpoint.save
runcheckpoints.RunCheckpoint.save, runcheckpoints.INTERVAL = save_and_die, 0.0
cli.main()
"""


@pytest.mark.parametrize("platform", sorted(supporting_platforms()))
@pytest.mark.parametrize("command", ["generate", "record"])
def test_a_killed_command_is_resumed(tmp_path: Path, protocol: Path, platform: str, command: str) -> None:
    """kill -9 right after a checkpoint; then, in the run that continues, when frames later than one are recorded."""
    if command == "generate":
        arguments = [protocol, "--samples", 64, "--steps-per-slice", 60, "--every", 20, "--seed", 3]
    else:
        make_mixture(30, seed=2).save(tmp_path / "data")
        arguments = [tmp_path / "data", "--route", "simulated", "--step", 0.02, "--slices", 9, "--range", 1]

    def run(moment: str, output: str) -> int:
        given = [command, *arguments, "--platform", platform, "--resume", "-o", tmp_path / output]
        return subprocess.run([sys.executable, "-c", COMMAND, moment, *map(str, given)]).returncode

    assert run("never", "whole") == 0
    for moment in ("after", "before"):
        assert run(moment, "killed") == -signal.SIGKILL
        assert checkpoint_path(tmp_path / "killed").exists()
    assert run("never", "killed") == 0
    assert_same(tmp_path / "whole", tmp_path / "killed")


def test_what_does_not_fit_is_refused(tmp_path: Path, protocol: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runcheckpoints, "INTERVAL", 0.0)
    settings = GenerationSettings(5, steps_per_slice=15, every=7, seed=5)
    output = tmp_path / "s"
    with pytest.raises(Interrupted):
        generate(protocol, output, settings, progress=interrupt_at(31))
    with pytest.raises(OscillatorsError, match=r"is of an interrupted run: continue it with --resume"):
        generate(protocol, output, settings)
    with pytest.raises(OscillatorsError, match=r"cannot resume from .*: samples was 5, now it is 6"):
        generate(protocol, output, GenerationSettings(6, steps_per_slice=15, every=7, seed=5), resume=True)
    checkpoint_path(output).write_bytes(checkpoint_path(output).read_bytes()[:500])
    with pytest.raises(OscillatorsError, match="is no checkpoint"):
        generate(protocol, output, settings, resume=True)
    generate(protocol, output, settings, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


@pytest.mark.parametrize(("identity", "frames"), [("6", "1"), ("{", "1"), ("{}", "two")])
def test_what_no_run_has_saved_is_refused(tmp_path: Path, identity: str, frames: str) -> None:
    with checkpoint_path(tmp_path / "s").open("wb") as file:
        np.savez(file, identity=np.array(identity), frames=np.array(frames))
    with pytest.raises(OscillatorsError, match="cannot resume"):
        runcheckpoints.RunCheckpoint(tmp_path / "s", {}, resume=True, overwrite=False).get("frames", 0)


def test_a_run_that_fails_before_its_first_checkpoint_leaves_nothing(tmp_path: Path, protocol: Path) -> None:
    with pytest.raises(Interrupted):
        generate(protocol, tmp_path / "s", GenerationSettings(5, steps_per_slice=15), progress=interrupt_at(31))
    assert list(tmp_path.iterdir()) == []


def test_an_escape_can_stop_the_run_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    network = OscillatorNetwork.squareLattice(2, 1, 0)
    values = np.zeros((2, 8))
    values[:, 0:2], values[:, 4:6] = 1.0, 50.0  # confining, but k_6 too stiff for the step
    learned = LearnedProtocol(network=network, protocol=DrivingProtocol(network, [0.1, 1.1], values), kT=0.5)
    ProtocolFile.write(str(tmp_path / "p.h5"), learned)
    settings = GenerationSettings(50, 40, every=1, seed=1, on_escape="stop", platform="Reference")
    with pytest.raises(OscillatorsError, match=r"replica \d+, oscillator \d escaped.*; .*s\.h5md keeps the \d+ frames"):
        generate(tmp_path / "p.h5", tmp_path / "s.h5md", settings)
    assert check_file(tmp_path / "s.h5md").problems == []
    dropping = GenerationSettings(50, 40, seed=1, platform="Reference")
    reports = generate(tmp_path / "p.h5", tmp_path / "d.h5md", dropping)
    assert any("escaped" in report for report in reports)
    samples = read_samples(tmp_path / "d.h5md")
    assert 0 < np.isnan(samples).all(axis=1).sum() < 50
    with pytest.raises(OscillatorsError, match="on escape 'explode'"):
        GenerationSettings(on_escape="explode").check()
