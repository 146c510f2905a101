"""Fuzzes what Python reads.

    python tests/fuzz/fuzz_readers.py KIND [option of libFuzzer]... [folder of inputs]
    python tests/fuzz/fuzz_readers.py KIND --seeds FOLDER    writes what fuzzing begins with, which must be taken

A reader takes an input or raises OscillatorsError; anything else is a failure. KIND is one of READERS below.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import shutil
import struct
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import atheris
import numpy as np

with atheris.instrument_imports(include=["openmmoscillators"]):
    import openmmoscillators as plugin
    from openmmoscillators.checking import check_file
    from openmmoscillators.datasets import load_dataset, make_mixture, read_npy
    from openmmoscillators.errors import OscillatorsError
    from openmmoscillators.generation import GenerationSettings, generate
    from openmmoscillators.idx import read_idx
    from openmmoscillators.repairing import repair_recording
    from openmmoscillators.runcheckpoints import RunCheckpoint

from hdf5_edits import edit

IDENTITY = {"seed": 1}


class Files:
    """The file that is read, which begins as an original, and the folder it is in."""

    def __init__(self, folder: Path, original: Path) -> None:
        self.folder, self.original = folder, original
        self.input = folder / "input"


def make_idx(path: Path) -> None:
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2, 1, 3) + bytes(6))


def read_idx_bytes(files: Files, data: bytes) -> None:
    files.input.write_bytes(gzip.compress(data[1:], 1) if data[:1] == b"\1" else data)
    read_idx(files.input, 3)


def make_npy(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.arange(6.0).reshape(2, 3))


def read_npy_bytes(files: Files, data: bytes) -> None:
    files.input.write_bytes(data)
    read_npy(files.input)


def make_checkpoint(path: Path) -> None:
    RunCheckpoint(path, IDENTITY, resume=False, overwrite=True).save(frames=np.array(3))
    path.with_name(path.name + ".checkpoint").rename(path)


def read_checkpoint_bytes(files: Files, data: bytes) -> None:
    """Members of the archive are whole: zip's checksums keep other bytes from what reads them."""
    with np.load(files.original) as whole:
        members = dict(whole)
    members[("identity", "frames")[data[0] % 2] if data else "other"] = np.array(data[1:].decode(errors="replace"))
    archive = io.BytesIO()
    np.savez(archive, **members)
    files.input.with_name("input.checkpoint").write_bytes(data if data[:1] == b"P" else archive.getvalue())
    run = RunCheckpoint(files.input, IDENTITY, resume=True, overwrite=False)
    run.get("frames", 0)


def make_data(path: Path) -> None:
    make_mixture(50).save(path)


def read_data_edited(files: Files, data: bytes) -> None:
    shutil.copyfile(files.original, files.input)
    edit(files.input, atheris.FuzzedDataProvider(data))
    load_dataset(files.input)


def make_recording(path: Path) -> None:
    network = plugin.OscillatorNetwork.squareLattice(2, 2, 1)
    values = np.full((2, network.getNumParameters()), 0.01)
    protocol = plugin.DrivingProtocol(network, [0.1, 0.2], values)
    learned = path.with_name("protocol")
    plugin.ProtocolFile.write(str(learned), plugin.LearnedProtocol(network=network, protocol=protocol, kT=0.1))
    generate(learned, path, GenerationSettings(3, steps_per_slice=4, every=2, seed=1, platform="Reference"))


def read_recording_edited(files: Files, data: bytes) -> None:
    shutil.copyfile(files.original, files.input)
    edit(files.input, atheris.FuzzedDataProvider(data))
    with contextlib.suppress(OscillatorsError):
        check_file(files.input)
    repair_recording(files.input, files.folder / "repaired", overwrite=True)


class Reader(NamedTuple):
    """What makes a valid file, and what reads one that is changed by, or is, an input."""

    make: Callable[[Path], None]
    read: Callable[[Files, bytes], None]
    is_edited: bool


READERS = {
    "idx": Reader(make_idx, read_idx_bytes, is_edited=False),
    "npy": Reader(make_npy, read_npy_bytes, is_edited=False),
    "checkpoint": Reader(make_checkpoint, read_checkpoint_bytes, is_edited=False),
    "data": Reader(make_data, read_data_edited, is_edited=True),
    "recording": Reader(make_recording, read_recording_edited, is_edited=True),
}


def main() -> None:
    reader = READERS[sys.argv.pop(1)]
    folder = Path(tempfile.mkdtemp())
    files = Files(folder, folder / "original")
    reader.make(files.original)
    if sys.argv[1:2] == ["--seeds"]:
        seed = b"" if reader.is_edited else files.original.read_bytes()
        reader.read(files, seed)
        Path(sys.argv[2], "seed").write_bytes(seed)
        return

    def read_or_refuse(data: bytes) -> None:
        with contextlib.suppress(OscillatorsError):
            reader.read(files, data)

    # Where another thread is running, files are not read in a child process first, which would take most of the time.
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    atheris.Setup(sys.argv, read_or_refuse)
    atheris.Fuzz()


main()
