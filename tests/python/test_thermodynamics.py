"""The solvable case: the commands' numbers against closed forms and quadrature."""

from __future__ import annotations

import json
from math import exp, log, sqrt

import numpy as np
import pytest

from openmmoscillators import thermodynamics as solvable
from openmmoscillators.cli import run
from openmmoscillators.errors import OscillatorsError


@pytest.fixture
def figures(capsys: pytest.CaptureFixture[str]):
    """Run a subcommand with --json and return what it printed."""

    def call(*arguments: object) -> dict:
        assert run(["thermodynamics", *(str(argument) for argument in arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return call


def grid_rates(mu: float, sigma: float, time: float) -> tuple[float, float, float]:
    """Production, flux and reverse flux from their definitions, on a uniform grid."""
    x = np.linspace(-15, 15, 30001)
    variance, mean = 1 + (sigma**2 - 1) * exp(-2 * time), mu * exp(-time)
    peaks = [np.exp(-((x - centre) ** 2) / (2 * variance)) for centre in (mean, -mean)]
    density = sum(peaks) / 2 / sqrt(2 * np.pi * variance)
    score = (np.tanh(x * mean / variance) * mean - x) / variance
    step = x[1] - x[0]
    production = ((x + score) ** 2 * density).sum() * step
    flux = (x * (x + score) * density).sum() * step
    return production, flux, ((x + 2 * score) * (x + score) * density).sum() * step


@pytest.mark.parametrize(("mu", "sigma"), [(1, 0.8), (0.4, 1), (4, 1.5)])
def test_speciation(figures, mu: float, sigma: float) -> None:
    found = figures("speciation", "--mu", mu, "--sigma", sigma)
    expected = 0.5 * log(mu**2 + sqrt(sigma**4 - 2 * sigma**2 + mu**4 + 1))
    assert found["speciation_time"] == pytest.approx(expected, abs=1e-12)
    assert found["speciates"] == (expected > 0)
    if sigma == 1.5:
        assert found["symmetry_breaking_time"] == pytest.approx(0.5 * log(1.25), abs=1e-12)
    else:
        assert found["symmetry_breaking_time"] is None


def test_entropy_production(figures) -> None:
    found = figures("entropy-production", "--mu", 1, "--sigma", 0.8, "--times", "0.05,0.5,2")
    for k, time in enumerate((0.05, 0.5, 2.0)):
        production, flux, reverse_flux = grid_rates(1, 0.8, time)
        assert found["production"][k] == pytest.approx(production, abs=1e-8)
        assert found["flux"][k] == pytest.approx(flux, abs=1e-8)
        assert found["entropy_rate"][k] == pytest.approx(production - flux, abs=1e-8)
        assert found["reverse_production"][k] == pytest.approx(production, abs=1e-8)
        assert found["reverse_flux"][k] == pytest.approx(reverse_flux, abs=1e-8)


# 20 000 paths in 20 coarse steps: within 4 standard errors (false alarm 6e-5 each).
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_fluctuation(figures, direction: str) -> None:
    options = ("--direction", direction, "--paths", 20000, "--steps", 20, "--duration", 2, "--detailed")
    found = figures("fluctuation", "--mu", 1, "--sigma", 0.8, *options)
    assert abs(found["integral_fluctuation"] - 1) < 4 * found["standard_error"] < 0.04
    assert found["confidence_interval"][0] < found["integral_fluctuation"] < found["confidence_interval"][1]
    detailed = found["detailed"]
    assert abs(detailed["slope"] - 1) < 4 * detailed["slope_error"] < 0.3
    assert found["mean_total_entropy"] > 0
    assert 1000 < found["effective_sample_size"] <= 20000


def test_stratonovich_sum_converges() -> None:
    def difference(steps: int) -> float:
        paths = solvable.simulate(solvable.PathSettings(paths=2000, steps=steps, duration=1.0))
        return np.abs(paths.midpoint_total - paths.total).mean()

    assert difference(10) / difference(80) == pytest.approx(8, rel=0.15)


def test_fluctuation_in_more_dimensions(figures) -> None:
    found = figures("fluctuation", "--dimension", 3, "--paths", 5000, "--steps", 10, "--duration", 1)
    assert abs(found["integral_fluctuation"] - 1) < 4 * found["standard_error"]


def test_phase_diagram(figures) -> None:
    found = figures("phase-diagram", "--points", 11)
    sigma, mu = np.array(found["sigma"]), np.array(found["boundary_mu"])
    np.testing.assert_allclose(mu**2, sigma**2 - sigma**4 / 2, atol=1e-12)
    assert [point["phase"] for point in found["sample_points"]] == [
        "symmetry broken",
        "symmetric",
        "unstable symmetry broken",
    ]


def test_franz_parisi(figures) -> None:
    found = figures("franz-parisi", "--times", "0.02,0.5", "--distances", "0.1,1,4")
    potential = np.array(found["potential"])
    assert potential.shape == (2, 3)
    # Noise that has hardly begun pins the datum: large distances cost more at the early time.
    assert potential[0, 2] - potential[0, 0] > 5 * (potential[1, 2] - potential[1, 0])
    # One dimension by sampling would be the same average: compare the three-dimensional one with its own error bar.
    spatial = figures("franz-parisi", "--times", "0.5", "--distances", "1", "--dimension", 3, "--samples", 500)
    assert 0 < spatial["error"][0][0] < 0.5


def test_reports_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["thermodynamics", "speciation"]) == 0
    assert "speciation time: 0.36203855" in capsys.readouterr().out
    assert run(["thermodynamics", "phase-diagram"]) == 0
    assert "unstable symmetry broken" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("fluctuation", "--direction", "sideways"), "expected one of forward, reverse"),
        (("fluctuation", "--duration", "-1"), "duration -1.0"),
        (("speciation", "--sigma", "0"), "sigma 0.0"),
        (("speciation", "--mu", "-1"), "mu"),
        (("entropy-production", "--times", "1,x"), "--times"),
        (("entropy-production", "--times", "-1"), "time"),
        (("franz-parisi", "--distances", "0"), "q must be positive"),
    ],
)
def test_refusals(fails, arguments: tuple[str, ...], text: str) -> None:
    assert text in fails("thermodynamics", *arguments)


def test_settings_are_checked() -> None:
    with pytest.raises(OscillatorsError, match="steps 0"):
        solvable.simulate(solvable.PathSettings(steps=0))
