"""Fair timing on a machine that others may use: contenders take turns, and what is counted is time on the processor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

#: Does what is timed as often as it is told; returns the processor time that it took. Everybody is pinned to one core,
#: where that is what a clock would show if nobody else used the core.
Turn = Callable[[int], float]


def race(contenders: Mapping[str, Turn], seconds: float, rounds: int) -> dict[str, list[float]]:
    """Time contenders in turns.

    Args:
        contenders: by name.
        seconds: that each turn is to last.
        rounds: number of turns of each.

    Returns:
        Seconds a call, for each contender and round.
    """
    calls = {name: _calls_per_turn(turn, seconds) for name, turn in contenders.items()}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, turn in contenders.items():
            times[name].append(turn(calls[name]) / calls[name])
    return times


def _calls_per_turn(turn: Turn, seconds: float) -> int:
    turn(1)  # whatever is set up or compiled once
    calls = 1
    while (elapsed := turn(calls)) < 0.2 * seconds:
        calls *= 4
    return max(1, round(calls * seconds / elapsed))


def summary(times: Mapping[str, list[float]], per_call: Mapping[str, int], ours: str) -> list[dict]:
    """Microseconds of each contender and how many times as long it takes as ours; the fastest first.

    Args:
        times: of race().
        per_call: what a call does: so many replicas or samples.
        ours: the contender that others are compared with.
    """
    best = {name: 1e6 * min(values) / per_call[name] for name, values in times.items()}
    median = {name: 1e6 * float(np.median(values)) / per_call[name] for name, values in times.items()}
    rows = [
        {
            "name": name,
            "microseconds": best[name],
            "microseconds_median": median[name],
            "ratio": best[name] / best[ours],
            "ratio_of_medians": median[name] / median[ours],
        }
        for name in times
    ]
    return sorted(rows, key=lambda row: row["microseconds"])
