"""Digits generated on OpenCL are those generated on the CPU platform, from the same seed, to rounding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from openmmoscillators._plugin import supporting_platforms
from openmmoscillators.datasets import DataSet, make_lattice
from openmmoscillators.evaluation import evaluate
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.mnist import load_mnist
from openmmoscillators.samples import read_samples

pytestmark = pytest.mark.skipif("OpenCL" not in supporting_platforms(), reason="there is no OpenCL platform")


@pytest.fixture(scope="module")
def digits() -> DataSet:
    """1500 handwritten digits, of which zeros and ones are to be learned, on a 10 x 10 lattice."""
    shipped = load_mnist([0, 1])
    chosen = np.random.default_rng(1).choice(len(shipped.labels), 1500, replace=False)
    return make_lattice(shipped.images[chosen], shipped.labels[chosen], classes=[0, 1], size=10)


def test_states_and_figures(tmp_path: Path, digits: DataSet) -> None:
    digits.save(tmp_path / "digits.h5")
    learn(tmp_path / "digits.h5", tmp_path / "protocol.h5", LearningSettings(range=2, slices=16, samples=600))
    states = {}
    for platform, precision in (("CPU", None), ("OpenCL", "mixed")):
        settings = GenerationSettings(200, steps_per_slice=4, seed=3, platform=platform, precision=precision)
        generate(tmp_path / "protocol.h5", tmp_path / platform, settings)
        states[platform] = read_samples(tmp_path / platform)
    # Forces in single precision, 60 steps: some 1e-5 nm, of states of some 3 nm.
    np.testing.assert_allclose(states["OpenCL"], states["CPU"], atol=1e-4, rtol=0)
    found, expected = (evaluate(states[platform], digits, seed=2) for platform in ("OpenCL", "CPU"))
    for figure in ("class_shares", "ambiguous_share", "sure_share", "escaped_share"):
        assert found[figure] == expected[figure], figure
    assert 0.1 < found["class_shares"]["0"] < 0.9  # both digits are there
    assert found["frechet_distance"] == pytest.approx(expected["frechet_distance"], rel=1e-3)
