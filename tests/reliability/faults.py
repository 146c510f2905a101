"""Faults injected into the commands that run for long, and what is left afterwards."""

from __future__ import annotations

import ctypes
import enum
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from openmmoscillators import cli, generation, runcheckpoints
from openmmoscillators.checking import check_file
from openmmoscillators.checkpoints import checkpoint_path

_SOURCE = Path(__file__).with_name("FaultyDisk.cpp")
_LIBRARY = "OSCILLATORS_FAULTY_DISK"
_MOST_ROOM = 4 * 2**20  # on a small disk, in bytes; a journal takes 1 MiB


class Fault(enum.IntEnum):
    """As in FaultyDisk.cpp; SIGNAL and SMALL_DISK need no library."""

    NONE = 0
    KILL = 1
    IO_ERROR = 2
    DISK_FULL = 3
    POWER_LOSS = 4
    SIGNAL = 5
    SMALL_DISK = 6


LABELS = {
    Fault.KILL: "killed before the n-th change of a file",
    Fault.SIGNAL: "killed at a random moment",
    Fault.POWER_LOSS: "power fails at the n-th change of a file",
    Fault.IO_ERROR: "the n-th change of a file fails: input/output error",
    Fault.DISK_FULL: "from the n-th change on the disk is full",
    Fault.SMALL_DISK: "a disk (tmpfs) of random size",
}


def has_faulty_disk() -> bool:
    """Whether FaultyDisk.cpp stands before the C library in this process."""
    return _LIBRARY in os.environ


def restart_with_faulty_disk(folder: Path) -> int:
    """Compile FaultyDisk.cpp in a folder and run this command line anew with it. Returns the exit status.

    Raises:
        RuntimeError: there is no compiler.
    """
    compiler = shutil.which("c++")
    if compiler is None:
        raise RuntimeError("injecting faults needs a C++ compiler, c++")
    library = folder.resolve() / "faulty-disk.so"
    flags = ["-std=c++17", "-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Wshadow", "-Werror"]
    subprocess.run([compiler, *flags, str(_SOURCE), "-o", str(library), "-ldl"], check=True)
    environment = os.environ | {"LD_PRELOAD": str(library), _LIBRARY: str(library)}
    return subprocess.call([sys.executable, "-m", "tests.reliability", *sys.argv[1:]], env=environment)


def can_mount(folder: Path) -> bool:
    """Whether this process may mount a tmpfs; says so if not."""
    place = folder / "mount"
    place.mkdir()
    status = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], stderr=subprocess.PIPE, text=True)
    if status.returncode == 0:
        subprocess.run(["umount", str(place)], check=True)
    else:
        print(f"No small disks, which need the right to mount: {status.stderr.strip()}", file=sys.stderr)
    return status.returncode == 0


@dataclass(frozen=True)
class Command:
    """A command line that writes ``out``, and can be continued with --resume."""

    name: str
    arguments: tuple[str, ...]
    #: Displacements of a batch of generating.
    batch: int = 2**19

    def run(self, folder: Path, *more: str) -> int:
        """In this process, with a checkpoint whenever there can be one. Returns the exit status."""
        runcheckpoints.INTERVAL = 0.0
        generation._BATCH_DISPLACEMENTS = self.batch
        return cli.run([*self.arguments, "-o", str(folder / "out"), *more])


@dataclass
class Tally:
    """What came of a fault injected into a command many times."""

    injected: int = 0
    survived: int = 0  # it came too late, or did not matter
    resumed: int = 0
    problems: list[str] = field(default_factory=list)


