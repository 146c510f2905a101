"""Checkpoints of runs in a Context: what an interrupted one continues from, the same to the bit."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import openmm

from .checkpoints import check_identity, checkpoint_path, interrupted_run
from .errors import OscillatorsError
from .files import publish
from .jsonfiles import to_json

#: Least time between two checkpoints of a run, in s.
INTERVAL = 30.0


def array_digest(array: np.ndarray) -> str:
    """The SHA-256 of an array's numbers."""
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()


def part_path(output: Path, part: int = 0) -> Path:
    """Where a part of an output is recorded until all is done."""
    return output.with_name(f"{output.name}.part{part}")


class RunCheckpoint:
    """The checkpoint of the run that writes ``output``; it is replaced at once or not at all."""

    #: Of the interrupted run that is continued, arrays by name; None for a new run.
    state: dict[str, np.ndarray] | None

    def __init__(self, output: Path, identity: dict[str, Any], resume: bool, overwrite: bool) -> None:
        """
        Args:
            identity: all that the result depends on, as numbers and text by name.
            resume: continue from a checkpoint, if there is one.
            overwrite: without ``resume``, start anew though there is a checkpoint.

        Raises:
            OscillatorsError: there is a checkpoint, and neither resume nor overwrite; or it cannot be
                read; or it is of other settings or another input, which the message names.
        """
        self._output, self._path = output, checkpoint_path(output)
        self._identity = json.loads(to_json(identity))
        self._saved_at = time.monotonic()
        self.state = None
        if resume and self._path.exists():
            self.state = self._load()
        elif self._path.exists() and not overwrite:
            raise interrupted_run(self._path)
        if self.state is None:
            self.remove()

    def _load(self) -> dict[str, np.ndarray]:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                state = dict(file)
            saved = json.loads(str(state.pop("identity")))
        except Exception as error:  # of NumPy, zipfile, zlib, tokenize, json: damaged files meet all kinds
            raise OscillatorsError(f"cannot resume: {self._path} is no checkpoint: {error}") from error
        check_identity(self._path, saved, self._identity)
        return state

    def take_state(self) -> dict[str, np.ndarray] | None:
        """The state to continue from, once; then None."""
        state, self.state = self.state, None
        return state

    def get(self, name: str, default: int) -> int:
        """A number of the state to continue from.

        Raises:
            OscillatorsError: the checkpoint holds something else.
        """
        if self.state is None:
            return default
        try:
            return int(self.state[name])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise OscillatorsError(f"cannot resume: {self._path} is damaged: {name}: {error}") from error

    def check_frames(self, state: dict[str, np.ndarray] | None, found: int) -> None:
        """Raise OscillatorsError if the recording that a state belongs to has lost frames."""
        if state is not None and found < int(state["frames"]):
            raise OscillatorsError(
                f"cannot resume from {self._path}: its recording holds {found} frames, expected {int(state['frames'])}"
            )

    def is_due(self) -> bool:
        """Whether the last one is INTERVAL old."""
        return time.monotonic() - self._saved_at >= INTERVAL

    def save(self, **state: Any) -> None:
        """Keep a state; what the run has recorded must be on the disk.

        Raises:
            OscillatorsError: it cannot be written; the one before stays.
        """
        temporary = self._path.with_name(self._path.name + ".new")
        try:
            with temporary.open("wb") as file:
                np.savez(file, identity=np.array(json.dumps(self._identity)), **state)
            publish(temporary, self._path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OscillatorsError(f"cannot write {self._path}: {error.strerror}") from error
        self._saved_at = time.monotonic()

    def publish(self, finished: Path) -> None:
        """Make a finished recording the output, and remove the checkpoint."""
        if self._path.exists():
            self.save(finished=np.array(finished.name))
        publish(finished, self._output)
        self.remove()

    def is_published(self) -> bool:
        """Whether the run to continue had nothing left to do but publish(), which is done now."""
        if self.state is None or "finished" not in self.state:
            return False
        finished = self._output.with_name(str(self.state["finished"]))
        if finished.exists():  # else it is the output
            publish(finished, self._output)
        self.remove()
        return True

    def remove(self) -> None:
        """Remove it, and the parts recorded so far."""
        for path in (self._path, *self._output.parent.glob(f"{_glob_safe(self._output.name)}.part*")):
            path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """After an error: without a checkpoint to continue from, parts are of no use."""
        if not self._path.exists():
            self.remove()


def _glob_safe(name: str) -> str:
    """A file name as a pattern of glob() that matches nothing else."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def keep_frames(output: Path, frames: int, error: openmm.OpenMMException) -> OscillatorsError:
    """What to raise after an error in a Context or recorder.

    The frames recorded before it become the output, unless there is a checkpoint to go on from.
    """
    if frames == 0:
        return OscillatorsError(str(error))
    if checkpoint_path(output).exists():
        return OscillatorsError(f"{error}; {part_path(output)} holds {frames} frames, and --resume goes on from there")
    publish(part_path(output), output)
    return OscillatorsError(f"{error}; {output} keeps the {frames} frames before it")


def context_bytes(context: openmm.Context) -> np.ndarray:
    """OpenMM's own checkpoint of a Context as an array."""
    return np.frombuffer(context.createCheckpoint(), np.uint8)


def restore_context(context: openmm.Context, saved: np.ndarray) -> None:
    """Put a Context back.

    Raises:
        OscillatorsError: the bytes are of another Context.
    """
    try:
        context.loadCheckpoint(saved.tobytes())
    except openmm.OpenMMException as error:
        raise OscillatorsError(f"cannot resume: {error}") from error


def generator_text(generator: np.random.Generator) -> np.ndarray:
    """The state of a random number generator as an array of one string."""
    return np.array(json.dumps(generator.bit_generator.state))


def restore_generator(generator: np.random.Generator, saved: np.ndarray) -> None:
    """Put a random number generator back."""
    generator.bit_generator.state = json.loads(str(saved))
