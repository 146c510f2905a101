#pragma once

#include "openmmoscillators/network/ClampedPaths.h"
#include <memory>
#include <vector>

namespace OpenMM {
class System;
}

namespace OpenMMOscillators {

/** The coordinates of a System that the clamped paths of its OscillatorNetworkForces hold. */
class ClampedCoordinates {
public:
    explicit ClampedCoordinates(const OpenMM::System& system);

    bool isEmpty() const { return groups.empty(); }
    /** Calls action(particle, axis, displacement) for each of them, with where its path is at a time in ps. */
    template <typename Action>
    void forEach(double time, Action action) const {
        for (const Group& group : groups) {
            const DrivingProtocol::Position at = group.paths->locate(time);
            for (int p = 0; p < group.paths->getNumPaths(); ++p)
                action(group.particles[p], group.axis,
                       ClampedPaths::evaluate(group.paths->getPath(p).values.data(), at));
        }
    }

private:
    /** Those of one force. */
    struct Group {
        std::shared_ptr<const ClampedPaths> paths;
        std::vector<int> particles;
        int axis;
    };
    std::vector<Group> groups;
};

} // namespace OpenMMOscillators
