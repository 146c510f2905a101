"""Learning in place on devices with errors: what acts, what is measured, and which errors are absorbed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.checkpoints import checkpoint_path
from openmmoscillators.cli import run
from openmmoscillators.devices import IN_PLACE, acting_protocol, error_values, learn_in_place, make_device
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.oscillators import (
    DeviceErrors,
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    SensorErrors,
)
from openmmoscillators.protocols import family_curves, load_protocol

SETTINGS = replace(IN_PLACE, range=1, slices=3, steps=150, batch=128)


def test_half_an_offset_of_what_is_commanded_acts_in_generation() -> None:
    """2 theta - trap is commanded, so that (2 theta - trap + offset + trap) / 2 = theta + offset / 2 acts."""
    network = OscillatorNetwork.squareLattice(3, 2, 1)
    theta = NetworkParameters(network)
    theta.fillFamily("k_lin", 1.0)
    theta.fillFamily("k_6", 1.0)
    protocol = DrivingProtocol(theta)
    device = make_device(network, DeviceErrors(commandOffsetSpread=0.01), "Reference")
    offsets = np.asarray(device.getActing(theta).getValues()) - np.asarray(theta.getValues())
    acting = np.asarray(acting_protocol(device, network, protocol, 0.8).getValues())[0]
    np.testing.assert_allclose(acting, np.asarray(theta.getValues()) + offsets / 2, atol=1e-12)
    assert offsets.std() > 0.005


def test_in_place_absorbs_offsets_only_where_it_measures_as_driven(files: Path, tmp_path: Path) -> None:
    errors = DeviceErrors(commandOffsetSpread=0.02)
    perfect = learn_in_place(files / "lattice.h5", tmp_path / "0.h5", DeviceErrors(), SETTINGS)
    still = learn_in_place(files / "lattice.h5", tmp_path / "1.h5", errors, SETTINGS)
    driven = learn_in_place(files / "lattice.h5", tmp_path / "2.h5", errors, SETTINGS, as_driven=True)
    best = np.asarray(perfect["acting_losses"])
    excess, absorbed = (np.mean(np.asarray(report["acting_losses"]) / best) - 1.0 for report in (still, driven))
    # What is left comes from k_6 at its least value, which is one of what is commanded.
    assert excess > 0.2
    assert absorbed < 0.1 * excess


def test_command_writes_what_acts_and_what_was_commanded(files: Path, tmp_path: Path) -> None:
    arguments = ["device", str(files / "lattice.h5"), "--range", "1", "--slices", "2", "--steps", "20"]
    arguments += ["--command-gain-error", "0.1", "--platform", "Reference"]
    outputs = ["-o", str(tmp_path / "acts.h5"), "--commanded", str(tmp_path / "commanded.h5")]
    assert run([*arguments, *outputs, "--json", str(tmp_path / "figures.json")]) == 0
    acts, commanded = (load_protocol(tmp_path / f"{name}.h5") for name in ("acts", "commanded"))
    ratio = family_curves(acts)["c_lin"] / family_curves(commanded)["c_lin"]
    np.testing.assert_allclose(ratio[0], ratio[1], rtol=1e-6)  # a parameter's gain is the same at all times
    # 42 gains of spread 0.1: the spread comes out within a third but once in a thousand.
    assert 0.066 < ratio[0].std() < 0.134
    assert acts.latticeWidth == 4
    said = json.loads(acts.settings)
    assert said["errors"]["commandGainSpread"] == 0.1
    assert set(said["errors"]) == set(error_values(DeviceErrors()))
    assert said["errors"]["position"]["range"] == 5.0
    assert len(json.loads((tmp_path / "figures.json").read_text())["acting_losses"]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--optimizer", "exact"], "optimizer 'exact' is not local"),
        (["--rule", "magic"], "rule 'magic'"),
        (["--rule", "contrastive-divergence", "--as-driven"], "cannot be measured as driven"),
        (["--memory", "1"], "force.memory is 1"),
        (["--position-bits", "40"], "position.bits is 40"),
    ],
)
def test_refuses_what_a_device_cannot_do(files: Path, tmp_path: Path, fails, arguments: list, message: str) -> None:
    assert message in fails("device", files / "lattice.h5", "-o", tmp_path / "p.h5", *arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("rule", "matching"),
    [("contrastive-divergence", None), ("reversed-path", None), ("closed-loop", "contrastive-divergence")],
)
def test_interrupted_runs_continue_to_the_bit(files: Path, tmp_path: Path, rule: str, matching: str | None) -> None:
    """With every error that has a memory; interrupted after each slice in turn, as by a kill after its checkpoint."""
    sensors = SensorErrors(noise=0.01, memory=0.1)
    errors = DeviceErrors(force=sensors, position=sensors, drift=1e-4, commandOffsetSpread=0.001)
    settings = replace(SETTINGS, rule=rule, matching=matching, steps=20, repetitions=2)
    output = tmp_path / "p.h5"
    whole = learn_in_place(files / "lattice.h5", tmp_path / "whole.h5", errors, settings)
    for slices in (1, 2, 3):

        def interrupt(done: int, total: int, last: int = slices) -> None:
            if done == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            learn_in_place(files / "lattice.h5", output, errors, settings, progress=interrupt, resume=slices > 1)
    with pytest.raises(OscillatorsError, match=r"errors was .* now it is"):
        learn_in_place(files / "lattice.h5", output, DeviceErrors(), settings, resume=True)
    resumed = learn_in_place(files / "lattice.h5", output, errors, settings, resume=True)
    assert resumed["acting_losses"] == whole["acting_losses"]
    np.testing.assert_array_equal(resumed["mismatches"], whole["mismatches"])
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["p.h5", "whole.h5"]


def test_the_command_continues_after_a_kill(files: Path, tmp_path: Path) -> None:
    arguments = ["device", str(files / "lattice.h5"), "--range", "1", "--slices", "6", "--steps", "100"]
    arguments += ["--rule", "closed-loop", "--drift", "1e-5", "--force-noise", "0.1"]
    assert run([*arguments, "-o", str(tmp_path / "whole.h5")]) == 0
    output = tmp_path / "resumed.h5"
    command = [sys.executable, "-m", "openmmoscillators.cli", *arguments, "-o", str(output), "--resume"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not checkpoint_path(output).exists():
            time.sleep(0.005)
        process.kill()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    values = [load_protocol(path).protocol.getValues() for path in (tmp_path / "whole.h5", output)]
    np.testing.assert_array_equal(*values)
    assert not checkpoint_path(output).exists()
