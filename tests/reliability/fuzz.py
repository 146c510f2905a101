"""Fuzzing of all that is read: the programs of tests/fuzz by libFuzzer, and its Python readers by atheris.

Inputs that reach something new stay in <build>/corpus and are where the next run begins; those that fail are in
<build>/failures.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

READERS = {
    "FuzzProtocol": "protocol files",
    "FuzzRecording": "recordings",
    "FuzzLearningCheckpoint": "checkpoints of learning",
    "FuzzFlushJournal": "journals of interrupted flushes",
    "FuzzHdf5Bytes": "bytes of these files",
    "FuzzForceXml": "XML of the force, then used",
    "FuzzIntegratorXml": "XML of the integrator, then used",
    "FuzzState": "XML of a State, then continued from",
    "FuzzContextCheckpoint": "checkpoints of a Context, then continued from",
}
PYTHON_READERS = {
    "data": "data sets",
    "idx": "IDX files, plain and gzip",
    "npy": ".npy files",
    "recording": "recordings, `check` and `repair`",
    "checkpoint": "checkpoints of generating and recording",
}
_ROOT = Path(__file__).parents[2]
_PYTHON_PROGRAM = _ROOT / "tests" / "fuzz" / "fuzz_readers.py"
# A reader that takes memory before it has looked how much there can be meets the second of these.
_LIMITS = ("-timeout=20", "-malloc_limit_mb=64", "-rss_limit_mb=2048", "-max_len=300000", "-len_control=0")
_GO_ON = ("-fork=1", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1")
_SOURCES = ("recording/ArrayFile", "recording/FlushJournal", "recording/Hdf5File", "recording/Hdf5Series")
_SOURCES += (
    "recording/NetworkGroup",
    "recording/ProtocolFile",
    "recording/TrajectoryFile",
    "recording/TrajectoryTimes",
)
_SOURCES += ("learning/LearningCheckpoint", "serialization/NetworkNodes", "serialization/NumberLists")
_SOURCES += ("OscillatorNetworkForceProxy", "OverdampedLangevinIntegratorProxy")


@dataclass
class Outcome:
    """Of one reader.

    Attributes:
        edges: of the control flow, that were reached.
        failures: inputs with which ours fails, and how.
        others: inputs with which the HDF5 library or OpenMM fails.
    """

    executions: int = 0
    edges: int = 0
    corpus: int = 0
    failures: dict[Path, str] = field(default_factory=dict)
    others: dict[Path, str] = field(default_factory=dict)


def has_atheris() -> bool:
    """Whether the readers in Python can be fuzzed."""
    return importlib.util.find_spec("atheris") is not None


def fuzz_all(build: Path, seconds: float, seed: int = 0) -> dict[str, Outcome]:
    """Fuzz every reader for so long. Those in Python are left out where atheris is missing.

    Args:
        build: where the preset fuzz was built.
        seed: of libFuzzer; 0 for another one each time.
    """
    commands = {name: [str(build / "tests" / "fuzz" / name)] for name in READERS}
    if has_atheris():
        commands |= {name: [sys.executable, str(_PYTHON_PROGRAM), name] for name in PYTHON_READERS}
    return {name: _fuzz(command, build, name, seconds, seed) for name, command in commands.items()}


def _fuzz(command: list[str], build: Path, name: str, seconds: float, seed: int) -> Outcome:
    corpus, failures, temporary = (build / part / name for part in ("corpus", "failures", "temporary"))
    shutil.rmtree(failures, ignore_errors=True)
    for folder in (corpus, failures, temporary):
        folder.mkdir(parents=True, exist_ok=True)
    environment = _environment(temporary)
    subprocess.run([*command, "--seeds", str(corpus)], env=environment, check=True, capture_output=True)
    options = [*_LIMITS, f"-seed={seed}", f"-max_total_time={seconds:.0f}", f"-artifact_prefix={failures}/"]
    going_on = _GO_ON if name in READERS else ()  # atheris cannot
    done = subprocess.run(
        [*command, *options, *going_on, str(corpus)], env=environment, capture_output=True, text=True, errors="replace"
    )
    outcome = Outcome(_last(r"^#(\d+)", done.stderr), _measure(command, build, name), len(list(corpus.iterdir())))
    for path in sorted(failures.iterdir()):
        reason = _fail_again([*command, *_LIMITS, str(path)], environment)
        if reason is None and path.name.startswith(("timeout", "slow")):
            continue  # the machine was busy
        reason = reason or "does not fail again"
        (outcome.others if _is_of_others(reason) else outcome.failures)[path] = _first_line(reason)
    if outcome.executions == 0:
        sys.exit(f"{name} did not run (exit status {done.returncode}):\n{done.stderr[-2000:]}")
    return outcome


def _environment(temporary: Path) -> dict[str, str]:
    suppressions = _ROOT / "tests" / "leak-suppressions.txt"
    return os.environ | {
        "TMPDIR": str(temporary),
        "LLVM_PROFILE_FILE": os.devnull,
        "ASAN_OPTIONS": "allocator_may_return_null=1",
        "LSAN_OPTIONS": f"suppressions={suppressions}:print_suppressions=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def _last(pattern: str, log: str) -> int:
    found = re.findall(pattern, log, re.MULTILINE)
    return int(found[-1]) if found else 0


def _measure(command: list[str], build: Path, name: str) -> int:
    """Edges that the corpus reaches; for C++, lines as well, in a file for coverage()."""
    counts = _environment(build / "temporary" / name) | {"LLVM_PROFILE_FILE": str(_profile(build, name))}
    options = [*_LIMITS, "-runs=0", str(build / "corpus" / name)]
    done = subprocess.run([*command, *options], env=counts, capture_output=True, text=True, errors="replace")
    return _last(r"^#\d+.* cov: (\d+) ", done.stderr)


def _profile(build: Path, name: str) -> Path:
    return build / "coverage" / f"{name}.profraw"


def _fail_again(command: list[str], environment: dict[str, str]) -> str | None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace")
    return done.stderr if done.returncode != 0 else None


def _is_of_others(reason: str) -> bool:
    """Whether the innermost function that is not of the language's libraries is the HDF5 library's or OpenMM's."""
    for frame in re.findall(r"^ +#\d+ 0x\w+ .*$", reason, re.MULTILINE):
        if "libhdf5" in frame or "libOpenMM.so" in frame:
            return True
        if "OpenMMOscillators::" in frame:
            return False
    return False


