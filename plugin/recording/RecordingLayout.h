#pragma once

#include <string>

namespace OpenMMOscillators {

/** Names in a recording that its writer and its reader share. */
namespace RecordingLayout {

inline const std::string format = "openmm-oscillators-recording";
constexpr int version = 1;

/** The particles group; MDAnalysis counts a file's particles in a group of this very name. */
inline const std::string trajectory = "/particles/trajectory";
inline const std::string oscillators = "/oscillators";
/** [T]: the FrameChecksum of each frame: its elements in the order of the attribute elements, box edges, time, step. */
inline const std::string checksums = oscillators + "/checksums";

// Elements of the particles group
inline const std::string position = "position";
inline const std::string velocity = "velocity";
inline const std::string force = "force";
inline const std::string displacement = "displacement";
inline const std::string displacementForce = "displacement_force";
inline std::string forceOfGroup(int group) {
    return "force_group_" + std::to_string(group);
}

// Attributes of the particles group
inline const std::string numOscillators = "num_oscillators";
inline const std::string displacementAxis = "displacement_axis";
// Attribute of the group oscillators
inline const std::string networkForceGroup = "network_force_group";

// Units of H5MD's units module
inline const std::string length = "nm";
inline const std::string time = "ps";
inline const std::string speed = "nm ps-1";
inline const std::string forceUnit = "kJ mol-1 nm-1";

} // namespace RecordingLayout
} // namespace OpenMMOscillators
