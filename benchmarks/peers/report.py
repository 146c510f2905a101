"""Tables on the screen, all figures as JSON, and plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from openmmoscillators.files import new_file
from openmmoscillators.jsonfiles import to_json

from .machine import describe, load_average
from .ours import NAME


def show(case: dict) -> None:
    """One case as a table: ours, then the alternatives, the strongest first."""
    rows = sorted(case["rows"], key=lambda row: (row["name"] != NAME, row["microseconds"]))
    print(f"\n{case['title']} [{case['unit']}; load {load_average():.1f}]")
    print(f"  {'':54}{'best':>11}{'median':>11}{'ratio':>9}{'of medians':>12}")
    for row in rows:
        print(
            f"  {row['name']:54}{row['microseconds']:11.4g}{row['microseconds_median']:11.4g}"
            f"{row['ratio']:9.2f}{row['ratio_of_medians']:12.2f}{_remark(row, case)}"
        )
    for name, reason in case.get("left_out", {}).items():
        print(f"  {name}: left out, {reason}")


def _remark(row: dict, case: dict) -> str:
    if row.get("replicas", case.get("replicas")) != case.get("replicas"):
        return f"  ({row['replicas']} replicas)"
    return f"  ({row['iterations']} iterations)" if "iterations" in row else ""


def save(cases: Sequence[dict], path: Path) -> None:
    """Write all cases, replacing what was there."""
    with new_file(path, overwrite=True) as temporary:
        temporary.write_text(to_json({"machine": describe(), "cases": list(cases)}) + "\n")


def plot_ratios(cases: Sequence[dict], path: Path) -> None:
    """How many times as long as ours each alternative takes, case by case."""
    figure = Figure(figsize=(9, 1.2 + 0.2 * sum(len(case["rows"]) + 1 for case in cases)), layout="constrained")
    axes = figure.subplots()
    labels, position = [], 0
    for case in cases:
        labels.append((position, case["title"], "bold"))
        position += 1
        for row in sorted(case["rows"], key=lambda row: row["ratio"]):
            ours = row["name"] == NAME
            axes.barh(position, row["ratio"], color="tab:orange" if ours else "tab:blue")
            axes.annotate(f" {row['ratio']:.3g}", (row["ratio"], position), va="center", fontsize=7)
            labels.append((position, row["name"], "normal"))
            position += 1
    axes.set_yticks([at for at, _, _ in labels], [text for _, text, _ in labels], fontsize=7)
    for tick, (_, _, weight) in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_fontweight(weight)
    axes.set_ylim(position - 0.4, -0.6)  # downwards
    axes.set_xscale("log")
    axes.set_xlabel(f"time, relative to {NAME}")
    with new_file(path, overwrite=True) as temporary:
        figure.savefig(temporary, dpi=120)
