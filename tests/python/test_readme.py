"""The README's script runs as it stands, and its links lead somewhere."""

import re
from pathlib import Path

import numpy as np
import pytest

import openmmoscillators as oscillators

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def test_script_runs(tmp_path, monkeypatch):
    # A protocol that leaves the reversed trap alone: what comes out is noise of a known width.
    network = oscillators.OscillatorNetwork.squareLattice(10, 10, 1)
    trap = oscillators.NetworkParameters(network)
    trap.fillFamily("k_lin", 1.0)
    protocol = oscillators.DrivingProtocol(network, [0.02, 2.5, 5.0], np.tile(trap.getValues(), (3, 1)))
    (tmp_path / "demo-output").mkdir()
    learned = oscillators.LearnedProtocol(network=network, protocol=protocol, kT=0.1, sigma=1.0)
    oscillators.ProtocolFile.write(tmp_path / "demo-output" / "digits-protocol.h5", learned)
    monkeypatch.chdir(tmp_path)

    scripts = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(scripts) == 1
    variables = {}
    exec(scripts[0].replace("getTimes(), 20)", "getTimes(), 200)"), variables)

    digits = variables["digits"]._value
    assert digits.shape == (100, 100)
    # Variance kT; its standard error is sqrt(2 / 10^4) kT, the integrator's bias 0.6 %: 7 % is out of reach of chance.
    assert digits.var() == pytest.approx(0.1, rel=0.07)


def test_links_lead_somewhere():
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing
