#pragma once

#include "openmmoscillators/dynamics/OverdampedLangevinIntegrator.h"
#include <map>
#include <string>

namespace OpenMMOscillators {

/** What ComputeContext::compileProgram() takes. */
struct KernelProgram {
    std::string source;
    std::map<std::string, std::string> defines;
};

/** The numbers that the kernels of one force are compiled for. */
struct NetworkProgramSettings {
    int numOscillators, numEdges;
    int numRows;          ///< of the NeighbourTable
    int replicasPerGroup; ///< replicas that a thread computes side by side
    int displacementAxis; ///< 0, 1, 2
};

/** Kernels gatherDisplacements, addNetworkForces, computeRowEnergies, sumReplicaEnergies. */
KernelProgram networkForceProgram(const NetworkProgramSettings& settings);
/** Kernel interpolateProtocol. */
KernelProgram protocolProgram(const NetworkProgramSettings& settings);
/** Kernels takeStep, predictStep, correctStep, restorePositions. */
KernelProgram overdampedLangevinProgram();
KernelProgram findEscapesProgram();
/** Kernel clampDisplacements. */
KernelProgram clampedPathsProgram(const NetworkProgramSettings& settings);
/** Kernel takeFusedSteps. @param clamped  whether some oscillators follow given paths */
KernelProgram fusedStepsProgram(const NetworkProgramSettings& settings, OverdampedLangevinIntegrator::Scheme scheme,
                                bool clamped);

/** Local memory that takeFusedSteps needs for every oscillator of every replica of a group, in bytes. */
int fusedLocalMemory(bool doublePrecision, bool mixedPrecision);

} // namespace OpenMMOscillators
