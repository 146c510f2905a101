"""The races of benchmarks/peers that need no other package: they run, at a small size, and report what they should."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def race(name: str, folder: Path) -> list[dict]:
    line = [sys.executable, "-m", "benchmarks.peers", name, "--quick", "--output", str(folder)]
    subprocess.run(line, cwd=REPOSITORY, check=True, capture_output=True, timeout=170)
    return json.loads((folder / f"{name}.json").read_text())["cases"]


def test_commands(tmp_path: Path) -> None:
    cases = {case["kind"]: case for case in race("commands", tmp_path)}
    assert list(cases) == ["steps, a frame every 100", "oscillators learn", "oscillators generate"]
    assert cases["oscillators generate"]["samples"] == 512
    assert 0 < cases["oscillators generate"]["share_of_steps"] < 1


def test_weak_error(tmp_path: Path) -> None:
    cases = [case for case in race("weak-error", tmp_path) if case["name"].startswith("ours")]
    heun = [case for case in cases if case["name"] == "ours, stochastic-heun"]
    assert len(cases) == 6
    assert heun[1]["error"] < heun[0]["error"]  # .07 and .39, at a resolution of .02
    assert heun[1]["resolution"] == pytest.approx(heun[0]["resolution"], rel=0.5)
    assert (tmp_path / "weak-error.png").stat().st_size > 1000
