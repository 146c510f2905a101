"""Learning a protocol from a data set or from a recording."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import h5py
import numpy as np

from . import __version__, datasets
from .checkpoints import check_run_output, digest, open_checkpoint
from .errors import OscillatorsError
from .files import check_input
from .jsonfiles import to_json
from .latents import Codes, add_latents, make_codes
from .learningsettings import (
    CLOSED_LOOP,
    MATCHING_RULES,
    MOTIONS,
    LearningSettings,
    check_choices,
    chosen_matching,
    learning_rate,
    time_grid,
)
from .oscillators import (
    DenoisingForceMatching,
    DrivingProtocol,
    FeedbackOptions,
    ForceMatching,
    LearnedProtocol,
    LearningOptions,
    LearningReport,
    LocalRule,
    NoisedDataSource,
    NoisingProcess,
    OscillatorNetwork,
    ProtocolFile,
    ProtocolLearner,
    RecordingSource,
    SampleRange,
    SampleSource,
    StochasticOptions,
)
from .protocols import load_protocol
from .recording import Noising, motion_interval, noising_of, read_noising
from .samples import open_trajectory

#: How learn() learns unless it is told otherwise.
DEFAULTS = LearningSettings()


@dataclass
class Problem:
    """What is learned from: sources, network, and what the protocol file says about the data."""

    network: OscillatorNetwork
    source: SampleSource
    held_out: SampleSource | None
    noising: Noising
    codes: Codes | None = None


def is_data_set(path: Path) -> bool:
    """Whether a file is a data set rather than a recording.

    Raises:
        OscillatorsError: it is no HDF5 file.
    """
    try:
        with h5py.File(check_input(path), "r") as file:
            return file.attrs.get("format") == datasets.FORMAT
    except OSError as error:
        raise OscillatorsError(f"{path} is neither a data set nor a recording: it is no intact HDF5 file") from error


def learn(
    path: str | os.PathLike,
    output: str | os.PathLike,
    settings: LearningSettings = DEFAULTS,
    measured: str | os.PathLike | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    resume: bool = False,
) -> LearningReport:
    """Learn a protocol and write the protocol file.

    A checkpoint beside it is kept up while learning goes on, and removed when the file is written.

    Args:
        path: a data set, which is noised in memory, or a recording of positions and forces.
        output: the protocol file.
        measured: protocol file under which a recording was made that does not hold its protocol
            itself, as one of a laboratory; or under which noised data are to be measured, as a second
            pass of the rule contrastive-divergence. By default data are measured in the trap alone.
        progress: called with slices done and to do.
        resume: continue an interrupted run of the same settings and input from its checkpoint; from the beginning
            if it had not come to one.

    Raises:
        OscillatorsError: unusable input or settings, or the file cannot be written; a checkpoint of an interrupted
            run is there, and neither ``resume`` nor ``overwrite``; or it is of other settings or input.
    """
    check_choices(settings)
    path, output = check_input(path), Path(output)
    check_run_output(output, overwrite, resume)
    problem = (
        problem_from_data(path, settings, measured) if is_data_set(path) else _from_recording(path, settings, measured)
    )
    learner = ProtocolLearner(problem.network, learning_options(settings, problem))
    checkpoint = open_checkpoint(output, _identity(path, settings, measured), resume, overwrite)
    total = len(problem.source.getTimes())
    progress(0, total)
    protocol = learner.learn(
        matching_rule(settings, problem.source),
        problem.source,
        problem.held_out,
        lambda _slice, remaining: progress(total - remaining, total),
        checkpoint,
    )
    report = learner.getReport()
    said = asdict(settings) | {"source": path.name}
    learned = learned_protocol(problem, protocol, said, report_values(report))
    ProtocolFile.write(str(output), learned)
    checkpoint.remove()
    return report


def _identity(path: Path, settings: LearningSettings, measured: str | os.PathLike | None) -> dict:
    """All that the result of learning depends on: its checkpoint serves no other."""
    identity = asdict(settings) | {"version": __version__, "input": digest(path)}
    if measured is not None:
        identity["measured"] = digest(check_input(measured))
    del identity["threads"]
    return identity


def report_values(report: LearningReport) -> dict:
    """A learning report as numbers and lists of one value a slice."""
    return {
        "rule": report.rule,
        "optimizer": report.optimizer,
        "closed_loop": report.closedLoop,
        "parameters": report.numParameters,
        "samples": report.numSamples,
        "held_out_samples": report.numHeldOut,
        "seconds": report.seconds,
        "converged": report.hasConverged(),
        "confinement_radius": report.getConfinementRadius(),
        "times": report.getTimes(),
        "iterations": report.getIterations(),
        "residuals": report.getResiduals(),
        "k6_at_bound": report.getNumbersAtBound(),
        "training_losses": report.getTrainingLosses(),
        "held_out_losses": report.getHeldOutLosses(),
        "confinement_radii": report.getConfinementRadii(),
        "slice_seconds": report.getSeconds(),
        "feedback_shares": report.getFeedbackShares(),
        "mismatches": report.getMismatches(),
        "uncorrected_mismatches": report.getUncorrectedMismatches(),
        "escaped_shares": report.getEscapedShares(),
    }


def learned_protocol(problem: Problem, protocol: DrivingProtocol, settings: dict, report: dict) -> LearnedProtocol:
    """What a protocol file says: the protocol of a problem, and how it was learned."""
    noising = problem.noising
    return LearnedProtocol(
        network=problem.network,
        protocol=protocol,
        latticeWidth=noising.width,
        latticeHeight=noising.height,
        latticeRange=noising.range,
        kT=noising.thermal_energy,
        sigma=noising.sigma,
        mean=noising.mean,
        standardDeviation=noising.standard_deviation,
        codes="{}" if problem.codes is None else problem.codes.to_json(),
        settings=to_json(settings),
        report=to_json(report),
    )


def matching_rule(settings: LearningSettings, source: SampleSource) -> LocalRule:
    """The rule, or the one that the closed loop corrects."""
    chosen = chosen_matching(settings)
    if chosen is not None:
        return MATCHING_RULES[chosen]()
    return DenoisingForceMatching() if source.hasInitialPositions() else ForceMatching()


def learning_options(settings: LearningSettings, problem: Problem) -> LearningOptions:
    """The settings as the learner takes them."""
    ridge, feedback = 1e-2, FeedbackOptions(seed=settings.seed)
    bounds = np.empty(0)
    if problem.codes is not None:
        visible = problem.network.getNumOscillators() - problem.codes.count
        ridge = 3e-3
        # Codes are large, and so is what their averages lack: a small ridge would ask for too much at once.
        feedback = FeedbackOptions(seed=settings.seed, ridge=0.3, populationSize=problem.source.getNumSamples())
        if problem.codes.clamped:
            feedback.clamped = np.arange(visible, visible + problem.codes.num_category, dtype=np.int32)
        bounds = problem.codes.minimum_k6(visible, settings.minimum_k6)
    return LearningOptions(
        sigma=problem.noising.sigma,
        thermalEnergy=problem.noising.thermal_energy,
        ridge=ridge if settings.ridge is None else settings.ridge,
        optimizer=settings.optimizer,
        stochastic=StochasticOptions(
            steps=settings.steps,
            batchSize=settings.batch,
            learningRate=learning_rate(settings),
            schedule=settings.schedule,
            averagedShare=settings.average,
            seed=settings.seed,
        ),
        minimumK6=settings.minimum_k6,
        minimumK6OfOscillators=bounds,
        tolerance=settings.tolerance,
        maxIterations=settings.max_iterations,
        numThreads=settings.threads,
        closedLoop=settings.rule == CLOSED_LOOP,
        feedback=feedback,
    )


def problem_from_data(path: Path, settings: LearningSettings, measured: str | os.PathLike | None = None) -> Problem:
    """The data of a file, noised in memory, and the network that learns them."""
    data = datasets.load_dataset(path)
    times = time_grid(settings, data.kind)
    network = OscillatorNetwork.squareLattice(data.width, data.height, settings.range)
    process = NoisingProcess(settings.sigma, settings.thermal_energy)
    count = len(data.train) if settings.samples is None else settings.samples
    if count < 1:
        raise OscillatorsError(f"{count} samples, expected at least 1")
    train, validation, codes = data.train, data.held_out, None
    if settings.latents is not None:
        codes, train, validation = _with_codes(data, settings)
        network = add_latents(network, codes.count)
    source = NoisedDataSource(network, process, times, train, count, settings.seed)
    held_out = NoisedDataSource(network, process, times, validation, 0, settings.seed + 1)
    motion = MOTIONS.get(chosen_matching(settings), "none")
    for shown in (source, held_out):
        if measured is not None:
            shown.setProtocol(load_protocol(measured).protocol)
        if motion != "none":
            shown.showMotion(motion, motion_interval(motion, settings.interval), settings.repetitions)
    noising = noising_of(data, settings.thermal_energy, settings.sigma, settings.range)
    return Problem(network, source, held_out, noising, codes)


def _with_codes(data: datasets.DataSet, settings: LearningSettings) -> tuple[Codes, np.ndarray, np.ndarray]:
    """The codes of a data set, and its training and held-out states with theirs appended."""
    codes = make_codes(data, settings.latents, settings.seed)
    return codes, *codes.appended(data)


def _from_recording(path: Path, settings: LearningSettings, measured: str | os.PathLike | None) -> Problem:
    if settings.latents is not None:
        raise OscillatorsError(f"latent oscillators need the data themselves: {path} is a recording")
    noising = read_noising(path) or Noising(
        settings.thermal_energy,
        settings.sigma,
        0.0,
        1.0,
        0,
        0,
        0,
        "unknown",
        MOTIONS.get(chosen_matching(settings), "none"),
    )
    if measured is not None:
        learned = load_protocol(measured)
        network, whole = learned.network, RecordingSource(str(path), learned.protocol, noising.motion)
    else:
        file = open_trajectory(path)
        if not file.hasProtocol():
            raise OscillatorsError(f"{path} does not hold the protocol it was recorded under: give it with --measured")
        network, whole = file.getNetwork(), RecordingSource(str(path), noising.motion)
    available = whole.getNumSamples()
    count = available if settings.samples is None else settings.samples
    if not 1 <= count <= available:
        raise OscillatorsError(f"{count} samples, expected 1 to {available}, the replicas of {path}")
    if not 0.0 <= settings.held_out_share < 1.0:
        raise OscillatorsError(f"held-out share {settings.held_out_share}, expected 0 or more and less than 1")
    held_out = min(round(settings.held_out_share * count), count - 1)
    training = SampleRange(whole, 0, count - held_out)
    validation = SampleRange(whole, count - held_out, held_out) if held_out > 0 else None
    return Problem(network, training, validation, noising)
