"""Recording the noising process with the forces of a network: what the local rules learn from."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import openmm
from openmm import unit

from .checkpoints import check_run_output
from .datasets import DataSet
from .errors import OscillatorsError
from .oscillators import (
    DrivingProtocol,
    LearnedProtocol,
    NetworkParameters,
    NoisingProcess,
    OscillatorNetwork,
    OverdampedLangevinIntegrator,
    RecordingOptions,
    StepSchedule,
    TrajectoryRecorder,
    annotateRecording,
)
from .runcheckpoints import (
    RunCheckpoint,
    array_digest,
    context_bytes,
    generator_text,
    keep_frames,
    part_path,
    restore_context,
    restore_generator,
)
from .simulation import FRICTION, NETWORK_GROUP, check_positive, choose_platform, replica_system, temperature

ROUTES = ("exact", "simulated")
MOTIONS = ("none", "free-evolution", "noising-step")
#: Of motion, in units of v(t) / kT: a free evolution is biased if it is long, a noising step noisy if it is short.
INTERVALS = {"free-evolution": 0.05, "noising-step": 0.3}
_EVOLUTION_STEPS = 10
_GROUP = "noising"


@dataclass(frozen=True)
class Noising:
    """What a recording says about the noising process and the data, besides the H5MD part.

    Attributes:
        thermal_energy: kT in kJ/mol.
        sigma: width of the trap.
        mean, standard_deviation: normalisation of the data.
        width, height, range: of the lattice.
        route: "exact" or "simulated".
        motion: "none", "free-evolution" or "noising-step".
    """

    thermal_energy: float
    sigma: float
    mean: float
    standard_deviation: float
    width: int
    height: int
    range: int
    route: str
    motion: str = "none"


def noising_of(
    data: DataSet,
    thermal_energy: float,
    sigma: float,
    network_range: int,
    route: str = "exact",
    motion: str = "none",
) -> Noising:
    """What is to be said of the noising of a data set; for the arguments see Noising."""
    return Noising(
        thermal_energy,
        sigma,
        data.mean,
        data.standard_deviation,
        data.width,
        data.height,
        network_range,
        route,
        motion,
    )


def motion_interval(motion: str, interval: float | None) -> float:
    """The interval of a motion other than "none", in units of v(t) / kT: as chosen, or that of INTERVALS for None."""
    return INTERVALS[motion] if interval is None else interval


@dataclass(frozen=True)
class RecordSettings:
    """How to record.

    Attributes:
        range: Chebyshev range of the lattice's edges; a measured protocol brings its own network.
        samples: number of paths; training states are repeated or left out to get it. None: one each.
        thermal_energy: kT in kJ/mol.
        sigma: width of the trap.
        route: "exact" imposes the exact transition from time to time (Ornstein-Uhlenbeck);
            "simulated" integrates the trap, while the network's force is measured in a force
            group that is not integrated.
        maximum_step: in ps, of the simulated route.
        motion: makes two frames, close in time, of every time. "free-evolution": the noised states, then where the
            network takes them (exact route only); "noising-step": the two ends of a step of the noising process.
        interval: between the two frames, in units of v(t) / kT, the time in which the noise of a sample relaxes;
            > 0 and < 0.5. None: as in INTERVALS.
        full: also record positions, velocities and total forces of all particles.
        seed: of the noise and the choice of states.
        platform, precision: of OpenMM; None for CPU if it has the kernels, else Reference.
    """

    range: int = 6
    samples: int | None = None
    thermal_energy: float = 0.1
    sigma: float = 1.0
    route: str = "exact"
    maximum_step: float = 0.005
    motion: str = "none"
    interval: float | None = None
    full: bool = False
    seed: int = 0
    platform: str | None = None
    precision: str | None = None

    def check(self) -> None:
        """Raise OscillatorsError naming the first setting that makes no sense."""
        check_positive(thermal_energy=self.thermal_energy, sigma=self.sigma, maximum_step=self.maximum_step)
        if self.route not in ROUTES:
            raise OscillatorsError(f"route {self.route!r}, expected one of {', '.join(ROUTES)}")
        if self.samples is not None and self.samples < 1:
            raise OscillatorsError(f"{self.samples} samples, expected at least 1")
        if self.motion not in MOTIONS:
            raise OscillatorsError(f"motion {self.motion!r}, expected one of {', '.join(MOTIONS)}")
        if self.interval is not None and not 0 < self.interval < 0.5:
            raise OscillatorsError(f"interval {self.interval}, expected more than 0 and less than 0.5")
        if self.motion == "free-evolution" and self.route != "exact":
            raise OscillatorsError("motion 'free-evolution' needs the exact route, which imposes the noised states")


def read_noising(path: str | os.PathLike) -> Noising | None:
    """What record() wrote into a recording; None for a recording from elsewhere."""
    with h5py.File(path, "r") as file:
        if f"oscillators/{_GROUP}" not in file:
            return None
        attributes = dict(file[f"oscillators/{_GROUP}"].attrs)
    kinds = {"float": float, "int": int, "str": str}
    fields = Noising.__dataclass_fields__
    return Noising(**{name: kinds[field.type](attributes.get(name, field.default)) for name, field in fields.items()})


def _write_noising(noising: Noising, path: Path) -> None:
    entries = asdict(noising)
    texts = {name: value for name, value in entries.items() if isinstance(value, str)}
    numbers = {name: value for name, value in entries.items() if name not in texts}
    annotateRecording(str(path), _GROUP, numbers, texts)


def trap_protocol(network: OscillatorNetwork, sigma: float) -> DrivingProtocol:
    """A constant protocol: the trap x^2 / (2 sigma^2) on every oscillator, and no couplings."""
    parameters = NetworkParameters(network)
    parameters.fillFamily("k_lin", 1.0 / sigma**2)
    return DrivingProtocol(parameters)


def record(
    data: DataSet,
    path: str | os.PathLike,
    times: Sequence[float],
    settings: RecordSettings = RecordSettings(),
    measured: LearnedProtocol | None = None,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
    resume: bool = False,
) -> None:
    """Record noised training states and the network's forces on them, in a Context.

    The first frame, at t = 0, holds the data; each time is one more frame, or two if motion is recorded. A long
    run keeps a checkpoint beside the output.

    Args:
        data: the training states start the paths.
        path: H5MD file to write.
        times: strictly increasing, in ps, > 0.
        measured: whose forces are measured; None for the trap of the noising process.
        progress: called with frames done and to do.
        resume: continue an interrupted run of the same data and settings from its checkpoint, to the
            same result to the bit; from the beginning if there is none.

    Raises:
        OscillatorsError: a value out of range, no such platform, or the file cannot be written; an
            interrupted run is there, and neither ``resume`` nor ``overwrite``, or it is of other data
            or settings; a path escaped: the frames before it are kept.
    """
    settings.check()
    output = Path(path)
    check_run_output(output, overwrite, resume)
    frames = _noised_times(times, settings, NoisingProcess(settings.sigma, settings.thermal_energy))
    network, protocol, network_range = _measured_network(data, settings, measured)
    identity = {**asdict(settings), "times": list(times), "data": array_digest(data.train)}
    identity["measured"] = array_digest(protocol.getValues())
    noising = noising_of(data, settings.thermal_energy, settings.sigma, network_range, settings.route, settings.motion)
    checkpoint = RunCheckpoint(output, identity, resume, overwrite)
    if checkpoint.is_published():
        return
    try:
        run = _NoisingRun(data, part_path(output), frames, settings, network, protocol, checkpoint)
        for frame in range(run.next_frame, len(frames) + 1):
            progress(frame, len(frames) + 1)
            try:
                run.record(frame)
            except openmm.OpenMMException as error:
                raise keep_frames(output, run.close(), error) from error
        run.close()
        _write_noising(noising, part_path(output))
        checkpoint.publish(part_path(output))
    finally:
        checkpoint.abandon()


class _NoisingRun:
    """A Context whose replicas are noised from frame to frame, and its recorder."""

    def __init__(
        self,
        data: DataSet,
        path: Path,
        times: Sequence[float],
        settings: RecordSettings,
        network: OscillatorNetwork,
        protocol: DrivingProtocol,
        checkpoint: RunCheckpoint,
    ) -> None:
        self._times, self._settings, self._checkpoint = [0.0, *times], settings, checkpoint
        self.next_frame = checkpoint.get("next_frame", 0)
        state = checkpoint.take_state()
        count = len(data.train) if settings.samples is None else settings.samples
        platform, properties = choose_platform(settings.platform, settings.precision)
        system, self._force = replica_system(network, protocol, count)
        self._generator = np.random.default_rng(settings.seed)
        self._integrator = _make_integrator(system, times, settings, int(self._generator.integers(1, 2**31)))
        chosen = np.resize(self._generator.permutation(len(data.train)), count)
        self._states = data.train[chosen].astype(np.float64)
        self._process = NoisingProcess(settings.sigma, settings.thermal_energy)
        self._context = openmm.Context(system, self._integrator, platform, properties)
        if state is None:
            self._force.setDisplacements(self._context, self._states)
        else:
            self._states = state["states"]
            restore_generator(self._generator, state["generator"])
            restore_context(self._context, state["context"])
        options = _recording_options(settings.full)
        options.append, options.overwrite = state is not None, state is None
        self._recorder = TrajectoryRecorder(str(path), self._context, self._force, options)
        checkpoint.check_frames(state, self._recorder.getNumFrames())

    def record(self, frame: int) -> None:
        """Go on to a noised frame from the one before, and record it, and where the network takes it from there."""
        if frame == 0:
            self._record_unless_done(0)
        elif self._settings.motion == "free-evolution":
            self._advance(frame)
            self._record_unless_done(2 * frame - 1)
            _evolve(self._context, _interval(self._times[frame], self._settings, self._process))
            self._record_unless_done(2 * frame)
        else:
            self._advance(frame)
            self._record_unless_done(frame)
        if self._checkpoint.is_due():
            self._recorder.flush()
            self._checkpoint.save(
                next_frame=frame + 1,
                frames=self._recorder.getNumFrames(),
                states=self._states,
                generator=generator_text(self._generator),
                context=context_bytes(self._context),
            )

    def _record_unless_done(self, number: int) -> None:
        """Record a frame of the file, unless that was done before the run was interrupted."""
        if number >= self._recorder.getNumFrames():
            self._recorder.record()

    def _advance(self, frame: int) -> None:
        if self._settings.route == "simulated":
            self._integrator.step(int(self._integrator.getStepSchedule().getStepCounts()[frame - 1]))
            return
        interval = self._times[frame] - self._times[frame - 1]
        noise = np.sqrt(self._process.getVariance(interval)) * self._generator.standard_normal(self._states.shape)
        self._states = self._process.getMeanFactor(interval) * self._states + noise
        self._context.setTime(self._times[frame])
        self._force.setDisplacements(self._context, self._states)

    def close(self) -> int:
        """Close the file. Returns the number of frames in it."""
        self._recorder.close()
        return self._recorder.getNumFrames()


def _measured_network(
    data: DataSet, settings: RecordSettings, measured: LearnedProtocol | None
) -> tuple[OscillatorNetwork, DrivingProtocol, int]:
    """The network, the protocol that its forces are measured under, and the range of its edges."""
    if measured is None:
        network = OscillatorNetwork.squareLattice(data.width, data.height, settings.range)
        return network, trap_protocol(network, settings.sigma), settings.range
    if measured.network.getNumOscillators() != data.num_oscillators:
        raise OscillatorsError(
            f"the protocol is of {measured.network.getNumOscillators()} oscillators, "
            f"expected {data.num_oscillators} as in the data set"
        )
    return measured.network, measured.protocol, measured.latticeRange


def _interval(time: float, settings: RecordSettings, process: NoisingProcess) -> float:
    """Between the two frames of a time, in ps."""
    interval = motion_interval(settings.motion, settings.interval)
    return interval * process.getVariance(time) / settings.thermal_energy


def _noised_times(times: Sequence[float], settings: RecordSettings, process: NoisingProcess) -> list[float]:
    """When frames of the noising process are recorded; those of free evolutions come in between."""
    if settings.motion == "none":
        return list(times)
    intervals = [_interval(time, settings, process) for time in times]
    if settings.motion == "noising-step":
        noised = frames = [t for time, interval in zip(times, intervals, strict=True) for t in (time - interval, time)]
    else:
        noised = list(times)
        frames = [t for time, interval in zip(times, intervals, strict=True) for t in (time, time + interval)]
    for earlier, later in pairwise(frames):
        if earlier >= later:
            raise OscillatorsError(
                f"the motion of one time reaches beyond the next, at {later:.4g} ps: "
                "expected a shorter interval or fewer slices"
            )
    return noised


def _evolve(context: openmm.Context, interval: float) -> None:
    """Let the network move freely."""
    start = context.getTime()
    integrator = context.getIntegrator()
    integrator.setStepSize(interval / _EVOLUTION_STEPS)
    integrator.step(_EVOLUTION_STEPS)
    context.setTime(start + interval * unit.picosecond)


def _make_integrator(
    system: openmm.System, times: Sequence[float], settings: RecordSettings, seed: int
) -> OverdampedLangevinIntegrator:
    """An integrator of the trap, which is added to the system in force group 0, or of the network's free evolution."""
    trap = openmm.CustomExternalForce("stiffness * z^2 / 2")
    trap.addGlobalParameter("stiffness", 1.0 / settings.sigma**2)
    for particle in range(system.getNumParticles()):
        trap.addParticle(particle)
    system.addForce(trap)
    integrator = OverdampedLangevinIntegrator(temperature(settings.thermal_energy), FRICTION, settings.maximum_step)
    integrator.setScheme("stochastic-heun")
    integrator.setMobility(openmm.Vec3(0, 0, 1))
    integrator.setRandomNumberSeed(seed)
    if settings.motion == "free-evolution":
        integrator.setIntegrationForceGroups({NETWORK_GROUP})
    else:
        integrator.setIntegrationForceGroups({0})
        integrator.setStepSchedule(StepSchedule.withMaximumStep([0.0, *times], settings.maximum_step))
    return integrator


def _recording_options(full: bool) -> RecordingOptions:
    groups = [NETWORK_GROUP] if full else []
    return RecordingOptions(positions=full, velocities=full, forces=full, forceGroups=groups)
