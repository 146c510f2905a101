"""Each figure of the paper: three files, and data that agree with what they show."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.thermodynamics_figures import FIGURES


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "franz-parisi"])
def test_figure(name: str, tmp_path: Path) -> None:
    options = ["--paths", "400", "--steps", "20", "--duration", "1"]
    assert run(["thermodynamics", "figure", name, "-o", str(tmp_path), *options]) == 0
    assert (tmp_path / f"figure_{name}.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / f"figure_{name}.svg").read_text()
    with h5py.File(tmp_path / f"figure_{name}.h5") as file:
        assert file.attrs["title"] == FIGURES[name].title
        if name in "27":
            assert file["paths"][-1] == 400
            assert abs(file["integral_fluctuation"][-1] - 1) < 5 * file["standard_error"][-1]
        elif name in "38":
            total = file["environment_entropy"][:] + file["system_entropy"][:]
            np.testing.assert_allclose(file["total_entropy"][:], total, atol=1e-12)
            np.testing.assert_allclose(file["exponential"][:], np.exp(-total), rtol=1e-12)
        elif name == "6":
            assert file["a/potential"].shape == (len(file["a/times"]), len(file["a/x"]))
            assert file["a/potential"][0].min() < 0 < file["b/potential"][0].max()
        elif name in ("9", "10"):
            np.testing.assert_allclose(file["entropy_rate"][:], file["production"][:] - file["flux"][:], atol=1e-9)


def test_figure_refuses(tmp_path: Path, fails, capsys: pytest.CaptureFixture[str]) -> None:
    assert "expected one of 2, 3" in fails("thermodynamics", "figure", "4", "-o", tmp_path)
    assert "no such folder" in fails("thermodynamics", "figure", "5", "-o", tmp_path / "absent")
    (tmp_path / "figure_5.h5").write_text("mine")
    assert "exists" in fails("thermodynamics", "figure", "5", "-o", tmp_path)
    assert (tmp_path / "figure_5.h5").read_text() == "mine"
    assert not (tmp_path / "figure_5.png").exists()
    assert run(["thermodynamics", "figure", "5", "-o", str(tmp_path), "--overwrite", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sample_points"]) == 3
