"""Replicas that run away: they end a run with an error, or are dropped while all the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import openmm
from openmm import unit

from .errors import OscillatorsError
from .oscillators import OscillatorNetworkForce, OverdampedLangevinIntegrator

#: What to do about a replica that escapes.
ON_ESCAPE = ("drop", "stop")


def check_on_escape(choice: str) -> None:
    """Raise OscillatorsError unless the choice is one of ON_ESCAPE."""
    if choice not in ON_ESCAPE:
        raise OscillatorsError(f"on escape {choice!r}, expected one of {', '.join(ON_ESCAPE)}")


class EscapeGuard:
    """Steps a Context of replicas that do not interact, and sets escaped ones aside.

    An energy of sixth degree in a few thousand couplings has remote wells, and a path that falls
    into one leaves any explicit scheme's range of stability. The integrator stops once a coordinate
    is beyond its escape distance or not a number. Here such a replica is remembered, rests at
    displacement 0 while the others go on, and shows as not-a-number inside recorded().
    """

    def __init__(
        self,
        context: openmm.Context,
        force: OscillatorNetworkForce,
        integrator: OverdampedLangevinIntegrator,
        on_escape: str = "drop",
    ) -> None:
        self._context, self._force, self._integrator, self._on_escape = context, force, integrator, on_escape
        #: Whether each replica has escaped: [replicas].
        self.escaped = np.zeros(force.getNumReplicas(), bool)
        #: What the integrator said of each time that replicas escaped.
        self.reports: list[str] = []

    def step(self, steps: int) -> None:
        """Take ``steps`` steps.

        Raises:
            openmm.OpenMMException: a replica escaped and is not to be dropped, or a step failed for another reason.
        """
        end = self._context.getStepCount() + steps
        while (remaining := end - self._context.getStepCount()) > 0:
            try:
                self._integrator.step(remaining)
            except openmm.OpenMMException as error:
                if self._on_escape == "stop":
                    raise
                self._set_aside(error)

    def _set_aside(self, error: openmm.OpenMMException) -> None:
        displacements = self._force.getDisplacements(self._context).value_in_unit(unit.nanometer)
        limit = self._integrator.getEscapeDistance().value_in_unit(unit.nanometer)
        lost = ~(np.abs(displacements) <= limit).all(axis=1)
        if not lost.any():
            raise error
        if (lost & ~self.escaped).any():
            self.reports.append(str(error))
        self.escaped |= lost
        displacements[self.escaped] = 0.0
        self._force.setDisplacements(self._context, displacements)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """While the block runs, escaped replicas have displacements that are not a number."""
        if not self.escaped.any():
            yield
            return
        positions = self._context.getState(positions=True).getPositions(asNumpy=True).value_in_unit(unit.nanometer)
        marked = positions.copy()
        axis = self._force.getDisplacementAxis()
        for replica in np.flatnonzero(self.escaped):
            marked[self._force.getReplicaParticles(int(replica)), axis] = np.nan
        self._context.setPositions(marked)
        try:
            yield
        finally:
            self._context.setPositions(positions)
