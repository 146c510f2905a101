"""Learning from what a laboratory measured: a file that h5py alone has written.

    python examples/laboratory_recording.py -o laboratory

Two oscillators carry data from two Gaussians. The first half of this program is the laboratory: it relaxes copies of
the data in a trap, measures forces with a noise of its own, and writes positions, forces and times. The second half
knows that file, and that the forces were those of the trap, and learns. Writes OUTPUT.h5 (measured), OUTPUT-trap.h5
(under which protocol) and OUTPUT-protocol.h5 (learned), and prints how far the learned forces are from the exact score.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import h5py
import numpy as np

KT, TIMES = 0.1, np.array([0.05, 0.1, 0.2, 0.4, 0.8, 1.6])  # kJ/mol; ps since the data
MEANS, VARIANCE = np.array([[0.7, 0.4], [-0.7, 0.1]]), 0.02


def measure(path: Path, replicas: int, force_noise: float = 0.1, seed: int = 1) -> None:
    """The laboratory: nothing of openmmoscillators is used here."""
    generator = np.random.default_rng(seed)
    start = MEANS[generator.integers(2, size=replicas)] + np.sqrt(VARIANCE) * generator.normal(size=(replicas, 2))
    shrink, variance = np.exp(-TIMES), KT * (1 - np.exp(-2 * TIMES))
    noised = shrink[:, None, None] * start + np.sqrt(variance)[:, None, None] * generator.normal(
        size=(len(TIMES), replicas, 2)
    )
    frames = np.concatenate([start[None], noised])  # the first frame, at t = 0, holds the data
    forces = -frames + force_noise * generator.normal(size=frames.shape)  # of a trap of stiffness 1
    with h5py.File(path, "w") as file:
        group = file.create_group("particles/array")
        group.attrs["num_oscillators"] = 2
        for name, values in (("position", frames), ("force", forces)):  # [frames][replicas x oscillators][1]
            group[f"{name}/value"] = values.reshape(len(frames), -1, 1)
            group[f"{name}/time"] = np.concatenate([[0.0], TIMES])


def exact_score(x: np.ndarray, time: float) -> np.ndarray:
    """The gradient of the log density of the noised data at states [count][2]."""
    width = np.exp(-2 * time) * VARIANCE + KT * (1 - np.exp(-2 * time))
    shifts = x[:, None] - np.exp(-time) * MEANS
    exponents = -(shifts**2).sum(2) / (2 * width)
    share = np.exp(exponents - exponents.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    return -(share[..., None] * shifts).sum(1) / width


def learn_from(measured: Path, trap: Path, output: Path, rule: str) -> list[float]:
    """Learn, and compare forces with the exact score: E|F / kT - s|^2 / E|s|^2 at each time."""
    from openmmoscillators.learning import learn
    from openmmoscillators.learningsettings import LearningSettings
    from openmmoscillators.oscillators import LearnedProtocol, OscillatorNetwork, ProtocolFile
    from openmmoscillators.protocols import load_protocol
    from openmmoscillators.recording import trap_protocol

    network = OscillatorNetwork.squareLattice(2, 1, 1)
    ProtocolFile.write(str(trap), LearnedProtocol(network=network, protocol=trap_protocol(network, 1.0)))
    # The same as: oscillators learn MEASURED --measured TRAP --rule RULE -o OUTPUT
    learn(measured, output, LearningSettings(rule=rule, ridge=1e-3), measured=trap, overwrite=True)
    protocol = load_protocol(output).protocol
    errors = []
    with h5py.File(measured) as file:
        for k, time in enumerate(protocol.getTimes()):
            states = file["particles/array/position/value"][k + 1].reshape(-1, 2)
            force, score = network.computeForces(protocol.getSlice(k), states), exact_score(states, time)
            errors.append(float(((force / KT - score) ** 2).sum() / (score**2).sum()))
    return errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", default="laboratory", help="of OUTPUT.h5 and the protocol files")
    parser.add_argument("--replicas", type=int, default=20000)
    parser.add_argument("--rule", default="denoising", help="denoising, or implicit, which needs no first frame")
    arguments = parser.parse_args()
    files = [Path(f"{arguments.output}{part}.h5") for part in ("", "-trap", "-protocol")]
    measure(files[0], arguments.replicas)
    for time, error in zip(TIMES, learn_from(*files, arguments.rule), strict=True):
        print(f"t = {time:<5g} relative error of the score {error:.4f}")


if __name__ == "__main__":
    main()
