"""The command oscillators: every subcommand on small data, and one line for everything that is wrong."""

from __future__ import annotations

import gzip
import json
import resource
import struct
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from openmmoscillators.cli import run
from openmmoscillators.commands import generate as generate_command
from openmmoscillators.datasets import DataSet, load_dataset


def call(*arguments: object) -> None:
    assert run([str(argument) for argument in arguments]) == 0


@pytest.fixture(scope="module")
def samples(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with samples.h5md and paths.h5md generated under the protocol of ``files``. Not to be changed."""
    folder = tmp_path_factory.mktemp("samples")
    call("generate", files / "protocol.h5", "-o", folder / "samples.h5md", "--samples", 300, "--seed", 1)
    call("generate", files / "protocol.h5", "-o", folder / "paths.h5md", "--samples", 4, "--every", 16, "--seed", 2)
    return folder


def write_idx(path: Path, values: np.ndarray) -> Path:
    header = struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    path.write_bytes(gzip.compress(header + values.astype(np.uint8).tobytes()))
    return path


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    call("--help")
    shown = capsys.readouterr().out
    for command in ("data", "record", "learn", "generate", "evaluate", "plot", "demo", "info"):
        assert command in shown
    for command in ("mixture", "mnist", "digits8x8", "idx", "npy"):
        call("data", command, "--help")
        assert "Example" in capsys.readouterr().out


def test_data_digits8x8(tmp_path: Path) -> None:
    call("data", "digits8x8", "--digits", "3,8", "-o", tmp_path / "d.h5")
    data = load_dataset(tmp_path / "d.h5")
    assert (data.width, data.height, data.classes) == (8, 8, [3, 8])
    # Of 1797 images, 183 are threes and 174 eights.
    assert len(data.train) + len(data.held_out) == 357
    assert len(data.contrast) == 1797 - 357


def test_data_mnist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("data", "mnist", "--digits", "1,0", "--size", 6, "-o", tmp_path / "d.h5", "--json", "-")
    summary = json.loads(capsys.readouterr().out)
    assert (summary["training"], summary["held_out"], summary["contrast"]) == (10132, 2533, 4000)
    data = load_dataset(tmp_path / "d.h5")
    assert (data.width, data.height, data.classes) == (6, 6, [0, 1])
    assert data.licence == "CC BY-SA 3.0"


def test_data_mixture(tmp_path: Path) -> None:
    options = ("--weights", "1,1,2", "--means", "0,0,0;1,1,1;2,0,2", "--variance", 0.01, "--count", 400)
    call("data", "mixture", *options, "-o", tmp_path / "m.h5")
    data = load_dataset(tmp_path / "m.h5")
    assert data.num_oscillators == 3
    np.testing.assert_allclose(data.weights, [0.25, 0.25, 0.5])


def test_data_idx_and_npy(tmp_path: Path, images: tuple[np.ndarray, np.ndarray]) -> None:
    pixels, labels = images
    pair = write_idx(tmp_path / "images.gz", pixels), write_idx(tmp_path / "labels.gz", labels)
    call("data", "idx", *pair, "--digits", "0,2", "--size", 4, "-o", tmp_path / "idx.h5")
    np.save(tmp_path / "images.npy", pixels)
    np.save(tmp_path / "labels.npy", labels)
    given = (tmp_path / "images.npy", "--labels", tmp_path / "labels.npy", "--digits", "0,2", "--size", 4)
    call("data", "npy", *given, "--jitter", 0.005, "-o", tmp_path / "npy.h5")
    first, second = load_dataset(tmp_path / "idx.h5"), load_dataset(tmp_path / "npy.h5")
    np.testing.assert_array_equal(first.train, second.train)
    np.testing.assert_array_equal(first.contrast_labels, np.full(200, 1))


def test_from_data_to_figures_through_a_recording(
    tmp_path: Path, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--range", 2, "--slices", 6)
    call("record", files / "lattice.h5", "-o", tmp_path / "r.h5md", *common, "--route", "simulated", "--step", 0.05)
    call("learn", tmp_path / "r.h5md", "-o", tmp_path / "p.h5", "--json", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["samples"] == 288  # 320 less a tenth held out
    call("generate", tmp_path / "p.h5", "-o", tmp_path / "s.h5md", "--samples", 200, "--platform", "reference")
    capsys.readouterr()
    call("evaluate", tmp_path / "s.h5md", "--against", files / "lattice.h5", "--json", "-")
    figures = json.loads(capsys.readouterr().out)
    assert figures["samples"] == 200
    assert figures["escaped_share"] < 0.1
    assert figures["frechet_distance"] < 3 * figures["frechet_distance_gaussian"]


def test_evaluate_shows_a_table(files: Path, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call("evaluate", samples / "samples.h5md", "--against", files / "lattice.h5")
    shown = capsys.readouterr().out
    for row in ("class 0", "ambiguous", "sure", "Frechet distance", "memorisation ratio", "calibration", "escaped"):
        assert row in shown


def test_diagnostics_of_a_protocol(
    files: Path, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(
        *("evaluate", samples / "samples.h5md", "--against", files / "lattice.h5"),
        *("--protocol", files / "protocol.h5", "--json", tmp_path / "f.json"),
    )
    assert "uniform" in capsys.readouterr().out
    fit = json.loads((tmp_path / "f.json").read_text())["protocol"]
    assert {len(values) for values in fit.values()} == {6}
    call("plot", "learning", files / "protocol.h5", "--against", files / "lattice.h5", "-o", tmp_path / "l.png")


def test_mixture_from_data_to_figures(tmp_path: Path, files: Path) -> None:
    call("learn", files / "mixture.h5", "-o", tmp_path / "p.h5", "--range", 1, "--samples", 16000)
    call("generate", tmp_path / "p.h5", "-o", tmp_path / "s.h5md", "--samples", 2000, "--seed", 3)
    call("evaluate", tmp_path / "s.h5md", "--against", files / "mixture.h5", "--json", tmp_path / "f.json")
    figures = json.loads((tmp_path / "f.json").read_text())
    # Two coupled sextic oscillators leave about 15 % between the wells; standard errors are .011 and .008.
    assert figures["weights"][0] == pytest.approx(0.6, abs=0.06)
    assert figures["stray_share"] < 0.2
    assert figures["escaped_share"] == 0.0
    call("plot", "density", tmp_path / "s.h5md", "--against", files / "mixture.h5", "-o", tmp_path / "d.png")


@pytest.mark.parametrize("kind", ["samples", "path", "protocol", "learning"])
def test_plots(kind: str, tmp_path: Path, files: Path, samples: Path) -> None:
    source = {"samples": samples / "samples.h5md", "path": samples / "paths.h5md"}.get(kind, files / "protocol.h5")
    call("plot", kind, source, "-o", tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_info(capsys: pytest.CaptureFixture[str]) -> None:
    call("info", "--json", "-")
    facts = json.loads(capsys.readouterr().out)
    assert "Reference" in facts["platforms_with_oscillators"]
    assert facts["openmm"].startswith("8.6")
    call("info")
    assert "plugin load failures" in capsys.readouterr().out


# Bad input: one line that says what was found and what was expected, exit status 1 (2 for the command line itself).


def test_command_line_that_makes_no_sense(fails, tmp_path: Path) -> None:
    assert "No such command 'dream'" in fails("dream", status=2)
    assert "--size" in fails("data", "mnist", "--size", "big", "-o", tmp_path / "d.h5", status=2)
    assert "Missing option" in fails("data", "mnist", status=2)
    assert "--samples" in fails("generate", "p.h5", "--samples", 0, "-o", tmp_path / "s.h5md", status=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mnist", "--digits", "0,11"), "digit 11 does not exist, expected 0 ... 9"),
        (("mnist", "--digits", "zero"), "--digits 'zero', expected whole numbers"),
        (("mnist", "--digits", "4", "--idx-folder", "/nowhere"), "holds no train-images-idx3-ubyte"),
        (("mixture", "--weights", "1,2,3"), "3 weights but means of shape (2, 2)"),
        (("mixture", "--means", "1,2;3"), "different numbers of coordinates"),
        (("mixture", "--variance", "-1"), "variance -1.0"),
        (("mixture", "--held-out", "1.5"), "held-out share 1.5"),
        (("idx", "/nowhere/images", "/nowhere/labels"), "there is no such file"),
        (("npy", "/nowhere/images.npy"), "there is no such file"),
    ],
)
def test_data_that_cannot_be_made(fails, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    assert message in fails("data", *arguments, "-o", tmp_path / "d.h5")
    assert not list(tmp_path.iterdir())


def test_images_of_wrong_shapes(fails, tmp_path: Path) -> None:
    np.save(tmp_path / "flat.npy", np.zeros((5, 4)))
    assert "shape (5, 4), expected [count][height][width]" in fails(
        "data", "npy", tmp_path / "flat.npy", "-o", tmp_path / "d.h5"
    )
    np.save(tmp_path / "nan.npy", np.full((5, 4, 4), np.nan))
    assert "not finite" in fails("data", "npy", tmp_path / "nan.npy", "-o", tmp_path / "d.h5")
    np.save(tmp_path / "words.npy", np.array(["a", "b"]))
    assert "expected numbers" in fails("data", "npy", tmp_path / "words.npy", "-o", tmp_path / "d.h5")
    (tmp_path / "text.npy").write_text("hello")
    assert "cannot read" in fails("data", "npy", tmp_path / "text.npy", "-o", tmp_path / "d.h5")


READERS = {
    "learn": lambda file, files, out: ("learn", file, "-o", out),
    "record": lambda file, files, out: ("record", file, "-o", out),
    "generate": lambda file, files, out: ("generate", file, "-o", out),
    "evaluate": lambda file, files, out: ("evaluate", file, "--against", files / "lattice.h5"),
    "against": lambda file, files, out: ("evaluate", files / "lattice.h5", "--against", file),
    "plot samples": lambda file, files, out: ("plot", "samples", file, "-o", out.with_suffix(".png")),
    "plot protocol": lambda file, files, out: ("plot", "protocol", file, "-o", out.with_suffix(".png")),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", ["missing", "folder", "text", "truncated", "foreign"])
def test_files_that_cannot_be_read(fails, tmp_path: Path, files: Path, reader: str, kind: str) -> None:
    path = tmp_path / "input.h5"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("no HDF5")
    elif kind == "truncated":
        path.write_bytes((files / "protocol.h5").read_bytes()[:5000])
    elif kind == "foreign":
        with h5py.File(path, "w") as file:
            file["somebody/elses/numbers"] = np.arange(5)
    line = fails(*READERS[reader](path, files, tmp_path / "out.h5"))
    assert "input.h5" in line
    assert not (tmp_path / "out.h5").exists()


def test_files_of_the_wrong_kind(fails, tmp_path: Path, files: Path, samples: Path) -> None:
    out = tmp_path / "out.h5"
    assert "protocol" in fails("generate", files / "lattice.h5", "-o", out)
    assert "no data set" in fails("record", files / "protocol.h5", "-o", out)
    assert "2" in fails("evaluate", samples / "samples.h5md", "--against", files / "mixture.h5")
    assert "at least 2" in fails("plot", "path", samples / "samples.h5md", "-o", tmp_path / "p.gif")
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("data", "mixture"),
        ("learn", "lattice.h5", "--slices", "3", "--range", "1"),
        ("record", "lattice.h5", "--slices", "3", "--range", "1"),
        ("generate", "protocol.h5"),
        ("plot", "protocol", "protocol.h5"),
    ],
)
def test_outputs_are_refused_or_replaced_whole(fails, tmp_path: Path, files: Path, arguments: tuple[str, ...]) -> None:
    given = [files / a if a.endswith(".h5") else a for a in arguments]
    out = tmp_path / "out.png"
    out.write_text("precious")
    assert "exists" in fails(*given, "-o", out)
    assert out.read_text() == "precious"
    assert "there is no folder" in fails(*given, "-o", tmp_path / "none" / "out.png")
    assert "is a folder" in fails(*given, "-o", tmp_path)
    call(*given, "-o", out, "--overwrite")
    assert out.stat().st_size > 1000
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]


@pytest.mark.parametrize("command", ["data", "record", "learn", "generate", "plot"])
def test_a_full_disk_leaves_files_whole(tmp_path: Path, files: Path, command: str) -> None:
    """A limit on the size of files stands in for a full disk: writing fails in the same place."""
    given = {
        "data": ("data", "mixture"),
        "record": ("record", files / "lattice.h5", "--slices", 3, "--range", 1),
        "learn": ("learn", files / "lattice.h5", "--slices", 3, "--range", 2),
        "generate": ("generate", files / "protocol.h5"),
        "plot": ("plot", "protocol", files / "protocol.h5"),
    }[command]
    out = tmp_path / "out.png"
    out.write_text("precious")
    line = [sys.executable, "-m", "openmmoscillators.cli", *map(str, given), "-o", str(out), "--overwrite"]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    result = subprocess.run(line, preexec_fn=limit, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 1, result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("oscillators: ")
    assert out.read_text() == "precious"
    assert [p.name for p in tmp_path.iterdir()] == ["out.png"]


def test_conditions_name_ranges_and_pairs_of_states(files: Path, tmp_path: Path, fails) -> None:
    assert generate_command._rows("0:5") == range(0, 5)
    assert generate_command._between("0,7") == (0, 7)
    generate = ["generate", files / "protocol.h5", "-o", tmp_path / "s.h5md"]
    assert "--rows '5', expected first:last" in fails(*generate, "--rows", "5")
    assert "--between '0,7,9', expected the numbers of two states" in fails(*generate, "--between", "0,7,9")
    assert not list(tmp_path.iterdir())


def test_interrupt_leaves_no_file(tmp_path: Path, lattice: DataSet, monkeypatch: pytest.MonkeyPatch, fails) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("openmmoscillators.commands.data.make_mixture", interrupted)
    assert fails("data", "mixture", "-o", tmp_path / "m.h5", status=130) == "oscillators: interrupted"
    assert not list(tmp_path.iterdir())
