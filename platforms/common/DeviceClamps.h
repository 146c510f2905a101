#pragma once

#include "KernelPrograms.h"
#include "ReplicaGroups.h"
#include "openmm/common/ComputeArray.h"
#include "openmm/common/ComputeContext.h"
#include "openmmoscillators/network/ClampedPaths.h"
#include <memory>
#include <vector>

namespace OpenMMOscillators {

/** The clamped paths of a force, at least one, on a device. */
class DeviceClamps {
public:
    /** @param oscillatorRows  of the NeighbourTable */
    DeviceClamps(OpenMM::ComputeContext& computeContext, std::shared_ptr<const ClampedPaths> clampedPaths,
                 ReplicaGroups& replicaGroups, const NetworkProgramSettings& programSettings,
                 const std::vector<int>& oscillatorRows);

    /** Take the particles to where their paths are at a time. @param stepSize  infinity to leave velocities alone */
    void apply(double time, double stepSize);

    const ClampedPaths& getPaths() const { return *paths; }
    /** For fused steps: the path of every displacement in the order of ReplicaGroups, -1 for none. */
    OpenMM::ComputeArray& getPathsOfItems() { return pathsOfItems; }
    /** Tables of type mixed, [time][path]. */
    OpenMM::ComputeArray& getValues() { return values; }

private:
    void createKernel();

    OpenMM::ComputeContext& cc;
    std::shared_ptr<const ClampedPaths> paths;
    ReplicaGroups& replicas;
    NetworkProgramSettings settings;
    bool mixedIsDouble;
    OpenMM::ComputeArray items, pathsOfItems, values;
    OpenMM::ComputeKernel kernel;
};

} // namespace OpenMMOscillators
