#pragma once

#include <string>

namespace OpenMMOscillators {

/** The device sources of kernels/<name>.cc, in OpenMM's macros for OpenCL, CUDA and HIP; written by the build. */
namespace KernelSources {
extern const std::string clampDisplacements;
extern const std::string clampedPaths;
extern const std::string counterNoise;
extern const std::string findEscapes;
extern const std::string fusedSteps;
extern const std::string interpolateProtocol;
extern const std::string networkEnergy;
extern const std::string networkForce;
extern const std::string networkGradient;
extern const std::string overdampedLangevin;
extern const std::string particlePositions;
} // namespace KernelSources

} // namespace OpenMMOscillators
