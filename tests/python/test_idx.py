"""Reading and writing IDX files."""

from __future__ import annotations

import gzip
import lzma
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from openmmoscillators.errors import OscillatorsError
from openmmoscillators.idx import read_idx, read_idx_pair, write_idx


def idx_bytes(values: np.ndarray) -> bytes:
    """The format as its authors describe it, written independently of the package."""
    return struct.pack(">HBB", 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


@pytest.fixture
def values() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (7, 5, 3)).astype(np.uint8)


@pytest.mark.parametrize("compress", [bytes, gzip.compress, lzma.compress])
def test_reads_plain_and_compressed(tmp_path: Path, values: np.ndarray, compress) -> None:
    path = tmp_path / "images"
    path.write_bytes(compress(idx_bytes(values)))
    np.testing.assert_array_equal(read_idx(path, 3), values)


def test_written_files_are_xz_of_the_format(tmp_path: Path, values: np.ndarray) -> None:
    write_idx(tmp_path / "images", values)
    assert lzma.decompress((tmp_path / "images").read_bytes()) == idx_bytes(values)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends after 0 bytes"),
        (b"\x00\x00\x08", "ends after 3 bytes"),
        (b"not an IDX file at all", "magic number 0x6e6f7420, expected 0x00000803"),
        (b"\x00\x00\x08\x03\x00\x00", "ends within its header"),
        (b"\x00\x00\x08\x03" + struct.pack(">3I", 2, 0, 2), "sizes (2, 0, 2)"),
        (b"\x00\x00\x08\x03" + struct.pack(">3I", 2, 2, 2) + b"1234567", "7 bytes of data, expected 8"),
        (b"\x00\x00\x08\x03" + struct.pack(">3I", 2, 2, 2) + b"123456789", "more data than the 8 bytes"),
        (gzip.compress(idx_bytes(np.zeros((9, 9, 9), np.uint8)))[:-20], "truncated or damaged"),
        (lzma.compress(idx_bytes(np.zeros((9, 9, 9), np.uint8)))[:-20], "truncated"),
        (b"\x1f\x8b\x08\x00 damaged", "truncated or damaged"),
    ],
)
def test_refuses_damaged_files(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(OscillatorsError) as error:
        read_idx(path, 3)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_lying_header_claims_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "images"
    path.write_bytes(b"\x00\x00\x08\x03" + struct.pack(">3I", 1 << 10, 1 << 10, 1 << 11) + b"x" * 100)
    tracemalloc.start()
    with pytest.raises(OscillatorsError, match="100 bytes of data, expected 2147483648"):
        read_idx(path, 3)
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()


def test_refuses_missing_file_folder_and_unequal_counts(tmp_path: Path, values: np.ndarray) -> None:
    with pytest.raises(OscillatorsError, match="there is no such file"):
        read_idx(tmp_path / "none", 3)
    with pytest.raises(OscillatorsError, match="it is a folder"):
        read_idx(tmp_path, 3)
    write_idx(tmp_path / "images", values)
    write_idx(tmp_path / "labels", np.zeros(6, np.uint8))
    with pytest.raises(OscillatorsError, match=r"7 images but .* 6 labels"):
        read_idx_pair(tmp_path / "images", tmp_path / "labels")
