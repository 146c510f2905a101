"""Pictures: that what they show is where it should be, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from openmmoscillators import plots
from openmmoscillators.datasets import DataSet
from openmmoscillators.errors import OscillatorsError


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L")).astype(float)


def test_contact_sheet_shows_states_in_rows(tmp_path: Path) -> None:
    states = np.zeros((6, 4))
    states[4] = [1, 1, 1, 1]  # second row, second column of a sheet with three columns
    plots.contact_sheet(states, 2, 2, tmp_path / "sheet.png", columns=3, limits=(0, 1))
    picture = pixels(tmp_path / "sheet.png")
    rows, columns = np.argwhere(plots.tile(states, 2, 2, 3) == 1).T
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 5, 4, 5)
    height, width = picture.shape
    assert picture[int(height * 5 / 7), int(width * 5 / 10)] == 255
    assert picture[int(height * 2 / 7), int(width * 5 / 10)] == 0


def test_state_rows_are_image_rows() -> None:
    tile = plots.tile(np.arange(6.0)[None], 3, 2, 1)
    np.testing.assert_array_equal(tile[1:3, 1:4], [[0, 1, 2], [3, 4, 5]])


def test_animation_has_a_frame_a_time(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).standard_normal((5, 3, 4))
    plots.path_animation(frames, np.arange(5.0), 2, 2, tmp_path / "path.gif")
    with Image.open(tmp_path / "path.gif") as movie:
        assert movie.n_frames == 5


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_other_pictures_are_written(tmp_path: Path, mixture: DataSet, suffix: str) -> None:
    times = np.geomspace(0.02, 5, 7)
    families = {"k_lin": np.ones((7, 4)), "c_lin": np.empty((7, 0))}
    plots.protocol_curves(times, families, tmp_path / f"protocol{suffix}")
    plots.learning_curves(times, {"loss: training": times, "loss: held-out": times}, tmp_path / f"learning{suffix}")
    plots.density(mixture.train, mixture, tmp_path / f"density{suffix}")
    plots.path_strip(np.zeros((3, 2, 4)), [0, 1, 2], 2, 2, tmp_path / f"strip{suffix}")
    assert sorted(p.stem for p in tmp_path.iterdir()) == ["density", "learning", "protocol", "strip"]
    assert all(p.stat().st_size > 1000 for p in tmp_path.iterdir())


def test_refuses_unknown_formats_and_wrong_sizes(tmp_path: Path, lattice: DataSet) -> None:
    with pytest.raises(OscillatorsError, match=r"no picture format '.docx'"):
        plots.contact_sheet(np.zeros((1, 4)), 2, 2, tmp_path / "sheet.docx")
    with pytest.raises(OscillatorsError, match="16 oscillators"):
        plots.density(np.zeros((5, 2)), lattice, tmp_path / "density.png")
    with pytest.raises(OscillatorsError, match="no report"):
        plots.learning_curves([], {}, tmp_path / "learning.png")
    assert not list(tmp_path.iterdir())


def test_existing_pictures_are_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    path.write_text("precious")
    with pytest.raises(OscillatorsError, match="exists"):
        plots.contact_sheet(np.zeros((1, 4)), 2, 2, path)
    assert path.read_text() == "precious"
