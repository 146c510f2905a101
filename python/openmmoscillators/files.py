"""Writing files so that an error, a full disk or an interrupt leaves what was there before whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import h5py

from .errors import OscillatorsError

_MOST_COMPRESSION = 1100  # Deflate cannot pack more than about this many bytes into one


def check_output(path: str | os.PathLike, overwrite: bool = False) -> Path:
    """Refuse a path that cannot be written, before anything is computed.

    Raises:
        OscillatorsError: the folder does not exist or is not writable, the path is a folder, or
            the file exists and ``overwrite`` is False.
    """
    path = Path(path)
    folder = path.parent
    if not folder.is_dir():
        raise OscillatorsError(f"cannot write {path}: there is no folder {folder}")
    if path.is_dir():
        raise OscillatorsError(f"cannot write {path}: it is a folder, expected the path of a file")
    if path.exists() and not overwrite:
        raise OscillatorsError(f"{path} exists: choose another path, or replace it with --overwrite")
    if not os.access(folder, os.W_OK):
        raise OscillatorsError(f"cannot write {path}: no permission to write in folder {folder}")
    return path


def check_input(path: str | os.PathLike) -> Path:
    """Refuse a path that is not a readable file.

    Raises:
        OscillatorsError: there is no such file, it is a folder, or it may not be read.
    """
    path = Path(path)
    if path.is_dir():
        raise OscillatorsError(f"cannot read {path}: it is a folder, expected a file")
    if not path.exists():
        raise OscillatorsError(f"cannot read {path}: there is no such file")
    if not os.access(path, os.R_OK):
        raise OscillatorsError(f"cannot read {path}: no permission")
    return path


def check_extent(data_set: h5py.Dataset) -> None:
    """Refuse a data set that says it has more numbers than its file can hold, before memory is taken for them.

    Raises:
        OscillatorsError: so it is.
    """
    if data_set.nbytes > _MOST_COMPRESSION * data_set.file.id.get_filesize():
        raise OscillatorsError(
            f"{data_set.file.filename}: {data_set.name} of shape {data_set.shape} needs more data "
            "than the file can hold"
        )


def publish(finished: Path, path: Path) -> None:
    """Give a finished file its name, so that even after power loss there is either the file before it or all of it."""
    _synchronise(finished)
    os.replace(finished, path)
    with suppress(OSError):  # some network file systems cannot, and need not
        _synchronise(path.parent)


def _synchronise(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def create_hdf5(path: Path) -> Iterator[h5py.File]:
    """A new HDF5 file. What cannot be written raises OSError, if chunked data sets stay open to the end of the block.

    HDF5 does not tell of failures in closing a data set.
    """
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_sieve_buf_size(0)  # else small data sets are written when they are closed
    with h5py.File(h5py.h5f.create(os.fsencode(path), h5py.h5f.ACC_TRUNC, fapl=access)) as file:
        yield file
        file.flush()


@contextmanager
def new_file(path: str | os.PathLike, overwrite: bool = False) -> Iterator[Path]:
    """Yield a temporary path in the same folder; it becomes ``path`` if the block succeeds.

    Whatever fails inside the block, ``path`` keeps its old content and the temporary file is
    removed. The temporary name keeps the suffix, which writers of pictures go by.

    Raises:
        OscillatorsError: as check_output(), or the operating system could not write.
    """
    path = check_output(path, overwrite)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.partial{path.suffix}")
    try:
        yield temporary
        publish(temporary, path)
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise OscillatorsError(f"cannot write {path}: {reason}") from error
    finally:
        temporary.unlink(missing_ok=True)
