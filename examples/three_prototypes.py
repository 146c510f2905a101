"""A generative thermodynamic computer with hidden units that learns three images, in batches or online.

The machine of Whitelam (arXiv 2506.15121) with the settings of Wang and Deng (arXiv 2609.15439): visible units show an
image, hidden units are coupled to them and to each other, and the energy

    V(x) = sum_i (x_i^2 + x_i^4) + sum_a b_a x_a + sum_(ij) J_ij x_i x_j

does not change while it generates. It learns from noising paths x_0, x_1 ... of the uncoupled units, which a force
draws to an image (the hidden ones to a random projection of it) and then lets go. Of every step, the machine is to be
likely to step back; with the residual r = (-dx + grad V(x') dt) / (2 kT) of every unit,

    d(-ln P)/dJ_ij = r_i x'_j + r_j x'_i,     d(-ln P)/db_a = r_a.

Batch learning adds this up over a path before it changes anything, online learning changes J and b at every step. The
residuals of one layer alone, visible or hidden, can teach as well: every J then has one of its two terms.

Paths and samples are made by the plugin in OpenMM Contexts, where J x_i x_j is an edge with c_lin = -J/2 whose squares
are made up for by k_lin; heat is what the plugin's thermodynamics measures along generating paths.

Usage: python three_prototypes.py [--size 28 --hidden 512] [--cycles 34] [--layers both] [--seeds 101,102,103]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import openmm

from openmmoscillators import (
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
    measureContext,
)
from openmmoscillators.datasets import resize
from openmmoscillators.idx import read_idx_pair
from openmmoscillators.mnist import SHIPPED_FOLDER
from openmmoscillators.simulation import choose_platform, replica_system, temperature

KT, STEP, DURATION = 0.1, 1e-3, 2.5
STEPS = round(DURATION / STEP)
LEARNING_RATE = STEP / DURATION  # at 784 + 512 units
WEIGHTS = {"both": (1.0, 1.0), "visible": (1.0, 0.0), "hidden": (0.0, 1.0)}
AT_ONCE = 4  # paths of an image that are run together


class Computer:
    """The machine's parameters, how they learn from a path, and the network that they make.

    Residuals of visible and of hidden units count with the weights.
    """

    def __init__(self, visible: int, hidden: int, weights: tuple[float, float] = (1.0, 1.0)) -> None:
        self.visible, self.hidden = visible, hidden
        self.weights = np.repeat(np.array(weights, np.float32), (visible, hidden))
        self.across = np.zeros((visible, hidden), np.float32)  # J between visible and hidden units
        self.among = np.zeros((hidden, hidden), np.float32)  # J between hidden units: symmetric, diagonal 0
        self.bias = np.zeros(hidden, np.float32)

    def gradient(self, x: np.ndarray) -> np.ndarray:
        """grad V of states [count][units]."""
        v, h = x[:, : self.visible], x[:, self.visible :]
        result = 2 * x + 4 * x**3
        result[:, : self.visible] += h @ self.across.T
        result[:, self.visible :] += v @ self.across + h @ self.among + self.bias
        return result

    def residuals(self, path: np.ndarray) -> np.ndarray:
        """r of every step of a path [steps + 1][units], weighted."""
        return self.weights * (path[:-1] - path[1:] + STEP * self.gradient(path[1:])) / (2 * KT)

    def update(self, r: np.ndarray, x: np.ndarray, rate: float) -> None:
        """Subtract rate times the sum over steps of r_i x_j + r_j x_i, and of r_a."""
        (rv, rh), (xv, xh) = (np.split(a, [self.visible], axis=1) for a in (r, x))
        self.across -= rate * (rv.T @ xh + xv.T @ rh)
        change = rate * (rh.T @ xh)
        change += change.T
        np.fill_diagonal(change, 0)
        self.among -= change
        self.bias -= rate * rh.sum(axis=0)

    def learn_batch(self, path: np.ndarray, rate: float) -> None:
        self.update(self.residuals(path), path[1:], rate)

    def learn_online(self, path: np.ndarray, rate: float, at_once: int = 32) -> None:
        """Update after every step.

        What the updates within some steps do to the residuals of later ones is worked out from the products of their
        states, so that the couplings themselves are touched once for all: the result is the same.
        """
        for first in range(0, len(path) - 1, at_once):
            part = path[first : first + at_once + 1]
            x = part[1:]
            r = self.residuals(part)
            self._correct(r, x, rate * STEP / (2 * KT) * self.weights)
            self.update(r, x, rate)

    def _correct(self, r: np.ndarray, x: np.ndarray, scales: np.ndarray) -> None:
        """Residuals under constant couplings become those under couplings that are updated after every step."""
        (rv, rh), (xv, xh) = (np.split(a, [self.visible], axis=1) for a in (r, x))
        scale_v, scale_h = scales[0], scales[-1]
        across, among = xv @ xv.T, xh @ xh.T
        own = np.zeros(self.hidden, np.float32)  # the couplings of units to themselves, which are not there
        for k in range(1, len(x)):
            own += 2 * rh[k - 1] * xh[k - 1]
            to_visible, to_hidden = rv[:k] @ xv[k], rh[:k] @ xh[k]
            rv[k] -= scale_v * (among[k, :k] @ rv[:k] + to_hidden @ xv[:k])
            both = across[k, :k] + among[k, :k] + 1  # the bias is a coupling to a state of 1
            rh[k] -= scale_h * (both @ rh[:k] + (to_visible + to_hidden) @ xh[:k] - own * xh[k])

    def protocol(self) -> tuple[OscillatorNetwork, DrivingProtocol]:
        """The same energy as a network of the plugin."""
        units = self.visible + self.hidden
        upper = np.triu_indices(self.hidden, 1)
        across = np.indices(self.across.shape).reshape(2, -1).T + np.array([0, self.visible])
        network = OscillatorNetwork()
        for _ in range(units):
            network.addOscillator()
        network.addEdges(np.concatenate([across, np.stack(upper, axis=1) + self.visible]))
        theta = NetworkParameters(network)
        theta.setFamily("c_lin", -0.5 * np.concatenate([self.across.ravel(), self.among[upper]]).astype(float))
        sums = np.concatenate([self.across.sum(axis=1), self.across.sum(axis=0) + self.among.sum(axis=0)])
        theta.setFamily("k_lin", 2.0 + sums.astype(float))
        theta.fillFamily("k_duff", 4.0)
        theta.setFamily("bias", np.concatenate([np.zeros(self.visible), self.bias]).astype(float))
        return network, DrivingProtocol(theta)


def make_context(
    network: OscillatorNetwork, protocol: DrivingProtocol, replicas: int, seed: int
) -> tuple[openmm.Context, OscillatorNetworkForce]:
    """Replicas of a network at 0."""
    system, force = replica_system(network, protocol, replicas)
    integrator = OverdampedLangevinIntegrator(temperature(KT), 1.0, STEP)
    integrator.setMobility((0, 0, 1))
    integrator.setRandomNumberSeed(seed)
    context = openmm.Context(system, integrator, *choose_platform())
    force.setDisplacements(context, np.zeros((replicas, network.getNumOscillators())))
    return context, force


def uncoupled(fields: np.ndarray) -> tuple[OscillatorNetwork, DrivingProtocol]:
    """Units that a field draws: at 2 for the machine's duration, then falling to 0 within 3/4 of it."""
    network = OscillatorNetwork()
    for _ in fields:
        network.addOscillator()
    values = []
    for strength in (2.0, 2.0, 0.0):
        theta = NetworkParameters(network)
        theta.fillFamily("k_lin", 2.0)
        theta.fillFamily("k_duff", 4.0)
        theta.setFamily("bias", -strength * fields)
        values.append(theta.getValues())
    return network, DrivingProtocol(network, [0.0, DURATION, 1.75 * DURATION], values)


