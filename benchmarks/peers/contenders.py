"""Contenders in processes of their own, lest what one leaves behind be counted for the next.

In one process it is: after an automatic differentiation JAX's threads give memory back for some 60 ms of processor time
that follow the result.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from typing import Any

from .problem import Unavailable
from .timing import race

Run = Callable[[int], Any]
#: From a contender's arguments: a function that does what is timed as often as it is told, and how many replicas or
#: samples it does it for. What the function returns is the contender's outcome.
Prepare = Callable[..., tuple[Run, int]]


class Contender:
    """A process that has prepared one contender and waits for its turns.

    Args:
        prepare: a function of a module, called in the process.
        arguments: of prepare; they are pickled.

    Raises:
        Exception: whatever prepare raises.
    """

    def __init__(self, prepare: Prepare, *arguments: Any):
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, prepare, arguments), daemon=True)
        self._process.start()
        theirs.close()
        self.count: int = self._receive()
        self.outcome: Any = None

    def seconds(self, calls: int) -> float:
        """Processor time of a turn, of all threads of the process."""
        self._connection.send(calls)
        elapsed, self.outcome = self._receive()
        return elapsed

    def _receive(self) -> Any:
        try:
            received = self._connection.recv()
        except EOFError:
            self._process.join()
            raise RuntimeError(f"a contender's process ended with code {self._process.exitcode}") from None
        if isinstance(received, Exception):
            raise received
        return received

    def __enter__(self) -> Contender:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()
        self._process.join()


def _serve(connection: Connection, prepare: Prepare, arguments: tuple) -> None:
    try:
        run, count = prepare(*arguments)
        connection.send(count)
        while True:
            calls = connection.recv()
            start = time.process_time()
            outcome = run(calls)
            connection.send((time.process_time() - start, outcome))
    except EOFError:  # no more turns
        pass
    except Exception as error:
        connection.send(error)


def select(prepares: Mapping[str, Prepare], ours: str, only: Sequence[str]) -> dict[str, Prepare]:
    """Ours, and of the others those whose name contains one of these parts; all if there are none."""
    lower = [part.lower() for part in only]
    return {
        name: prepare
        for name, prepare in prepares.items()
        if name == ours or not only or any(part in name.lower() for part in lower)
    }


def race_in_processes(
    prepares: Mapping[str, Prepare], arguments: tuple, seconds: float, rounds: int
) -> tuple[dict[str, list[float]], dict[str, Contender], dict[str, str]]:
    """Time contenders in turns, see timing.race().

    Args:
        prepares: by name, and ``arguments`` of all of them.

    Returns:
        Seconds a call, for each contender and round; the contenders, which have ended; why others were left out.
    """
    contenders: dict[str, Contender] = {}
    left_out: dict[str, str] = {}
    with ExitStack() as processes:
        for name, prepare in prepares.items():
            try:
                contenders[name] = processes.enter_context(Contender(prepare, *arguments))
            except Unavailable as reason:
                left_out[name] = str(reason)
        times = race({name: contender.seconds for name, contender in contenders.items()}, seconds, rounds)
    return times, contenders, left_out
