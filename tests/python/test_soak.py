"""The long run of tests/reliability for some seconds: all of its parts, and what must not grow."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.reliability import soak


def test_a_short_soak(tmp_path: Path) -> None:
    samples = soak.soak(tmp_path, steps=900, size=3e6, seconds=4, replicas=4)
    assert samples[-1].steps >= 900
    assert samples[-1].recorded >= 3e6
    assert samples[-1].short_runs >= 4
    assert samples[-1].open_files == samples[1].open_files
    assert samples[-1].threads <= samples[1].threads + 2  # those of short runs that have ended may still be there
    assert len(soak.table(samples).splitlines()) > 3


def test_growth_is_that_of_the_second_half() -> None:
    def sample(hours: float, memory: int) -> soak.Sample:
        return soak.Sample(3600 * hours, 0, 0, 0, memory, 0, 0, 0)

    rising_at_first = [sample(0, 0), sample(1, 90), sample(2, 100), sample(3, 103)]
    assert abs(soak.growth(rising_at_first, "memory") - 3) < 1e-9