def noising_paths(fields: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:
    """Noising paths [steps + 1][units] of one image, once the field has drawn the units from 0."""
    context, force = make_context(*uncoupled(fields), AT_ONCE, seed)
    for first in range(0, count, AT_ONCE):
        context.setTime(0)
        force.setDisplacements(context, np.zeros((AT_ONCE, len(fields))))
        context.getIntegrator().step(STEPS)
        paths = np.empty((AT_ONCE, STEPS + 1, len(fields)), np.float32)
        paths[:, 0] = force.getDisplacements(context)._value
        for step in range(1, STEPS + 1):
            context.getIntegrator().step(1)
            paths[:, step] = force.getDisplacements(context)._value
        yield from paths[: count - first]


def generate(computer: Computer, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images that the machine generates from noise, [samples][visible], and the heat of each in units of kT."""
    rest, rest_force = make_context(*uncoupled(np.zeros(computer.visible + computer.hidden)), samples, seed)
    rest.getIntegrator().step(STEPS)
    context, force = make_context(*computer.protocol(), samples, seed + 1)
    force.setDisplacements(context, rest_force.getDisplacements(rest))
    ensemble = measureContext(context, force, 1, STEPS)
    final = np.asarray(ensemble.getFinalStates())
    return final[:, : computer.visible], np.asarray(ensemble.getHeat()) / KT


def load_prototypes(size: int) -> np.ndarray:
    """The first 0, 1 and 2 of MNIST, each of mean 0 and standard deviation 1."""
    images = []
    for name, digits in (("zeros-ones", (0, 1)), ("other-digits", (2,))):
        pair = (SHIPPED_FOLDER / f"{name}-images.idx3.xz", SHIPPED_FOLDER / f"{name}-labels.idx1.xz")
        values, labels = read_idx_pair(*pair)
        images += [values[np.flatnonzero(labels == digit)[0]] for digit in digits]
    states = resize(np.stack(images), size, size).reshape(3, -1).astype(float)
    return (states - states.mean(axis=1, keepdims=True)) / states.std(axis=1, keepdims=True)


def measure(computer: Computer, prototypes: np.ndarray, samples: int, seed: int) -> dict[str, float]:
    images, heat = generate(computer, samples, seed)
    distances = np.linalg.norm(images[:, None] - prototypes[None], axis=2)
    counts = np.bincount(distances.argmin(axis=1), minlength=3)
    return {
        "heat": heat.mean(),
        "error": heat.std(ddof=1) / np.sqrt(samples),
        "distance": distances.min(axis=1).mean(),
        "diversity": np.sqrt(2 * images.var(axis=0, ddof=1).sum()),
        **{f"share of {digit}": count / samples for digit, count in enumerate(counts)},
    }


def learn_pair(prototypes: np.ndarray, arguments: argparse.Namespace, seed: int) -> tuple[Computer, Computer]:
    """Batch and online learning from the same paths."""
    visible = prototypes.shape[1]
    projection = np.random.default_rng(42).normal(0, visible**-0.5, (visible, arguments.hidden))
    fields = np.concatenate([prototypes, prototypes @ projection], axis=1)
    batch, online = (Computer(visible, arguments.hidden, WEIGHTS[arguments.layers]) for _ in range(2))
    rate = arguments.rate * LEARNING_RATE * 1296 / fields.shape[1]
    sources = [noising_paths(field, arguments.cycles, 10 * seed + n) for n, field in enumerate(fields)]
    for paths in zip(*sources, strict=True):
        for path in paths:
            batch.learn_batch(path, rate)
            online.learn_online(path, rate)
    return batch, online


def main() -> None:
    parser = argparse.ArgumentParser(description="Learn three digits, in batches and online, and compare the heat.")
    parser.add_argument("--size", type=int, default=14, help="pixels along an edge; the papers' is 28")
    parser.add_argument("--hidden", type=int, default=128, help="hidden units; the papers' 512")
    parser.add_argument("--cycles", type=int, default=34, help="noising paths of every digit")
    parser.add_argument("--rate", type=float, default=1.0, help="learning rate, in units of the papers'")
    parser.add_argument("--layers", choices=WEIGHTS, default="both", help="units whose residuals teach")
    parser.add_argument("--seeds", default="101,102,103", help="one pair of machines for each")
    parser.add_argument("--samples", type=int, default=100)
    arguments = parser.parse_args()
    prototypes = load_prototypes(arguments.size)
    savings = []
    for seed in map(int, arguments.seeds.split(",")):
        figures = [
            measure(computer, prototypes, arguments.samples, 90000 + 10 * seed)
            for computer in learn_pair(prototypes, arguments, seed)
        ]
        for name, values in zip(("batch", "online"), figures, strict=True):
            print(f"seed {seed} {name:6}", ", ".join(f"{key} {value:.4g}" for key, value in values.items()), flush=True)
        savings.append(1 - figures[1]["heat"] / figures[0]["heat"])
    error = f" +- {100 * np.std(savings, ddof=1) / np.sqrt(len(savings)):.2f}" if len(savings) > 1 else ""
    print(f"online releases {100 * np.mean(savings):.2f}{error} % less heat than batch")


if __name__ == "__main__":
    main()