def contents(path: Path) -> dict[str, object]:
    """All that a file of HDF5 holds, but for when, how fast and in how many runs it was made."""
    found = {}

    def visit(name: str, item: h5py.HLObject) -> None:
        if isinstance(item, h5py.Dataset) and "/run_" not in name and name != "learning/report":
            value = item[()]
            found[name] = value.tobytes() if isinstance(value, np.ndarray) else value

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def in_child(work: Callable[[], int], stderr: Path, delay: float | None = None) -> int:
    """Do something in a process of its own. Returns its exit status, negative for a signal.

    Args:
        stderr: file that gets what it says.
        delay: after so many seconds it is killed.
    """
    child = os.fork()
    if child == 0:
        status = 125
        try:
            with stderr.open("wb") as file:
                os.dup2(file.fileno(), 2)
                os.dup2(file.fileno(), 1)
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Injector:
    """Injects faults into a command, each in an empty folder that an older result may be in."""

    def __init__(self, command: Command, folder: Path, seed: int) -> None:
        """Runs the command twice without faults."""
        self.command, self.folder = command, folder.resolve()
        self._library = ctypes.CDLL(os.environ[_LIBRARY])
        self._library.faulty_disk_count.restype = ctypes.c_long
        self._random = np.random.default_rng(seed)
        self._shadow, self._run, self._said = (self.folder / name for name in ("shadow", "run", "said"))
        self._expected = self._prepare("reference")
        self._old = self._prepare("old", "--seed", "99")
        self._changes, self._seconds = self._measure()

    def _prepare(self, name: str, *more: str) -> Path:
        target = self.folder / name
        target.mkdir(parents=True)
        if in_child(lambda: self.command.run(target, *more), self._said) != 0:
            raise RuntimeError(f"{self.command.name} fails by itself: {self._said.read_text()}")
        return target / "out"

    def _measure(self) -> tuple[int, float]:
        """The number of changes of files by the command, and how long it takes."""
        count = self.folder / "count"

        def run() -> int:
            self._begin(Fault.NONE, 0)
            status = self.command.run(self._run, "--overwrite")
            count.write_text(str(self._library.faulty_disk_count()))
            return status

        self._clean(self._old)
        start = time.monotonic()
        in_child(run, self._said)
        return int(count.read_text()), time.monotonic() - start

    def _clean(self, old: Path | None) -> None:
        for folder in (self._run, self._shadow):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        if old is not None:
            shutil.copy(old, self._run / "out")

    def _begin(self, fault: Fault, fatal: int) -> None:
        seed = int(self._random.integers(2**31))
        arguments = (str(self._run).encode(), str(self._shadow).encode(), int(fault), ctypes.c_long(fatal), seed)
        self._library.faulty_disk_begin(*arguments)

    def inject(self, fault: Fault, tally: Tally) -> None:
        """Once, at a random moment; then look at what is left, and continue."""
        old = self._old if self._random.random() < 0.5 else None
        self._clean(old)
        status = self._run_with(fault)
        said = self._said.read_text()
        tally.injected += 1
        found = self._judge(fault, status, said, old)
        if found is None and status != 0:
            tally.resumed += 1
        elif found is None:
            tally.survived += 1
        else:
            tally.problems.append(f"{self.command.name}, {fault.name}, {tally.injected}: {found}")
            print(tally.problems[-1], file=sys.stderr)

    def _run_with(self, fault: Fault) -> int:
        fatal = int(self._random.integers(1, self._changes + 2))
        delay = float(self._random.uniform(0, self._seconds)) if fault == Fault.SIGNAL else None

        def run() -> int:
            if fault < Fault.SIGNAL:
                self._begin(fault, fatal)
            status = self.command.run(self._run, "--overwrite")
            if fault == Fault.POWER_LOSS:  # right after the end
                self._library.faulty_disk_lose_power()
            return status

        if fault == Fault.SMALL_DISK:
            with self._small_disk():
                return in_child(run, self._said)
        return in_child(run, self._said, delay)

    @contextmanager
    def _small_disk(self) -> Iterator[None]:
        """The run's folder on a disk that is full soon, then the folder again with what was left on that disk."""
        present = sum(path.stat().st_size for path in self._run.iterdir())
        size = present + 2**15 + int(self._random.integers(_MOST_ROOM))
        kept = self.folder / "kept"
        shutil.copytree(self._run, kept, dirs_exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self._run)], check=True)
        try:
            shutil.copytree(kept, self._run, dirs_exist_ok=True)
            yield
            shutil.rmtree(kept)
            shutil.copytree(self._run, kept)
        finally:
            subprocess.run(["umount", str(self._run)], check=True)
        shutil.rmtree(self._run)
        kept.rename(self._run)

    def _judge(self, fault: Fault, status: int, said: str, old: Path | None) -> str | None:
        """What is wrong, or None."""
        if status >= 0 and fault in (Fault.KILL, Fault.POWER_LOSS):
            return f"ended with status {status}: {said}"
        if status < 0 and fault not in (Fault.KILL, Fault.POWER_LOSS, Fault.SIGNAL):
            return f"ended by signal {-status}: {said}"
        if status > 0 and (status != 1 or not said.splitlines()[-1].startswith("oscillators: ") or "Trace" in said):
            return f"status {status}, said: {said}"
        output = self._run / "out"
        report = self.folder / "judgement"

        def judge() -> int:
            report.write_text(self._look(output, status, old) or "")
            return 0

        if in_child(judge, self._said) != 0:
            return f"looking at what was left: {self._said.read_text()}"
        return report.read_text() or None

    def _look(self, output: Path, status: int, old: Path | None) -> str | None:
        expected = contents(self._expected)
        if output.exists():
            whole = [expected] if old is None else [expected, contents(old)]
            if check_file(output).problems or contents(output) not in whole:
                return f"the output is neither the old nor the new one, {check_file(output).problems}"
        elif old is not None or status == 0:
            return "the output is gone"
        if output.exists() and contents(output) == expected and not checkpoint_path(output).exists():
            return None
        if status == 0:
            return "the end was told, but it was not there"
        more = ["--resume"] if checkpoint_path(output).exists() else ["--overwrite"]
        if self.command.run(self._run, *more) != 0:
            return f"{more[0]} failed: {self._said.read_text()}"
        if contents(output) != expected:
            return f"{more[0]} came to another result"
        left = sorted(path.name for path in self._run.iterdir())
        return None if left == ["out"] else f"left behind: {left}"


