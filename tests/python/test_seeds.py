"""The example that makes a table over seeds."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.datasets import make_lattice
from openmmoscillators.samples import read_latents

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
import seeds


def save_data(path: Path) -> None:
    """Two classes of 3 x 3 pixels, bright and dark."""
    generator = np.random.default_rng(0)
    labels = np.repeat([3, 8], 300)
    images = np.sign(labels - 5)[:, None] + 0.5 * generator.standard_normal((600, 9))
    make_lattice(images.reshape(-1, 3, 3), labels, size=None).save(path)


def test_a_row_is_mean_and_deviation_over_its_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_data(tmp_path / "data.h5")
    learned = "--range 1 --slices 16 --samples 400"
    command = [str(tmp_path / "data.h5"), "-o", str(tmp_path / "runs"), "--seeds", "0", "1", "--samples", "100"]
    command += ["--row", f"class given: {learned} --latents category", "--row", f"none: {learned}"]
    seeds.main(command)
    table = capsys.readouterr().out
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert [line[0] for line in lines[2:]] == ["real training images", "one Gaussian a class", "class given", "none"]
    found = [json.loads((tmp_path / "runs" / f"class-given-{k}.json").read_text()) for k in (0, 1)]
    distances = [figures["frechet_distance"] for figures in found]
    column = lines[0].index("Fréchet distance")
    assert lines[4][column] == f"{np.mean(distances):.3f} ± {np.std(distances, ddof=1):.3f}"
    assert "±" not in lines[2][column]
    assert lines[4][lines[0].index("read as meant")]
    assert not lines[5][lines[0].index("read as meant")]
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()}
    seeds.main(command)
    assert capsys.readouterr().out == table
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "runs").iterdir()} == files


def test_samples_are_generated_again_for_the_codes_of_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_data(tmp_path / "data.h5")
    command = [str(tmp_path / "data.h5"), "-o", str(tmp_path), "--seeds", "0", "--samples", "100", "--twice"]
    seeds.main([*command, "--row", "row: --range 1 --slices 16 --samples 400 --latents category"])
    assert "| row |" in capsys.readouterr().out
    first, second = (read_latents(tmp_path / f"row-0{part}.h5md") for part in (".first", ""))
    assert len(first) == 106
    np.testing.assert_array_equal(np.sign(second), np.sign(first[:100]))
