"""Files that crash the HDF5 library: they are read in a child process first."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

from .errors import OscillatorsError

_LONGEST = 20  # s of processor time


def probe(path: Path, read: Callable[[], object]) -> None:
    """Read a file in a child process, so that it cannot crash this one.

    What the reader returns or raises in the child is of no interest: it is going to do so again here. Where other
    threads are running, which may be using HDF5 just now, a child cannot: then nothing is tried.

    Raises:
        OscillatorsError: the child did not come to its end.
    """
    if threading.active_count() > 1:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of OpenMM's threads, which the child has no use for
        child = os.fork()
    if child == 0:
        try:
            _become_quiet()
            read()
        finally:
            os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != 0:
        reason = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        raise OscillatorsError(f"{path} is damaged: reading it ends the process ({reason})")


def _become_quiet() -> None:
    """No word, no file of the memory, no end that never comes."""
    faulthandler.disable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
