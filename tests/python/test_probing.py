"""Files that crash a library, or keep it busy for ever, are refused in one line."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators import probing
from openmmoscillators.checking import check_file
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.probing import probe


def test_what_crashes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OscillatorsError, match=r"a\.h5 is damaged: reading it ends the process \(SIGSEGV\)"):
        probe(tmp_path / "a.h5", lambda: os.kill(os.getpid(), signal.SIGSEGV))


def test_what_does_not_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_LONGEST", 1)

    def loop() -> None:
        while True:
            pass

    with pytest.raises(OscillatorsError, match="damaged: reading it ends the process"):
        probe(tmp_path / "a.h5", loop)


def test_errors_are_left_to_the_reader(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    probe(tmp_path / "a.h5", lambda: print(1 / 0))
    assert capfd.readouterr() == ("", "")


def test_nothing_is_tried_beside_other_threads(tmp_path: Path) -> None:
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        probe(tmp_path / "a.h5", lambda: os.kill(os.getpid(), signal.SIGSEGV))
    finally:
        end.set()
        other.join()


@pytest.mark.parametrize("name", ["lattice.h5", "protocol.h5"])
def test_bytes_changed_at_random_do_no_harm(files: Path, tmp_path: Path, name: str) -> None:
    """Checked here, in the process of the tests: it is still there."""
    original = (files / name).read_bytes()
    random = np.random.default_rng(1)
    for _ in range(20):
        damaged = bytearray(original)
        for place in random.integers(0, len(damaged) - 8, random.integers(1, 6)):
            damaged[place : place + 8] = random.bytes(8) if random.random() < 0.5 else b"\xff" * 8
        path = tmp_path / name
        path.write_bytes(damaged)
        with suppress(OscillatorsError):
            check_file(path)
