"""The demonstration, with small tasks in place of the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openmmoscillators import demo
from openmmoscillators.cli import run
from openmmoscillators.datasets import DataSet
from openmmoscillators.demo import Task, digits_task, mixture_task
from openmmoscillators.learningsettings import LearningSettings


def test_ends_with_tables_and_pictures(
    tmp_path: Path,
    lattice: DataSet,
    mixture: DataSet,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = LearningSettings(range=1, slices=6, samples=300)
    monkeypatch.setattr(demo, "mixture_task", lambda: Task("mixture", mixture, settings, 100))
    monkeypatch.setattr(demo, "digits_task", lambda: Task("digits", lattice, settings, 100))
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "digits-samples.png").write_text("of an earlier run")
    assert run(["demo", str(tmp_path / "demo")]) == 0
    shown = capsys.readouterr().out
    for words in ("mixture", "strays", "digits", "Frechet distance", "digits-samples.png"):
        assert words in shown
    figures = json.loads((tmp_path / "demo" / "digits-figures.json").read_text())
    assert figures["samples"] == 100
    assert set(figures["seconds"]) == {"record", "learn", "generate", "evaluate", "draw"}
    assert {p.name for p in (tmp_path / "demo").glob("*.??[fg]")} == {
        "mixture-density.png",
        "mixture-learning.png",
        "mixture-protocol.png",
        "digits-data.png",
        "digits-learning.png",
        "digits-paths.gif",
        "digits-paths.png",
        "digits-protocol.png",
        "digits-samples.png",
    }


def test_tasks_are_the_papers() -> None:
    digits, mixture = digits_task(), mixture_task()
    assert (digits.data.width, digits.data.height, digits.learning.range, digits.samples) == (10, 10, 6, 1000)
    assert digits.data.classes == [0, 1]
    assert mixture.data.weights.tolist() == [0.6, 0.4]
