"""Reading states back from H5MD recordings."""

from __future__ import annotations

import os
from pathlib import Path

import h5py
import numpy as np
from openmm import OpenMMException

from .errors import OscillatorsError
from .files import check_input
from .oscillators import OscillatorNetwork, TrajectoryFile
from .probing import probe

_GIVEN = "oscillators/given"


def open_trajectory(path: str | os.PathLike, num_oscillators: int = 0) -> TrajectoryFile:
    """Open an H5MD recording.

    Args:
        num_oscillators: N, for files that do not say it; 0 to take it from the file. Files with latent oscillators do.

    Raises:
        OscillatorsError: missing or damaged file, or not laid out as TrajectoryFile says.
    """
    path = check_input(path)
    probe(path, lambda: _read_description(path, num_oscillators))
    try:
        return TrajectoryFile(str(path), 0 if _has_latents(path) else num_oscillators)
    except OpenMMException as error:
        raise OscillatorsError(str(error)) from error


def _read_description(path: Path, num_oscillators: int) -> None:
    """All that is not numbers."""
    file = TrajectoryFile(str(path), 0 if _has_latents(path) else num_oscillators)
    if file.hasProtocol():
        file.getNetwork()
        file.getProtocol()


def _has_latents(path: Path) -> bool:
    try:
        with h5py.File(path, "r") as file:
            return "oscillators/network/latent" in file
    except (OSError, RuntimeError):  # what is wrong with the file, TrajectoryFile tells
        return False


def read_frame(file: TrajectoryFile, frame: int, replicas: int | None = None, latent: bool = False) -> np.ndarray:
    """Displacements of the first ``replicas`` (None: all) in one frame: [replicas][N] in nm.

    Args:
        latent: those of latent oscillators too, rather than of visible ones alone.
    """
    count = file.getNumReplicas() if replicas is None else min(replicas, file.getNumReplicas())
    try:
        states = file.readDisplacements(frame, 0, count)
        if latent or not file.hasProtocol():
            return states
        return visible_displacements(file.getNetwork(), states)
    except OpenMMException as error:
        raise OscillatorsError(str(error)) from error


def visible_displacements(network: OscillatorNetwork, states: np.ndarray) -> np.ndarray:
    """Of states [count][N] the columns of visible oscillators, [count][visible]."""
    return np.delete(states, network.getLatentOscillators(), axis=1)


def read_samples(path: str | os.PathLike, num_oscillators: int = 0) -> np.ndarray:
    """The last frame of a recording, of visible oscillators: [replicas][N] in nm.

    Raises:
        OscillatorsError: as open_trajectory(), or there is no frame.
    """
    file = open_trajectory(path, num_oscillators)
    if file.getNumFrames() == 0:
        raise OscillatorsError(f"{path} holds no frame")
    return read_frame(file, file.getNumFrames() - 1)


def read_latents(path: str | os.PathLike) -> np.ndarray:
    """The last frame of a recording, of latent oscillators: [replicas][latents] in nm.

    Raises:
        OscillatorsError: as read_samples(), or there are none.
    """
    file = open_trajectory(path)
    latent = file.getNetwork().getLatentOscillators() if file.hasProtocol() else []
    if len(latent) == 0 or file.getNumFrames() == 0:
        raise OscillatorsError(f"{path} holds no frame of latent oscillators")
    return read_frame(file, file.getNumFrames() - 1, latent=True)[:, latent]


def write_given(path: str | os.PathLike, given: np.ndarray) -> None:
    """Note in a recording what was given rather than generated: a condition [replicas][N], see conditions.py."""
    if not np.isfinite(given).any():
        return
    with h5py.File(path, "r+") as file:
        if _GIVEN not in file:  # else an interrupted run had come this far
            values = file.create_dataset(_GIVEN, data=given.astype(np.float32), compression="gzip")
            values.attrs["unit"] = "nm"
            file.flush()  # while the data set is open: HDF5 does not tell of failures in closing it


def read_given(path: str | os.PathLike) -> np.ndarray | None:
    """The displacements at the time of the data that the samples of a recording were generated for.

    Returns:
        [replicas][N] in nm, not-a-number where an oscillator was generated; None if all were.

    Raises:
        OscillatorsError: as open_trajectory().
    """
    path = check_input(path)
    open_trajectory(path)
    with h5py.File(path, "r") as file:
        return file[_GIVEN][:] if _GIVEN in file else None


def read_path(path: str | os.PathLike, replicas: int) -> tuple[np.ndarray, np.ndarray]:
    """All frames of the first replicas, of visible oscillators.

    Returns:
        times [T] in ps and displacements [T][replicas][N] in nm.

    Raises:
        OscillatorsError: as open_trajectory(), or there are fewer than two frames.
    """
    file = open_trajectory(path)
    if file.getNumFrames() < 2:
        raise OscillatorsError(
            f"{path} holds {file.getNumFrames()} frame(s), a path needs at least 2: generate with --every"
        )
    frames = [read_frame(file, frame, replicas) for frame in range(file.getNumFrames())]
    return np.asarray(file.getTimes()), np.stack(frames)
