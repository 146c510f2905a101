"""The IDX format of the MNIST files: a four-byte magic number, big-endian sizes, unsigned bytes."""

from __future__ import annotations

import gzip
import lzma
import math
import os
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from .errors import OscillatorsError
from .files import check_input

_UNSIGNED_BYTE = 0x08
_CHUNK = 1 << 22  # bytes read at a time, so that memory never outgrows what the file really holds
_LARGEST = 1 << 33  # bytes; a header that claims more is taken for a damaged one


def open_compressed(path: Path) -> IO[bytes]:
    """Open a file as plain bytes, gzip or xz, told apart by their first bytes."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(path, "rb")
    if start == b"\xfd7zXZ\x00":
        return lzma.open(path, "rb")
    return path.open("rb")


def _read_header(stream: IO[bytes], path: Path, dimensions: int) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4:
        raise OscillatorsError(f"{path} is no IDX file: it ends after {len(magic)} bytes")
    expected = bytes([0, 0, _UNSIGNED_BYTE, dimensions])
    if magic != expected:
        raise OscillatorsError(
            f"{path} is no IDX file of unsigned bytes with {dimensions} dimension(s): "
            f"magic number 0x{magic.hex()}, expected 0x{expected.hex()}"
        )
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise OscillatorsError(f"{path} is truncated: it ends within its header")
    shape = struct.unpack(f">{dimensions}I", sizes)
    if min(shape) < 1 or math.prod(shape) > _LARGEST:
        raise OscillatorsError(
            f"{path}: sizes {shape} in the header are not plausible, "
            f"expected at least 1 each and at most {_LARGEST} bytes in all"
        )
    return shape


def _read_exactly(stream: IO[bytes], path: Path, count: int) -> bytearray:
    content = bytearray()
    while len(content) < count:
        chunk = stream.read(min(_CHUNK, count - len(content)))
        if not chunk:
            raise OscillatorsError(f"{path} is truncated: {len(content)} bytes of data, expected {count} by its header")
        content += chunk
    if stream.read(1):
        raise OscillatorsError(f"{path} holds more data than the {count} bytes of its header")
    return content


def read_idx(path: str | os.PathLike, dimensions: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes, plain or compressed by gzip or xz.

    Args:
        path: the file.
        dimensions: 3 for images [count][height][width], 1 for labels [count].

    Returns:
        uint8 array of the shape in the header.

    Raises:
        OscillatorsError: missing file, wrong magic number, implausible sizes, truncated or
            damaged content, more content than the header says.
    """
    path = check_input(path)
    try:
        with open_compressed(path) as stream:
            shape = _read_header(stream, path, dimensions)
            content = _read_exactly(stream, path, math.prod(shape))
    except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        raise OscillatorsError(f"{path} is truncated or damaged: {error}") from error
    return np.frombuffer(content, np.uint8).reshape(shape)


def read_idx_pair(images: str | os.PathLike, labels: str | os.PathLike) -> tuple[np.ndarray, np.ndarray]:
    """Read images and their labels.

    Returns:
        uint8 images [count][height][width] and int64 labels [count].

    Raises:
        OscillatorsError: as read_idx(), or the counts differ.
    """
    label_values = read_idx(labels, 1)
    pixels = read_idx(images, 3)
    if len(pixels) != len(label_values):
        raise OscillatorsError(f"{images} holds {len(pixels)} images but {labels} holds {len(label_values)} labels")
    return pixels, label_values.astype(np.int64)


def write_idx(path: str | os.PathLike, values: np.ndarray) -> None:
    """Write unsigned bytes as an IDX file, compressed by xz."""
    values = np.ascontiguousarray(values, np.uint8)
    magic = bytes([0, 0, _UNSIGNED_BYTE, values.ndim])
    header = magic + struct.pack(f">{values.ndim}I", *values.shape)
    Path(path).write_bytes(lzma.compress(header + values.tobytes(), preset=9 | lzma.PRESET_EXTREME))
