"""Checking and repairing files: every kind of damage is named, and what is whole is saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators.checking import check_file
from openmmoscillators.cli import run
from openmmoscillators.datasets import make_mixture
from openmmoscillators.errors import OscillatorsError
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.oscillators import DrivingProtocol, LearnedProtocol, OscillatorNetwork, ProtocolFile
from openmmoscillators.repairing import repair_recording
from openmmoscillators.samples import read_path

TRAJECTORY = "particles/trajectory"
FRAMES, REPLICAS = 9, 250


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = OscillatorNetwork.squareLattice(5, 5, 1)
    values = np.full((3, network.getNumParameters()), 0.01)
    learned = LearnedProtocol(network=network, protocol=DrivingProtocol(network, [0.1, 0.2, 0.3], values), kT=0.1)
    path = tmp_path_factory.mktemp("protocol") / "protocol.h5"
    ProtocolFile.write(str(path), learned)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, protocol: Path) -> Path:
    path = tmp_path_factory.mktemp("whole") / "paths.h5md"
    generate(protocol, path, GenerationSettings(REPLICAS, steps_per_slice=8, every=2, seed=1, platform="Reference"))
    return path


@pytest.fixture
def recording(tmp_path: Path, whole: Path) -> Path:
    return Path(shutil.copy(whole, tmp_path / "paths.h5md"))


def test_whole_files_have_no_problems(
    whole: Path, protocol: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_mixture(100).save(tmp_path / "data.h5")
    for path, kind in ((whole, "recording"), (protocol, "protocol"), (tmp_path / "data.h5", "data set")):
        report = check_file(path)
        assert (report.kind, report.problems, report.remarks) == (kind, [], [])
        assert run(["check", str(path)]) == 0
    assert check_file(whole).facts["frames"] == FRAMES
    assert "whole" in capsys.readouterr().out


def damage_number(file: h5py.File) -> None:
    file[f"{TRAJECTORY}/displacement/value"][4, 7] += 1e-3


def damage_units(file: h5py.File) -> None:
    file[f"{TRAJECTORY}/position/value"].attrs["unit"] = "Angstrom"


def damage_times(file: h5py.File) -> None:
    file[f"{TRAJECTORY}/position/time"][4] = 0.0


def damage_nan(file: h5py.File) -> None:
    file[f"{TRAJECTORY}/displacement/value"][4, 7] = np.nan


def damage_length(file: h5py.File) -> None:
    file[f"{TRAJECTORY}/displacement/value"].resize(5, axis=0)


def damage_box(file: h5py.File) -> None:
    del file[f"{TRAJECTORY}/box"]


def damage_network(file: h5py.File) -> None:
    file["oscillators/network/edges"][3] = [0, 99]


@pytest.mark.parametrize(
    ("damage", "message", "saved"),
    [
        (damage_number, "frame 4 does not match its checksum", 8),
        (damage_units, "position/value has unit 'Angstrom', expected 'nm'", 9),
        (damage_times, "times: frame 4 is not later", 8),
        (damage_nan, "frame 4: particle 7 has a number that is not finite", 8),
        (damage_length, "has 9 frames, others 5", 5),
        (damage_box, "box: there is no attribute boundary", 9),
        (damage_network, "oscillators/network/edges", 9),
    ],
)
def test_damage_is_named_and_the_rest_is_saved(
    recording: Path, whole: Path, tmp_path: Path, damage: Callable[[h5py.File], None], message: str, saved: int
) -> None:
    with h5py.File(recording, "r+") as file:
        damage(file)
    assert message in "\n".join(check_file(recording).problems)
    assert run(["check", str(recording)]) == 1
    assert run(["repair", str(recording), "-o", str(tmp_path / "repaired.h5md")]) == 0
    with h5py.File(whole) as expected, h5py.File(tmp_path / "repaired.h5md") as found:
        times = found[f"{TRAJECTORY}/position/time"][()]
        frames = np.flatnonzero(np.isin(expected[f"{TRAJECTORY}/position/time"][()], times))
        assert len(times) == len(frames) == saved
        for element in ("position", "displacement"):
            np.testing.assert_array_equal(
                found[f"{TRAJECTORY}/{element}/value"][()], expected[f"{TRAJECTORY}/{element}/value"][()][frames]
            )
        assert found[f"{TRAJECTORY}/displacement/time"] == found[f"{TRAJECTORY}/position/time"]


def test_what_was_repaired_is_whole(recording: Path, tmp_path: Path) -> None:
    with h5py.File(recording, "r+") as file:
        damage_number(file)
    assert repair_recording(recording, tmp_path / "repaired.h5md").saved == FRAMES - 1
    assert check_file(tmp_path / "repaired.h5md").problems == []


def test_a_file_that_was_cut_off_is_saved_as_far_as_it_goes(recording: Path, whole: Path, tmp_path: Path) -> None:
    """The numbers of the last frames lie at the end of the file."""
    with h5py.File(whole) as file:
        chunk = file[f"{TRAJECTORY}/displacement/value"].id
        ends = [info.byte_offset + info.size for info in map(chunk.get_chunk_info, range(chunk.get_num_chunks()))]
    with open(recording, "r+b") as file:
        file.truncate(max(ends) - 1000)
    with pytest.raises(OscillatorsError, match="does not open as HDF5"):
        check_file(recording)
    report = repair_recording(recording, tmp_path / "repaired.h5md")
    assert 0 < report.saved <= FRAMES
    assert check_file(tmp_path / "repaired.h5md").problems == []
    _, expected = read_path(whole, REPLICAS)
    _, found = read_path(tmp_path / "repaired.h5md", REPLICAS)
    assert all(any(np.array_equal(frame, other) for other in expected) for frame in found)


def test_what_is_beyond_repair_is_refused(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no HDF5")
    for path in (tmp_path / "text", recording):
        with open(recording, "r+b") as file:
            file.truncate(100)
        with pytest.raises(OscillatorsError, match=r"nothing of .* can be saved"):
            repair_recording(path, tmp_path / "repaired.h5md")
    assert not (tmp_path / "repaired.h5md").exists()
    with pytest.raises(OscillatorsError, match="in place"):
        repair_recording(recording, recording, overwrite=True)
    h5py.File(tmp_path / "empty.h5", "w").close()
    with pytest.raises(OscillatorsError, match="no recording"):
        check_file(tmp_path / "empty.h5")
