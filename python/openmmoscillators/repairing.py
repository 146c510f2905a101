"""Saving what is whole in a damaged recording."""

from __future__ import annotations

import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

import h5py

from .errors import OscillatorsError
from .files import check_input, check_output, create_hdf5, new_file
from .recordedframes import BROKEN, RecordedFrames, finish_flush

_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_END_OF_FILE = {0: 40, 1: 44, 2: 28, 3: 28}  # where each version of the superblock keeps it


@dataclass(frozen=True)
class RepairReport:
    """Frames that were in a recording, those that were saved, and other objects that could not be."""

    found: int
    saved: int
    left_out: tuple[str, ...]


def repair_recording(path: str | os.PathLike, output: str | os.PathLike, overwrite: bool = False) -> RepairReport:
    """Copy the whole frames of a recording, and all that is said about it, to a new file.

    A frame is whole if it can be read, has its checksum (where there are any) and is later than the
    one before. A file that was cut off is filled up, so that what is left of it opens.

    Raises:
        OscillatorsError: nothing can be saved, or the output cannot be written.
    """
    path = check_input(path)
    finish_flush(path)
    if check_output(output, overwrite).resolve() == path.resolve():
        raise OscillatorsError(f"cannot repair {path} in place: choose another output")
    with new_file(output, overwrite) as temporary:
        copy = temporary.with_name(temporary.name + ".whole")
        try:
            with _open_damaged(path, copy) as damaged, create_hdf5(temporary) as repaired:
                copier = _Copier(damaged)
                copier.copy(damaged, repaired)
        except BROKEN as error:
            raise OscillatorsError(f"nothing of {path} can be saved: {error}") from error
        finally:
            copy.unlink(missing_ok=True)
        if not copier.kept:
            raise OscillatorsError(f"nothing of {path} can be saved: none of its {copier.found} frames is whole")
    return RepairReport(copier.found, len(copier.kept), tuple(copier.left_out))


def _open_damaged(path: Path, copy: Path) -> h5py.File:
    try:
        return h5py.File(path, "r")
    except BROKEN:
        size = _promised_size(path)
        if size <= path.stat().st_size or size > path.stat().st_size + shutil.disk_usage(copy.parent).free:
            raise
    shutil.copyfile(path, copy)
    os.truncate(copy, size)
    return h5py.File(copy, "r")


def _promised_size(path: Path) -> int:
    """The size that the superblock says the file has; 0 if there is no superblock."""
    with open(path, "rb") as file:
        head = file.read(64)
    if len(head) < 64 or not head.startswith(_SIGNATURE) or head[8] not in _END_OF_FILE:
        return 0
    return struct.unpack_from("<Q", head, _END_OF_FILE[head[8]])[0]


class _Copier:
    """Copies a damaged recording: of series the whole frames, of all else what can be read."""

    def __init__(self, damaged: h5py.File) -> None:
        frames = RecordedFrames(damaged)
        self.kept = list(frames.whole())
        self.found = frames.count
        self.left_out: list[str] = []
        self._series = {_address(series) for series in frames.series()}
        self._made: dict[int, h5py.Dataset] = {}

    def copy(self, source: h5py.Group, target: h5py.Group) -> None:
        _copy_attributes(source, target)
        for name in source:
            try:
                self._copy_member(source[name], target, name)
            except BROKEN:
                self.left_out.append(f"{source.name.rstrip('/')}/{name}")

    def _copy_member(self, member: h5py.HLObject, target: h5py.Group, name: str) -> None:
        if isinstance(member, h5py.Group):
            self.copy(member, target.create_group(name))
        elif _address(member) not in self._series:
            member.file.copy(member, target, name)
        elif _address(member) in self._made:
            target[name] = self._made[_address(member)]  # one dataset under several names
        else:
            self._made[_address(member)] = self._copy_series(member, target, name)

    def _copy_series(self, series: h5py.Dataset, target: h5py.Group, name: str) -> h5py.Dataset:
        made = target.create_dataset(
            name,
            (len(self.kept), *series.shape[1:]),
            series.dtype,
            chunks=series.chunks or True,
            maxshape=(None, *series.shape[1:]),
            compression=series.compression,
            compression_opts=series.compression_opts,
            shuffle=series.shuffle,
        )
        for place, frame in enumerate(self.kept):
            made[place] = series[frame]
        _copy_attributes(series, made)
        return made


def _address(dataset: h5py.Dataset) -> int:
    return h5py.h5o.get_info(dataset.id).addr


def _copy_attributes(source: h5py.HLObject, target: h5py.HLObject) -> None:
    for name, value in source.attrs.items():
        target.attrs[name] = value
