"""An H5MD reporter for openmm.app.Simulation."""

from __future__ import annotations

import os
from typing import Any

import openmm.app

from .oscillators import OscillatorNetworkForce, RecordingOptions, TrajectoryRecorder


class H5MDReporter:
    """Records a Simulation of oscillator networks in an H5MD 1.1 file, through TrajectoryRecorder.

    To use it, create one and append it to the Simulation's ``reporters``; call close() at the end,
    or leave it to the end of a ``with`` block.
    """

    def __init__(
        self,
        file: str | os.PathLike,
        reportInterval: int,
        force: OscillatorNetworkForce | None = None,
        options: RecordingOptions | None = None,
        **fields: Any,
    ) -> None:
        """
        Args:
            file: the H5MD file to write.
            reportInterval: steps between frames.
            force: whose networks are recorded; None for the first of the System.
            options: what is recorded; None for the defaults.
            **fields: attributes of RecordingOptions to set, as ``velocities=True``.

        Raises:
            ValueError: reportInterval < 1, or RecordingOptions has no such field.
        """
        if reportInterval < 1:
            raise ValueError(f"H5MDReporter: reportInterval {reportInterval}, expected at least 1")
        self._path = os.fspath(file)
        self._interval = reportInterval
        self._force = force
        self._options = options or RecordingOptions()
        for name, value in fields.items():
            if not hasattr(self._options, name):
                raise ValueError(f"H5MDReporter: RecordingOptions has no field {name!r}")
            setattr(self._options, name, value)
        self._recorder: TrajectoryRecorder | None = None

    def describeNextReport(self, simulation: openmm.app.Simulation) -> dict[str, Any]:
        """When the next report is due; the recorder reads what it needs from the Context itself."""
        steps = self._interval - simulation.currentStep % self._interval
        return {"steps": steps, "periodic": False, "include": []}

    def report(self, simulation: openmm.app.Simulation, state: openmm.State) -> None:
        """Record a frame.

        Raises:
            ValueError: the System has no OscillatorNetworkForce.
            openmm.OpenMMException: the file cannot be written.
        """
        if self._recorder is None:
            force = self._force or self._find_force(simulation.system)
            self._recorder = TrajectoryRecorder(self._path, simulation.context, force, self._options)
        self._recorder.record()

    @staticmethod
    def _find_force(system: openmm.System) -> OscillatorNetworkForce:
        for force in system.getForces():
            if OscillatorNetworkForce.isinstance(force):
                return OscillatorNetworkForce.cast(force)
        raise ValueError("H5MDReporter: the System has no OscillatorNetworkForce")

    def close(self) -> None:
        """Flush and close the file."""
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None

    def __enter__(self) -> H5MDReporter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
