"""The examples about choices, learning curves and pairs: small runs from a data set to tables and pictures."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import FeedbackOptions, LearnedProtocol
from openmmoscillators.protocols import load_protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
import choices
import learning_curves
import pairs

SMALL = ["--range", "1", "--slices", "4", "--generated", "64"]


def run(monkeypatch: pytest.MonkeyPatch, example, data: Path, output: Path, *options: str) -> list[dict]:
    monkeypatch.setattr(sys, "argv", ["example", str(data), "-o", str(output), *SMALL, *options])
    example.main()
    assert output.with_suffix(".png").stat().st_size > 1000
    return json.loads(output.with_suffix(".json").read_text())


def test_choices(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "POPULATION", 128)
    options = ["--samples", "128", "--only", "samples", "--seeds", "0", "1"]
    rows = run(monkeypatch, choices, files / "lattice.h5", tmp_path / "choices", *options)
    names = [row["name"] for row in rows if row["seed"] == 0]
    assert names == [row["name"] for row in rows if row["seed"] == 1]
    assert len(set(names)) == len(names)
    lines = (tmp_path / "choices.md").read_text().splitlines()
    assert len(lines) == len(names) + 2  # one row for both seeds
    for line in lines[2:]:
        assert 0 < float(line.split("|")[3]) < 1  # zeros


def test_every_choice_is_one_of_learning() -> None:
    """Names of settings and of feedback exist, and no two choices are the same."""
    base = LearningSettings()
    every = choices.choices(base)
    for choice in every:
        replace(base, **choice.settings)
        assert set(choice.feedback) <= set(dir(FeedbackOptions()))
    changes = [(tuple(c.settings.items()), tuple(c.feedback.items()), c.smoothing) for c in every]
    assert len(set(changes)) == len(every)


def test_smoothing_keeps_a_protocol_that_is_inverse_to_the_noise(files: Path) -> None:
    learned = load_protocol(files / "protocol.h5")
    times, values = learned.protocol.getTimes(), np.asarray(learned.protocol.getValues())
    variances = 0.1 * -np.expm1(-2 * np.array(times))
    inverse = values[:1] / variances[:, None]
    smooth = LearnedProtocol(
        network=learned.network,
        protocol=choices.DrivingProtocol(learned.network, times, inverse),
        kT=learned.kT,
        sigma=learned.sigma,
    )
    choices.smooth(smooth, 1.0)
    np.testing.assert_allclose(np.asarray(smooth.protocol.getValues()), inverse, rtol=1e-9)
    choices.smooth(learned, 1.0)
    assert not np.allclose(np.asarray(learned.protocol.getValues()), values, rtol=0.01)


def test_learning_curves(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = ["--most", "512", "--points", "2"]
    rows = run(monkeypatch, learning_curves, files / "lattice.h5", tmp_path / "curves", *options)
    assert {row["curve"] for row in rows} == {"exact solve", "sgd", "adam"}
    assert min(row["excess"] for row in rows) >= 0
    for name, readings in (("exact solve", [256, 512]), ("sgd", [8192, 16384])):
        fewer, more = (row for row in rows if row["curve"] == name and "readings" in row["panels"])
        assert [fewer["readings"], more["readings"]] == readings
        # Twice the samples or steps for fifteen parameters an oscillator cannot but help.
        assert more["excess"] < fewer["excess"] < 1


def test_learning_curves_of_a_mixture(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More steps bring the score closer to the exact one, and 512 samples solved exactly beat few steps."""
    options = ["--most", "512", "--points", "2"]
    rows = run(monkeypatch, learning_curves, files / "mixture.h5", tmp_path / "curves", *options)
    errors = {name: [row["score_error"] for row in rows if row["curve"] == name] for name in ("exact solve", "sgd")}
    assert errors["sgd"][-1] < errors["sgd"][0]
    assert 0 < errors["exact solve"][-1] < errors["sgd"][0]
    assert "error of the score" in (tmp_path / "curves.md").read_text().splitlines()[0]


def test_pairs(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = run(monkeypatch, pairs, files / "lattice.h5", tmp_path / "pairs", "--samples", "128")
    assert row["pair"] == [0, 1]
    assert row["expected"] == pytest.approx(0.5, abs=0.02)
    assert row["others"] == pytest.approx(0.0, abs=1e-12)
