"""What docs/reliability.md shows, measured anew.

python -m tests.reliability soak|faults|threads|fuzz [options], from the repository's folder
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from . import faults, fuzz, soak, threads


def main() -> None:
    arguments = _parse()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        arguments.run(Path(folder), arguments)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("."), help="where files are made, and removed at the end")
    commands = parser.add_subparsers(required=True)
    soaking = commands.add_parser("soak", help="an hour of recording, learning and generating: memory over time")
    soaking.add_argument("--steps", type=int, default=10**6, help="of the long run")
    soaking.add_argument("--gigabytes", type=float, default=10, help="of its recording")
    soaking.add_argument("--minutes", type=float, default=60)
    soaking.add_argument("--replicas", type=int, default=256)
    soaking.add_argument("--plot", type=Path, help="PNG file to write")
    soaking.set_defaults(run=_soak)
    threading = commands.add_parser("threads", help="how much faster two threads of Python are than one")
    threading.add_argument("--rounds", type=int, default=7)
    threading.set_defaults(run=_threads)
    injecting = commands.add_parser("faults", help="kills, power losses, errors and full disks: what is left")
    injecting.add_argument("--times", type=int, default=40, help="of each fault in each command")
    injecting.add_argument("--seed", type=int, default=0)
    injecting.set_defaults(run=_faults)
    fuzzing = commands.add_parser("fuzz", help="damaged input for everything that is read, guided by coverage")
    fuzzing.add_argument("--build", type=Path, default=Path("build/fuzz"), help="where the preset fuzz was built")
    fuzzing.add_argument("--seconds", type=float, default=120, help="for each reader")
    fuzzing.add_argument("--seed", type=int, default=0, help="of libFuzzer; 0 for another one each time")
    fuzzing.set_defaults(run=_fuzz)
    return parser.parse_args()


def _soak(folder: Path, arguments: argparse.Namespace) -> None:
    samples = soak.soak(folder, arguments.steps, 1e9 * arguments.gigabytes, 60 * arguments.minutes, arguments.replicas)
    print(soak.table(samples))
    for field in ("memory", "in_use"):
        print(f"Growth of {field} in the second half: {soak.growth(samples, field) / 2**20:+.2f} MiB an hour")
    if arguments.plot:
        soak.plot(samples, arguments.plot)


def _threads(folder: Path, arguments: argparse.Namespace) -> None:
    for name, found in threads.speed_ups(folder, arguments.rounds).items():
        print(f"{name}: {found:.2f} times the work of one thread in the same time")


def _faults(folder: Path, arguments: argparse.Namespace) -> None:
    if not faults.has_faulty_disk():
        sys.exit(faults.restart_with_faulty_disk(folder))
    chosen = [fault for fault in faults.LABELS if fault != faults.Fault.SMALL_DISK or faults.can_mount(folder)]
    tallies = faults.inject_all(folder, arguments.times, arguments.seed, chosen)
    print(faults.table(tallies))
    sys.exit(any(tally.problems for tally in tallies.values()))


def _fuzz(_: Path, arguments: argparse.Namespace) -> None:
    outcomes = fuzz.fuzz_all(arguments.build.resolve(), arguments.seconds, arguments.seed)
    print(fuzz.table(outcomes), fuzz.coverage(arguments.build.resolve()), sep="\n\n")
    failures = {path: reason for outcome in outcomes.values() for path, reason in outcome.failures.items()}
    for path, reason in failures.items():
        print(f"{path}: {reason}")
    sys.exit(bool(failures))


main()
