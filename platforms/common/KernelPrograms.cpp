#include "KernelPrograms.h"

#include "KernelSources.h"
#include "NeighbourTable.h"

namespace OpenMMOscillators {

namespace {

using Defines = std::map<std::string, std::string>;

Defines networkDefines(const NetworkProgramSettings& settings, const std::string& stateSpace) {
    const std::string components = "xyz";
    return {{"NUM_OSCILLATORS", std::to_string(settings.numOscillators)},
            {"NUM_EDGES", std::to_string(settings.numEdges)},
            {"NUM_PARAMETERS", std::to_string(4 * settings.numOscillators + 3 * settings.numEdges)},
            {"NUM_ROWS", std::to_string(settings.numRows)},
            {"ROW_STRIDE", std::to_string(NeighbourTable::rowStride)},
            {"REPLICAS", std::to_string(settings.replicasPerGroup)},
            {"AXIS", std::to_string(settings.displacementAxis)},
            {"COMPONENT", components.substr(settings.displacementAxis, 1)},
            {"STATE_SPACE", stateSpace}};
}

} // namespace

KernelProgram networkForceProgram(const NetworkProgramSettings& settings) {
    return {KernelSources::networkGradient + KernelSources::networkForce + KernelSources::networkEnergy,
            networkDefines(settings, "GLOBAL")};
}

KernelProgram protocolProgram(const NetworkProgramSettings& settings) {
    return {KernelSources::interpolateProtocol, networkDefines(settings, "GLOBAL")};
}

KernelProgram overdampedLangevinProgram() {
    return {KernelSources::counterNoise + KernelSources::particlePositions + KernelSources::overdampedLangevin, {}};
}

KernelProgram findEscapesProgram() {
    return {KernelSources::findEscapes, {}};
}

KernelProgram clampedPathsProgram(const NetworkProgramSettings& settings) {
    return {KernelSources::particlePositions + KernelSources::clampedPaths + KernelSources::clampDisplacements,
            networkDefines(settings, "GLOBAL")};
}

KernelProgram fusedStepsProgram(const NetworkProgramSettings& settings, OverdampedLangevinIntegrator::Scheme scheme,
                                bool clamped) {
    Defines defines = networkDefines(settings, "LOCAL_ARG");
    if (scheme == OverdampedLangevinIntegrator::Scheme::StochasticHeun)
        defines["STOCHASTIC_HEUN"] = "1";
    if (scheme == OverdampedLangevinIntegrator::Scheme::LeimkuhlerMatthews)
        defines["LEIMKUHLER_MATTHEWS"] = "1";
    if (clamped)
        defines["CLAMPED"] = "1";
    return {KernelSources::counterNoise + KernelSources::networkGradient + KernelSources::clampedPaths +
                KernelSources::fusedSteps,
            defines};
}

int fusedLocalMemory(bool doublePrecision, bool mixedPrecision) {
    const int real = doublePrecision ? sizeof(double) : sizeof(float);
    const int mixed = doublePrecision || mixedPrecision ? sizeof(double) : sizeof(float);
    return mixed + 2 * real;
}

} // namespace OpenMMOscillators
