"""What the examples about choices, learning curves and pairs of digits share: to learn, to generate, to judge."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from openmmoscillators.evaluation import ImageJudge, escaped
from openmmoscillators.generation import GenerationSettings, generate
from openmmoscillators.learning import (
    learned_protocol,
    learning_options,
    matching_rule,
    problem_from_data,
    report_values,
)
from openmmoscillators.learningsettings import LearningSettings
from openmmoscillators.oscillators import LearnedProtocol, ProtocolFile, ProtocolLearner
from openmmoscillators.samples import read_samples
from openmmoscillators.statistics import draw_gaussian


def learn(
    data: Path, settings: LearningSettings, feedback: Mapping[str, Any] | None = None
) -> tuple[LearnedProtocol, dict[str, Any]]:
    """Learn from a data set.

    Args:
        feedback: attributes of FeedbackOptions to set.

    Returns:
        The protocol, and its report with ``processor_seconds``.
    """
    problem = problem_from_data(data, settings)
    options = learning_options(settings, problem)
    for name, value in (feedback or {}).items():
        setattr(options.feedback, name, value)
    learner = ProtocolLearner(problem.network, options)
    rule = matching_rule(settings, problem.source)
    begin = time.process_time()
    protocol = learner.learn(rule, problem.source, problem.held_out)
    report = report_values(learner.getReport()) | {"processor_seconds": time.process_time() - begin}
    return learned_protocol(problem, protocol, {}, report), report


def generated(protocol: Path, samples: int, seed: int = 1) -> tuple[np.ndarray, float]:
    """Samples that follow the protocol of a file, without those that escaped, and the share of these."""
    with tempfile.TemporaryDirectory() as folder:
        trajectory = Path(folder) / "samples.h5md"
        generate(protocol, trajectory, GenerationSettings(samples, seed=seed))
        states = read_samples(trajectory)
    lost = escaped(states)
    return states[~lost].astype(np.float64), float(lost.mean())


def generated_figures(judge: ImageJudge, learned: LearnedProtocol, samples: int, seed: int = 1) -> dict[str, Any]:
    """Figures of generated samples, as evaluate() gives them; ``shares`` of the judge's classes, ascending."""
    with tempfile.TemporaryDirectory() as folder:
        protocol = Path(folder) / "protocol.h5"
        ProtocolFile.write(str(protocol), learned)
        kept, escaped_share = generated(protocol, samples, seed)
    figures: dict[str, Any] = {"escaped": escaped_share}
    if len(kept) < samples // 10:
        lacking = dict.fromkeys(("ambiguous", "frechet", "neighbour"), np.nan)
        return figures | lacking | {"shares": [np.nan] * len(judge.classifiers.classes)}
    found = judge.figures(kept)
    return figures | {
        "shares": list(found["class_shares"].values()),
        "ambiguous": found["ambiguous_share"],
        "frechet": found["frechet_distance"] / gaussian_distance(judge),
        "neighbour": found["nearest_neighbour_accuracy"],
    }


@cache
def gaussian_distance(judge: ImageJudge) -> float:
    """The Frechet distance of draws from the Gaussian with the moments of the training states."""
    return judge.frechet_distance(draw_gaussian(judge.train, 4096, np.random.default_rng(0)))


def panels(*titles: str, rows: int = 1, size: float = 3.6) -> tuple[Figure, np.ndarray]:
    """A figure with panels of a size in inches, [rows][titles]; titles say what is on the horizontal axes."""
    figure = Figure(figsize=(size * len(titles), 0.85 * size * rows), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, len(titles), sharey="row", sharex="col", squeeze=False)
    for axis, title in zip(axes[-1], titles, strict=True):
        axis.set_xlabel(title)
    return figure, axes


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)
