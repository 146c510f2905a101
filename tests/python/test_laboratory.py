"""The example of a laboratory's recording, written by h5py alone: the command learns from it."""

from __future__ import annotations

import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.protocols import load_protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
import laboratory_recording as laboratory


@pytest.mark.parametrize("rule", ["denoising", "implicit"])
def test_a_file_of_positions_forces_and_times_teaches(tmp_path: Path, rule: str) -> None:
    """The energy's family has no ln cosh, so that up to a sixth of the score is missed between the wells; at t = 1.6,
    where the noised data are almost normal, 4000 replicas leave less than a hundredth."""
    files = [tmp_path / name for name in ("lab.h5", "trap.h5", "p.h5")]
    laboratory.measure(files[0], 4000)
    errors = laboratory.learn_from(*files, rule)
    assert all(error < 0.25 for error in errors)
    assert errors[-1] < 0.01
    if rule == "implicit":  # which needs neither the data nor a frame of them
        with h5py.File(files[0], "a") as file:
            for name in ("position", "force"):
                group = file[f"particles/array/{name}"]
                values, times = group["value"][1:], group["time"][1:]
                del group["value"], group["time"]
                group["value"], group["time"] = values, times
    options = ["--measured", str(files[1]), "--rule", rule, "--ridge", "1e-3"]
    assert run(["learn", str(files[0]), "-o", str(tmp_path / "again.h5"), *options]) == 0
    found = [np.asarray(load_protocol(path).protocol.getValues()) for path in (files[2], tmp_path / "again.h5")]
    np.testing.assert_allclose(*found, atol=1e-4 * np.abs(found[0]).max())
