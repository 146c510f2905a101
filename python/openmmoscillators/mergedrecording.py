"""One recording of many replicas out of several of some each."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np

from .files import create_hdf5
from .recordedframes import RecordedFrames


def merge_recordings(parts: Sequence[Path], output: Path) -> None:
    """Put the replicas of several recordings side by side in a new one, a part of a frame at a time.

    Args:
        parts: recordings of the same network and the same frames; replicas follow each other in this order.
    """
    with create_hdf5(output) as merged:
        with h5py.File(parts[0], "r") as first:
            for name in ("h5md", "oscillators"):
                first.copy(name, merged)
            frames = RecordedFrames(first)
            replicas = [len(frames.replicas())]
            for part in parts[1:]:
                with h5py.File(part, "r") as file:
                    replicas.append(len(RecordedFrames(file).replicas()))
            _make_series(frames, sum(replicas), merged)
        shape = (sum(replicas), merged["oscillators/replicas"].shape[1])
        del merged["oscillators/replicas"]
        merged["oscillators/replicas"] = np.arange(shape[0] * shape[1], dtype=np.int32).reshape(shape)
        frames = RecordedFrames(merged)
        values = {name: frames.group[name]["value"] for name in frames.checksums.attrs["elements"]}
        _copy_values(parts, frames, values)


def _make_series(frames: RecordedFrames, replicas: int, merged: h5py.File) -> None:
    """The particles group with times and steps, and room for the values of all replicas."""
    source = frames.group
    target = merged.require_group("particles").create_group("trajectory")
    for name, value in source.attrs.items():
        target.attrs[name] = value
    source.copy("box", target)
    width = frames.replicas().shape[1]
    head: dict[str, h5py.Dataset] = {}
    for name in frames.elements:
        element = target.create_group(name)
        values = source[name]["value"]
        made = element.create_dataset(
            "value",
            (frames.count, replicas * width, *values.shape[2:]),
            values.dtype,
            chunks=values.chunks,
            maxshape=(None, replicas * width, *values.shape[2:]),
        )
        made.attrs["unit"] = values.attrs["unit"]
        for leaf in ("step", "time"):
            if leaf not in head:
                source[name].copy(leaf, element)
                head[leaf] = element[leaf]
            else:
                element[leaf] = head[leaf]


def _copy_values(parts: Sequence[Path], frames: RecordedFrames, merged: dict[str, h5py.Dataset]) -> None:
    checksums = np.zeros(frames.count, np.uint32)
    for name, target in merged.items():
        begin = 0
        for part in parts:
            with h5py.File(part, "r") as file:
                source = file[f"particles/trajectory/{name}/value"]
                for frame in range(frames.count):
                    values = source[frame]
                    target[frame, begin : begin + len(values)] = values
                    checksums[frame] = zlib.crc32(values, int(checksums[frame]))
                begin += source.shape[1]
    head = frames.group[frames.elements[0]]
    for frame in range(frames.count):
        checksum = zlib.crc32(np.float64(head["time"][frame]), int(checksums[frame]))
        frames.checksums[frame] = zlib.crc32(np.int64(head["step"][frame]), checksum)
