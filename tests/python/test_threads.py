"""Threads of Python and processes beside long computations."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openmm

from openmmoscillators import DrivingProtocol, OscillatorNetwork, OverdampedLangevinIntegrator
from openmmoscillators.learning import learn
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.simulation import choose_platform, replica_system, temperature


def make_context(replicas: int) -> openmm.Context:
    network = OscillatorNetwork.squareLattice(8, 8, 3)
    values = np.full((1, network.getNumParameters()), 0.2)
    system, force = replica_system(network, DrivingProtocol(network, [0.0], values), replicas)
    integrator = OverdampedLangevinIntegrator(temperature(0.1), 1.0, 1e-3)
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(1)
    context = openmm.Context(system, integrator, choose_platform()[0])
    force.setDisplacements(context, np.zeros((replicas, 64)))
    return context


def count_meanwhile(work: Callable[[], object]) -> int:
    """How often another thread, which asks every millisecond, had a turn while a single call was under way."""
    turns, begun, ended = 0, threading.Event(), threading.Event()

    def count() -> None:
        nonlocal turns
        begun.set()
        while not ended.is_set():
            turns += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    begun.wait()
    before = turns
    work()
    meanwhile = turns - before
    ended.set()
    counter.join()
    return meanwhile


def test_other_threads_go_on_while_a_context_steps() -> None:
    """A call that kept Python's lock would leave the other thread a turn or two, before and after it."""
    context = make_context(512)
    assert count_meanwhile(lambda: context.getIntegrator().step(3000)) > 10


def test_other_threads_go_on_while_a_network_learns(files: Path, tmp_path: Path) -> None:
    settings = LearningSettings(range=2, slices=4, samples=40000)
    assert count_meanwhile(lambda: learn(files / "lattice.h5", tmp_path / "p.h5", settings)) > 10


def test_contexts_in_threads_of_their_own_give_the_same_results() -> None:
    def run() -> np.ndarray:
        context = make_context(16)
        context.getIntegrator().step(200)
        return context.getState(positions=True).getPositions(asNumpy=True)._value

    expected, found = run(), []
    threads = [threading.Thread(target=lambda: found.append(run())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for positions in found:
        np.testing.assert_array_equal(positions, expected)


#: Forks at once after importing; the child makes a Context and steps.
FORK = """
import os, sys
sys.path.insert(0, sys.argv[1])
from test_threads import make_context
child = os.fork()
if child == 0:
    context = make_context(4)
    context.getIntegrator().step(10)
    os._exit(7)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_child_forked_before_any_context_computes() -> None:
    """Importing alone starts nothing that a child would miss."""
    command = [sys.executable, "-c", FORK, str(Path(__file__).parent)]
    assert subprocess.run(command, timeout=120).returncode == 7
