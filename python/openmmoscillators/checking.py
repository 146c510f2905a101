"""Whether a file is whole: recordings, protocols and data sets."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from openmm import OpenMMException

from .datasets import FORMAT as DATA_FORMAT
from .datasets import load_dataset
from .errors import OscillatorsError
from .files import check_input
from .probing import probe
from .protocols import load_protocol
from .recordedframes import BROKEN, TRAJECTORIES, RecordedFrames, finish_flush
from .samples import open_trajectory

PROTOCOL_FORMAT = "openmm-oscillators-protocol"
_UNITS = {"position": "nm", "displacement": "nm", "velocity": "nm ps-1", "edges": "nm", "time": "ps"}
_FORCE_UNIT = "kJ mol-1 nm-1"


@dataclass
class CheckReport:
    """What a check found.

    Attributes:
        kind: "recording", "protocol" or "data set".
        facts: what the file holds, by name.
        problems: one line each; a whole file has none.
        remarks: what is no damage, but worth knowing.
    """

    kind: str
    facts: dict[str, int | float | str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def check_file(path: str | os.PathLike) -> CheckReport:
    """Check a recording, protocol or data set file.

    Raises:
        OscillatorsError: there is no such file, or it is no HDF5 file of a known kind.
    """
    path = check_input(path)
    finish_flush(path)
    probe(path, lambda: _describe(path))
    try:
        kind, is_recording = _describe(path)
    except BROKEN as error:
        raise OscillatorsError(f"{path} does not open as HDF5: {error}") from error
    if kind == PROTOCOL_FORMAT:
        return _check_protocol(path)
    if kind == DATA_FORMAT:
        return _check_data(path)
    if is_recording:
        return _check_recording(path)
    raise OscillatorsError(f"{path} is no recording (group {TRAJECTORIES}), protocol or data set: format {kind!r}")


def _describe(path: Path) -> tuple[Any, bool]:
    """What a file says it is, and whether it is a recording."""
    with h5py.File(path, "r") as file:
        return _text(file.attrs.get("format")), TRAJECTORIES in file


def _text(attribute: Any) -> Any:
    """An attribute of text as a string, whichever of HDF5's two kinds of text it is; others as they are."""
    return attribute.decode(errors="replace") if isinstance(attribute, bytes) else attribute


def _check_protocol(path: Path) -> CheckReport:
    report = CheckReport("protocol")
    try:
        learned = load_protocol(path)
    except OscillatorsError as error:
        report.problems.append(str(error))
        return report
    report.facts.update(
        oscillators=learned.network.getNumOscillators(),
        edges=learned.network.getNumEdges(),
        times=learned.protocol.getNumSlices(),
    )
    for name in ("settings", "report"):
        try:
            json.loads(getattr(learned, name))
        except ValueError as error:
            report.problems.append(f"/{name} is no JSON: {error}")
    return report


def _check_data(path: Path) -> CheckReport:
    report = CheckReport("data set")
    try:
        data = load_dataset(path)
    except OscillatorsError as error:
        report.problems.append(str(error))
        return report
    report.facts.update(
        kind=data.kind, oscillators=data.num_oscillators, training=len(data.train), held_out=len(data.held_out)
    )
    return report


def _check_recording(path: Path) -> CheckReport:
    report = CheckReport("recording")
    try:
        with h5py.File(path, "r") as file:
            frames = RecordedFrames(file)
            report.facts.update(frames=frames.count, elements=", ".join(frames.elements))
            _check_structure(file, frames, report)
            _check_units(frames, report)
            _check_frames(frames, report)
    except BROKEN as error:
        report.problems.append(f"damaged: {error}")
    _check_reader(path, report)
    return report


def _check_structure(file: h5py.File, frames: RecordedFrames, report: CheckReport) -> None:
    """The parts that H5MD 1.1 asks for, and equally many frames everywhere."""
    if list(file["h5md"].attrs.get("version", ()) if "h5md" in file else ()) != [1, 1]:
        report.problems.append("/h5md: there is no attribute version with 1, 1")
    for name in ("author", "creator"):
        if f"h5md/{name}" not in file or "name" not in file[f"h5md/{name}"].attrs:
            report.problems.append(f"/h5md/{name}: there is no attribute name")
    if "box" not in frames.group or "boundary" not in frames.group["box"].attrs:
        report.problems.append(f"{frames.group.name}/box: there is no attribute boundary")
    for series in frames.series():
        if len(series) != frames.count:
            report.problems.append(f"{series.name} has {len(series)} frames, others {frames.count}")


def _check_units(frames: RecordedFrames, report: CheckReport) -> None:
    for series in frames.series():
        *_, element, leaf = series.name.split("/")
        name = element if leaf == "value" else leaf
        expected = _FORCE_UNIT if "force" in name else _UNITS.get(name)
        found = _text(series.attrs.get("unit", expected))
        if expected is not None and found != expected:
            report.problems.append(f"{series.name} has unit {found!r}, expected {expected!r}")


def _check_frames(frames: RecordedFrames, report: CheckReport) -> None:
    times = frames.times()
    if not np.isfinite(times).all():
        report.problems.append("times: not all are finite")
    elif (backwards := np.diff(times) <= 0).any():
        report.problems.append(f"times: frame {int(np.argmax(backwards)) + 1} is not later than the one before")
    if len(times):
        report.facts.update(first_time=float(times[0]), last_time=float(times[-1]))
    lost: np.ndarray | None = None
    for frame in range(frames.count):
        values = frames.read(frame)
        if values is None:
            report.problems.append(f"frame {frame} cannot be read")
            continue
        if not frames.matches(frame, values):
            report.problems.append(f"frame {frame} does not match its checksum")
        lost = _check_numbers(frames, frame, values, lost, report)
    if lost is not None and lost.any():
        report.remarks.append(f"{int(lost.sum())} replicas escaped: not a number in the last frame")
    if frames.checksums is None:
        report.remarks.append("there are no checksums: damage to numbers goes unnoticed")


def _check_numbers(
    frames: RecordedFrames, frame: int, values: dict[str, np.ndarray], lost: np.ndarray | None, report: CheckReport
) -> np.ndarray | None:
    """Numbers must be finite, but for replicas that escaped, which stay not a number. Returns those of this frame."""
    bad = np.zeros(frames.particles, bool)
    for array in values.values():
        bad |= ~np.isfinite(array.reshape(frames.particles, -1)).all(axis=1)
    present = np.zeros(0, bool)
    replicas = frames.replicas()
    if replicas is not None:
        present = bad[replicas].all(axis=1)
        bad[replicas[present]] = False
    if bad.any():
        report.problems.append(f"frame {frame}: particle {int(np.argmax(bad))} has a number that is not finite")
    if lost is not None and (lost & ~present).any():
        report.problems.append(f"frame {frame}: replica {int(np.argmax(lost & ~present))} was lost and is back")
    return present if replicas is not None else None


def _check_reader(path: Path, report: CheckReport) -> None:
    """What learning and thermodynamics read it with must take it, too."""
    try:
        recording = open_trajectory(path)
        report.facts.update(replicas=recording.getNumReplicas(), oscillators=recording.getNumOscillators())
        if recording.hasProtocol():
            recording.getNetwork()
            recording.getProtocol()
    except (OscillatorsError, OpenMMException) as error:
        report.problems.append(str(error))
