"""Race this package against what one would use instead; see docs/performance.md.

python -m benchmarks.peers steps|learning|weak-error|scaling|memory|commands [options], from the repository's folder
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from . import machine


def main() -> None:
    arguments = _parse()
    if arguments.race != "scaling":
        machine.use_one_core(arguments.core)  # before anything is imported that starts threads
    races = {
        "steps": _steps,
        "learning": _learning,
        "weak-error": _weak_error,
        "scaling": _scaling,
        "memory": _memory,
        "commands": _commands,
    }
    races[arguments.race](arguments)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.splitlines()[0])
    parser.add_argument("race", choices=["steps", "learning", "weak-error", "scaling", "memory", "commands"])
    parser.add_argument("--quick", action="store_true", help="a small lattice and few rounds: does it run?")
    parser.add_argument("--lattices", default="12:6,28:14,10:6", help="size:range, ...")
    parser.add_argument("--replicas", default="1,64,1024")
    parser.add_argument("--precisions", default="single,double")
    parser.add_argument("--samples", type=int, default=4096, help="of learning")
    parser.add_argument("--only", default="", help="parts of the names of alternatives, as jax,numpy")
    parser.add_argument("--seconds", type=float, default=0.3, help="of a turn")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="that all is pinned to")
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"), help="folder for JSON and plots")
    arguments = parser.parse_args()
    if arguments.quick:
        quick = {"lattices": "4:2", "replicas": "1,64", "samples": 512, "seconds": 0.02, "rounds": 2}
        vars(arguments).update(quick)
    arguments.only = [part for part in arguments.only.split(",") if part]
    arguments.lattices = [tuple(map(int, pair.split(":"))) for pair in arguments.lattices.split(",")]
    arguments.output.mkdir(parents=True, exist_ok=True)
    return arguments


def _steps(arguments: argparse.Namespace) -> None:
    from . import report, steps

    cases = []
    replica_counts = list(map(int, arguments.replicas.split(",")))
    given = (replica_counts, arguments.precisions.split(","), arguments.seconds, arguments.rounds, arguments.only)
    for case in steps.measure(arguments.lattices, *given):
        cases.append(case)
        report.show(case)
        report.save(cases, arguments.output / "steps.json")
        report.plot_ratios(cases, arguments.output / "steps.png")


def _learning(arguments: argparse.Namespace) -> None:
    from . import learning, report

    cases = []
    for size, range_ in arguments.lattices:
        given = (arguments.samples, arguments.seconds, arguments.rounds, arguments.only)
        for case in learning.measure(size, range_, *given):
            cases.append(case)
            report.show(case)
            report.save(cases, arguments.output / "learning.json")
            report.plot_ratios(cases, arguments.output / "learning.png")


def _weak_error(arguments: argparse.Namespace) -> None:
    from . import report, weak_error

    cases = []
    for case in weak_error.measure(arguments.quick):
        cases.append(case)
        weak_error.show(case)
        report.save(cases, arguments.output / "weak-error.json")
    weak_error.plot(cases, arguments.output / "weak-error.png")


def _scaling(arguments: argparse.Namespace) -> None:
    from . import report, scaling

    cases = []
    for case in scaling.measure(arguments.seconds):
        cases.append(case)
        scaling.show(case)
        report.save(cases, arguments.output / "scaling.json")
    scaling.plot(cases, arguments.output / "scaling.png")


def _memory(arguments: argparse.Namespace) -> None:
    from . import memory, report

    cases = []
    size, range_, samples = (6, 2, 512) if arguments.quick else (28, 14, 8192)
    for case in memory.measure(size, range_, samples, (2, 4, 8)):
        cases.append(case)
        memory.show(case)
        report.save(cases, arguments.output / "memory.json")


def _commands(arguments: argparse.Namespace) -> None:
    from . import commands, report

    cases = []
    size, range_ = arguments.lattices[0]
    for case in commands.measure(size, range_, arguments.samples, arguments.seconds, arguments.rounds):
        cases.append(case)
        commands.show(case)
        report.save(cases, arguments.output / "commands.json")


if __name__ == "__main__":
    main()
