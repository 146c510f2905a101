"""Two coupled oscillators, driven from one well into two, in an ordinary OpenMM script.

The energy of each oscillator changes from one harmonic well to a double well while 500 replicas of the pair run in a
single Context; a coupling keeps the two together. Usage: python double_well.py [output folder]
"""

import sys
from pathlib import Path

import numpy as np
import openmm
from openmm import app, unit

from openmmoscillators import (
    DrivingProtocol,
    NetworkParameters,
    OscillatorNetwork,
    OscillatorNetworkForce,
    OverdampedLangevinIntegrator,
)
from openmmoscillators.reporter import H5MDReporter

REPLICAS = 500
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")

# The network: two oscillators side by side, joined by an edge; and its parameters at two times.
network = OscillatorNetwork.squareLattice(2, 1, 1)
single, double = NetworkParameters(network), NetworkParameters(network)
single.fillFamily("k_lin", 10.0)  # kJ/mol/nm^2
double.fillFamily("k_lin", -10.0)
for parameters in (single, double):
    parameters.fillFamily("k_duff", 10.0)
    parameters.fillFamily("c_lin", 2.0)
values = [single.getValues(), double.getValues()]
protocol = DrivingProtocol(network, [0.0, 2.0], values)  # linear from 0 to 2 ps, then held

# An OpenMM System: one particle an oscillator. Its z coordinate is the displacement.
system = openmm.System()
topology = app.Topology()
for _ in range(REPLICAS):
    chain = topology.addChain()
    for _ in range(network.getNumOscillators()):
        system.addParticle(1.0)
        topology.addAtom("O", None, topology.addResidue("OSC", chain))
force = OscillatorNetworkForce(network, protocol)
force.addReplicas(REPLICAS, 0)
system.addForce(force)

integrator = OverdampedLangevinIntegrator(100 * unit.kelvin, 1 / unit.picosecond, 0.002 * unit.picoseconds)
integrator.setMobility(openmm.Vec3(0, 0, 1))  # x and y hold the sites
integrator.setRandomNumberSeed(1)

simulation = app.Simulation(topology, system, integrator)
force.setDisplacements(simulation.context, np.zeros((REPLICAS, 2)))
simulation.reporters.append(app.StateDataReporter(sys.stdout, 500, step=True, time=True, potentialEnergy=True))
with H5MDReporter(folder / "double_well.h5md", 100) as reporter:
    simulation.reporters.append(reporter)
    simulation.step(2000)

displacements = force.getDisplacements(simulation.context).value_in_unit(unit.nanometer)
together = np.mean(np.sign(displacements[:, 0]) == np.sign(displacements[:, 1]))
print(f"share of pairs in the same well: {together:.3f}")
print(f"mean |displacement|: {np.abs(displacements).mean():.3f} nm")