def _first_line(reason: str) -> str:
    found = re.search(
        r"ERROR: .*|runtime error: .*|^[A-Za-z.]*(?:Error|Exception).*|what\(\): .*", reason, re.MULTILINE
    )
    return found.group() if found else (reason.splitlines() or [""])[-1]


def table(outcomes: dict[str, Outcome]) -> str:
    """One line a reader."""
    lines = [
        "| read | by | executions | edges | corpus | failures | failures within HDF5, OpenMM |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, outcome in outcomes.items():
        label = READERS.get(name) or PYTHON_READERS[name]
        by = "C++" if name in READERS else "Python"
        numbers = (outcome.executions, outcome.edges, outcome.corpus, len(outcome.failures), len(outcome.others))
        lines.append(f"| {label} | {by} | " + " | ".join(map(str, numbers)) + " |")
    return "\n".join(lines)


def coverage(build: Path) -> str:
    """Lines and branches of the C++ sources that read, reached by all corpora of fuzz_all() together, as a table."""
    programs = [build / "tests" / "fuzz" / name for name in READERS]
    merged = build / "coverage" / "all.profdata"
    profiles = [_profile(build, name) for name in READERS]
    subprocess.run(["llvm-profdata-14", "merge", "-o", merged, *profiles], check=True)
    objects = [argument for program in programs[1:] for argument in ("-object", program)]
    command = ["llvm-cov-14", "export", "-summary-only", f"-instr-profile={merged}", programs[0], *objects]
    exported = subprocess.run(command, check=True, capture_output=True).stdout
    return _coverage_table(json.loads(exported)["data"][0]["files"])


def _coverage_table(files: Iterable[dict]) -> str:
    lines = ["| source | lines | branches |", "|---|---|---|"]
    for file in sorted(files, key=lambda file: file["filename"]):
        path = Path(file["filename"])
        if path.suffix != ".cpp" or not str(path.with_suffix("")).endswith(_SOURCES):
            continue
        counts = [file["summary"][kind] for kind in ("lines", "branches")]
        shares = [f"{count['covered']} of {count['count']}, {count['percent']:.0f} %" for count in counts]
        lines.append(f"| {'/'.join(path.parts[-2:])} | {shares[0]} | {shares[1]} |")
    return "\n".join(lines)
