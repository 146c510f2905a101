"""The frames of an H5MD recording one by one, as check and repair need them: each may be damaged."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np

from .errors import OscillatorsError
from .files import check_extent
from .samples import open_trajectory

TRAJECTORIES = "particles"
#: What h5py raises for damaged files, and what objects of another kind or shape than expected lead to.
BROKEN = (OSError, RuntimeError, LookupError, ValueError, TypeError, OverflowError, AttributeError, MemoryError)
_CHECKSUMS = "oscillators/checksums"
_REPLICAS = "oscillators/replicas"


def finish_flush(path: Path) -> None:
    """Have TrajectoryFile finish a flush that was interrupted: its journal lies beside the file."""
    if path.with_name(path.name + ".journal").exists():
        with suppress(OscillatorsError):
            open_trajectory(path)


class RecordedFrames:
    """The series of one particles group, whose frames are read with care.

    Attributes:
        group: the particles group: the only one, or "trajectory".
        elements: names of its elements that have values: position, displacement ...
        count: frames that all series have.
        particles: in a frame.
        checksums: series of CRC-32, or None.
    """

    def __init__(self, file: h5py.File) -> None:
        groups = file[TRAJECTORIES]
        name = "trajectory" if "trajectory" in groups else next(iter(groups), None)
        if name is None:
            raise OscillatorsError(f"{file.filename}: group {TRAJECTORIES} holds no trajectory")
        self.file, self.group = file, groups[name]
        self.elements = [
            name for name, element in self.group.items() if isinstance(element, h5py.Group) and "value" in element
        ]
        if not self.elements:
            raise OscillatorsError(f"{file.filename}: {self.group.name} holds no element with values")
        first = self.group[self.elements[0]]
        if "time" not in first:
            raise OscillatorsError(f"{file.filename}: {first.name} has no times")
        self._time, self._step = first["time"], first.get("step")
        self.checksums: h5py.Dataset | None = file.get(_CHECKSUMS)
        self.particles = int(first["value"].shape[1])
        for series in self.series():
            check_extent(series)
        self.count = min(len(series) for series in self.series())

    def values(self) -> dict[str, h5py.Dataset]:
        """The series of values: by element, and of box edges if they are recorded."""
        found = {name: self.group[name]["value"] for name in self.elements}
        if "box/edges/value" in self.group:
            found["box/edges"] = self.group["box/edges/value"]
        return found

    def series(self) -> Iterator[h5py.Dataset]:
        """All that has an entry a frame."""
        yield from self.values().values()
        for single in (self._time, self._step, self.checksums):
            if single is not None and single.shape:
                yield single

    def times(self) -> np.ndarray:
        """In ps: [count]."""
        if self._time.shape:
            return np.asarray(self._time[: self.count], float)
        return float(self._time.attrs.get("offset", 0.0)) + float(self._time[()]) * np.arange(self.count)

    def replicas(self) -> np.ndarray | None:
        """The particle of every oscillator: [replicas][N]; None if the file does not say."""
        return self.file[_REPLICAS][()] if _REPLICAS in self.file else None

    def read(self, frame: int) -> dict[str, np.ndarray] | None:
        """Values of the elements in a frame, or None if some cannot be read."""
        try:
            return {name: self.group[name]["value"][frame] for name in self.elements}
        except BROKEN:
            return None

    def matches(self, frame: int, values: dict[str, np.ndarray]) -> bool:
        """Whether a frame has its checksum; without checksums, always."""
        if self.checksums is None:
            return True
        try:
            checksum = 0
            for name in self.checksums.attrs["elements"]:
                checksum = zlib.crc32(np.ascontiguousarray(values[name]), checksum)
            if "box/edges/value" in self.group:
                checksum = zlib.crc32(self.group["box/edges/value"][frame], checksum)
            checksum = zlib.crc32(np.float64(self._time[frame]), checksum)
            checksum = zlib.crc32(np.int64(self._step[frame]), checksum)
            return checksum == int(self.checksums[frame])
        except BROKEN:
            return False

    def whole(self) -> Iterator[int]:
        """Frames that can be read, have their checksum, and are later than the whole one before."""
        times, last = self.times(), -np.inf
        for frame in range(self.count):
            values = self.read(frame)
            if values is not None and last < times[frame] < np.inf and self.matches(frame, values):
                last = times[frame]
                yield frame