_SMALL = ("--samples", "400", "--slices", "6")


def _make_input(folder: Path) -> int:
    """A data set and a protocol. Returns the exit status."""
    data, protocol = str(folder / "data.h5"), str(folder / "protocol.h5")
    return cli.run(["data", "mixture", "--count", "300", "-o", data]) or cli.run(
        ["learn", data, *_SMALL, "-o", protocol]
    )


def _commands(folder: Path) -> list[Command]:
    """What faults are injected into."""
    data, protocol = folder / "data.h5", folder / "protocol.h5"
    generate = ("generate", str(protocol), "--samples", "150", "--steps-per-slice", "12", "--seed", "3")
    return [
        Command("record", ("record", str(data), *_SMALL)),
        Command("record --full --route simulated", ("record", str(data), *_SMALL, "--full", "--route", "simulated")),
        Command("generate", generate),
        Command("generate --every 4", (*generate, "--every", "4")),
        Command("generate --every 4, in three batches", (*generate, "--every", "4"), batch=256),
        Command("learn", ("learn", str(data), *_SMALL)),
        Command("learn --optimizer sgd", ("learn", str(data), *_SMALL, "--optimizer", "sgd", "--steps", "60")),
    ]


def inject_all(folder: Path, times: int, seed: int, faults: list[Fault]) -> dict[Fault, Tally]:
    """Each fault so many times into each command."""
    folder = folder.resolve()
    if in_child(lambda: _make_input(folder), folder / "said") != 0:
        raise RuntimeError(f"preparing the input: {(folder / 'said').read_text()}")
    tallies = {fault: Tally() for fault in faults}
    for number, command in enumerate(_commands(folder)):
        injector = Injector(command, folder / str(number), seed + number)
        for fault, tally in tallies.items():
            for _ in range(times):
                injector.inject(fault, tally)
    return tallies


def table(tallies: dict[Fault, Tally]) -> str:
    """In Markdown."""
    head = ("fault", "injected", "run continued or repeated", "run had finished", "anything lost")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for fault, tally in tallies.items():
        counts = (tally.injected, tally.resumed, tally.survived, len(tally.problems))
        lines.append(f"| {LABELS[fault]} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)
