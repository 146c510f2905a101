"""Checkpoints of learning: what an interrupted run continues from, and of which learning it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from openmm import OpenMMException

from .errors import OscillatorsError
from .files import check_output
from .jsonfiles import to_json
from .oscillators import LearningCheckpoint


def checkpoint_path(output: Path) -> Path:
    """Where the checkpoint of an output under construction is: beside it."""
    return output.with_name(output.name + ".checkpoint")


def check_run_output(output: Path, overwrite: bool, resume: bool, *beside: Path) -> None:
    """As check_output(), for a run that may be resumed, and all that it writes beside its output.

    A run that was killed just before it removed its checkpoint has written them, and they are written anew.
    """
    interrupted = resume and checkpoint_path(output).exists()
    for path in (output, *beside):
        check_output(path, overwrite or interrupted)


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_checkpoint(output: Path, identity: dict[str, Any], resume: bool, overwrite: bool) -> LearningCheckpoint:
    """The checkpoint of the learning that writes ``output``.

    Args:
        identity: all that the result depends on, as numbers and text by name.
        resume: continue from a checkpoint, if there is one.
        overwrite: without ``resume``, remove a checkpoint that is there.

    Raises:
        OscillatorsError: there is a checkpoint, and neither resume nor overwrite; or it cannot be read; or it is
            of other settings or another input, which the message names.
    """
    path = checkpoint_path(output)
    checkpoint = LearningCheckpoint(str(path), to_json(identity, indent=None))
    if not checkpoint.exists():
        return checkpoint
    if resume:
        _check_identity(path, json.loads(to_json(identity)))
    elif overwrite:
        checkpoint.remove()
    else:
        raise interrupted_run(path)
    return checkpoint


def interrupted_run(path: Path) -> OscillatorsError:
    """What to raise if a new run finds the checkpoint of another."""
    return OscillatorsError(
        f"{path} is of an interrupted run: continue it with --resume, or start anew with --overwrite"
    )


def _check_identity(path: Path, identity: dict[str, Any]) -> None:
    try:
        saved = json.loads(LearningCheckpoint.readIdentity(str(path)))
    except (OpenMMException, ValueError) as error:
        raise OscillatorsError(f"cannot resume: {error}") from error
    check_identity(path, saved, identity)


def check_identity(path: Path, saved: Any, identity: dict[str, Any]) -> None:
    """Raise OscillatorsError naming the first thing in which an interrupted run differs from this one."""
    if not isinstance(saved, dict):
        raise OscillatorsError(f"cannot resume: {path} is no checkpoint: it does not say of which run it is")
    for name in {**saved, **identity}:
        before, now = saved.get(name), identity.get(name)
        if before != now:
            raise OscillatorsError(f"cannot resume from {path}: {name.replace('_', ' ')} was {before}, now it is {now}")
